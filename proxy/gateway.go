// Package proxy is what happens to a request: which site it is for, whether it
// is one of the gateway's own endpoints, what its path asks for, who sent it,
// how it is forwarded and what of the answer is changed.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
)

// Gateway is the handler of everything that people send. It is immutable.
type Gateway struct {
	sites   sites
	trusted []netip.Prefix
	limits  config.Limits
	access  accessLog
	pages   *pages
	metrics *metrics
	log     *zap.Logger
}

// New builds the gateway that a valid config describes; files that the config
// names are read here. Watching them for changes lasts until ctx is done.
func New(ctx context.Context, cfg *config.Config, log *zap.Logger) (*Gateway, error) {
	pages, err := newPages()
	if err != nil {
		return nil, err
	}
	shared := siteParts{
		session: cfg.Session,
		limits:  cfg.Limits,
		ended:   auth.NewEnded(),
		gate:    password.NewGate(),
		pages:   pages,
		metrics: newMetrics(),
		log:     log,
	}
	access, err := newAccessLog(cfg, log)
	if err != nil {
		return nil, err
	}
	g := &Gateway{trusted: cfg.TrustedProxies, limits: cfg.Limits, access: access, pages: pages, metrics: shared.metrics, log: log}
	for i, section := range cfg.Sites {
		s, err := newSite(ctx, section, shared)
		if _, placed := errors.AsType[config.Faults](err); placed {
			return nil, err // a fault in another file says itself where it is
		}
		if err != nil {
			return nil, fmt.Errorf("sites[%d]: %w", i, err)
		}
		g.sites.add(section.Host, s)
	}
	return g, nil
}

// ServeHTTP is the whole way of a request.
func (g *Gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	x := begin(w, r, g.limits)
	defer x.sending.last() // net/http sends the end of an answer when this has returned
	defer g.access.end(x, r)
	defer g.recover(x, r)

	// What HTTP forbids goes no further.
	target, err := readTarget(r)
	x.target = target
	if err == nil {
		err = checkWellFormed(r)
	}
	if err != nil {
		g.pages.fail(x, r, err)
		return
	}

	// Where it comes from, and which site it is for.
	if x.client, err = readClient(r, x.client.addr, g.trusted); err != nil {
		g.pages.fail(x, r, err)
		return
	}
	if x.site = g.sites.find(x.client.hostname); x.site == nil {
		g.pages.fail(x, r, errWrongHost)
		return
	}
	x.secure = x.site.secure(x.client)
	if target.path == "*" {
		ownAnswer(x.Header())
		x.WriteHeader(http.StatusNoContent) // OPTIONS * asks about this server (RFC 9110, section 9.3.7)
		return
	}

	// Every way in which the app could read the path counts from here on.
	readings, err := auth.Readings(target.path)
	if err != nil {
		g.pages.fail(x, r, errPath)
		return
	}
	x.readings = readings
	if x.site.own(readings) {
		x.site.serveOwn(x, r)
		return
	}
	x.verdict = x.site.access.Judge(r.Method, readings)

	// Who asks, as far as anything depends on it, and whether they may.
	x.site.identify(x, r)
	if err := x.site.admit(x); err != nil {
		x.site.refuse(x, r, err)
		return
	}

	x.site.forward(x, r)
}
