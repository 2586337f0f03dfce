package proxy

import (
	"crypto/tls"
	"net/http"
	"sync/atomic"
)

// live serves by the gateway that is in force, one for the whole of a request.
type live struct{ gateway atomic.Pointer[Gateway] }

// ServeHTTP implements http.Handler.
func (l *live) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.gateway.Load().ServeHTTP(w, r) }

// admin is the handler of the operators' own listener.
func (l *live) admin(w http.ResponseWriter, r *http.Request) { l.gateway.Load().admin.ServeHTTP(w, r) }

// redirect is the handler of plain HTTP beside HTTPS.
func (l *live) redirect(w http.ResponseWriter, r *http.Request) { l.gateway.Load().serveRedirect(w, r) }

// configForClient is a tls.Config's GetConfigForClient.
func (l *live) configForClient(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	return l.gateway.Load().configForClient(hello)
}

// swap puts another gateway into force. What runs goes on by the one from before.
func (l *live) swap(g *Gateway) { g.comeIntoForce(l.gateway.Swap(g)) }
