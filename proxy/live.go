package proxy

import (
	"crypto/tls"
	"errors"
	"net/http"
	"sync/atomic"
)

// live serves by the gateway that is in force, one for the whole of a request.
type live struct{ gateway atomic.Pointer[Gateway] }

// ServeHTTP implements http.Handler.
func (l *live) ServeHTTP(w http.ResponseWriter, r *http.Request) { l.gateway.Load().ServeHTTP(w, r) }

// admin is the handler of the operators' own listener.
func (l *live) admin(w http.ResponseWriter, r *http.Request) {
	l.gateway.Load().admin.ServeHTTP(w, r)
}

// tlsConfig is what a connection is to be secured by: tls.Config.GetConfigForClient.
func (l *live) tlsConfig(*tls.ClientHelloInfo) (*tls.Config, error) {
	if secure := l.gateway.Load().tls; secure != nil {
		return secure, nil
	}
	return nil, errNoTLS
}

// errNoTLS is the end of a handshake that a config without TLS overtook.
var errNoTLS = errors.New("TLS is not configured any more")

// swap puts another gateway into force. What runs goes on by the one from before.
func (l *live) swap(g *Gateway) { g.comeIntoForce(l.gateway.Swap(g)) }
