// Package proxy is what happens to a request: which site it is for, whether it
// is one of the gateway's own endpoints, what its path asks for, who sent it,
// how it is forwarded and what of the answer is changed.
package proxy

import (
	"errors"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// Gateway is the handler of everything that people send, made of one config. It is
// immutable; Server serves by another one when the config changes.
type Gateway struct {
	siteParts
	sites  sites
	access accessLog
	admin  http.Handler

	handshakes *handshakes // nil for plain HTTP
}

// New builds the gateway that a valid config describes; files that the config
// names are read here. It takes over from the gateway before it, nil for none, what
// must not be forgotten when a config changes, and what need not be.
func New(cfg *config.Config, before *Gateway, log *zap.Logger) (*Gateway, error) {
	parts, err := newSiteParts(cfg, before, log)
	if err != nil {
		return nil, err
	}
	access, err := newAccessLog(cfg, log)
	if err != nil {
		return nil, err
	}
	g := &Gateway{siteParts: parts, access: access}
	g.admin = g.newAdmin()
	for i, section := range cfg.Sites {
		s, err := newSite(section, parts, before.siteOf(section.Host))
		if _, placed := errors.AsType[config.Faults](err); placed {
			return nil, err // a fault in another file says itself where it is
		}
		if err != nil {
			return nil, fmt.Errorf("sites[%d]: %w", i, err)
		}
		g.sites.add(section.Host, s)
	}
	// The last: what it begins would have to be ended where anything else is wrong.
	if g.handshakes, err = newHandshakes(cfg, before.handshaking(), log); err != nil {
		return nil, err
	}
	return g, nil
}

// handshaking is how its handshakes go; nil for plain HTTP.
func (g *Gateway) handshaking() *handshakes {
	if g == nil {
		return nil
	}
	return g.handshakes
}

// discard ends what only a gateway that does not come into force has begun, after
// the one that is.
func (g *Gateway) discard(inForce *Gateway) { g.handshakes.close(inForce.handshaking()) }

// siteOf returns the site that is configured for exactly this host, nil if none is.
func (g *Gateway) siteOf(host string) *site {
	if g == nil {
		return nil
	}
	return g.sites.of(host)
}

// comeIntoForce makes the gateway the one that open connections are judged by, in
// place of the one before it.
func (g *Gateway) comeIntoForce(before *Gateway) {
	for s := range g.sites.all() {
		s.inForce.Store(s)
	}
	g.metrics.Serve(g.siteNames())
	g.metrics.Certificates.From(g.handshakes.shown)
	if before == nil {
		return
	}
	before.handshakes.close(g.handshakes)
	for s := range before.sites.all() {
		now := g.siteOf(s.host)
		if now == nil {
			s.inForce.Store(nil)
		}
		if now == nil || now.transport != s.transport {
			s.transport.CloseIdleConnections()
		}
	}
}

// ServeHTTP is the whole way of a request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := begin(w, r, g.limits)
	x.closeAfter = g.standing.draining.Load() || isOutdated(r)
	defer x.sending.last() // net/http sends the end of an answer when this has returned
	g.metrics.Open.Inc()
	defer g.count(x, r)
	defer g.access.end(x, r)
	defer g.recover(x, r)

	// What HTTP forbids goes no further; where it comes from, and which site it is for.
	err := g.arrive(x, r)
	if err != nil {
		g.pages.fail(x, r, err)
		return
	}
	x.secure = x.site.secure(x.client)
	if x.target.path == "*" {
		ownAnswer(x.Header())
		x.WriteHeader(http.StatusNoContent) // OPTIONS * asks about this server (RFC 9110, section 9.3.7)
		return
	}

	// A proxy that forwards by itself asks about a request of its own: that one is judged.
	if x.site.isForwardAuth(x.target.path) {
		if r, err = g.forwardAuthRequest(x, r); err != nil {
			g.pages.fail(x, r, err)
			return
		}
	}

	// Every way in which the app could read the path counts from here on.
	readings, err := auth.Readings(x.target.path)
	if err != nil {
		g.pages.fail(x, r, errPath)
		return
	}
	x.readings = readings
	if x.site.own(readings) {
		x.noteAccess(metrics.Own)
		x.site.serveOwn(x, r)
		return
	}
	x.verdict = x.site.access.Judge(r.Method, readings)
	x.noteAccess(metrics.Access(x.verdict.Require))

	// Who asks, as far as anything depends on it, and whether they may.
	x.site.identify(x, r)
	if err := x.site.admit(x); err != nil {
		x.site.refuse(x, r, err)
		return
	}

	if x.forwardAuth {
		x.site.allow(x)
		return
	}
	x.site.forward(x, r)
}
