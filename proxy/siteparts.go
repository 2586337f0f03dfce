package proxy

import (
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
)

// siteParts are what all sites of a gateway share.
type siteParts struct {
	session config.Session
	limits  config.Limits
	log     *zap.Logger

	// These are the process's, whatever its config becomes.
	ended    *auth.Ended
	gate     *password.Gate
	pages    *pages
	metrics  *metrics
	tunnels  *tunnels
	standing *standing
}

// newSiteParts are those of a config; what is the process's is that of the gateway
// before it, if there is one.
func newSiteParts(cfg *config.Config, before *Gateway, log *zap.Logger) (siteParts, error) {
	p := siteParts{ended: auth.NewEnded(), gate: password.NewGate(), metrics: newMetrics(), tunnels: newTunnels(), standing: &standing{}}
	if before != nil {
		p = before.siteParts
	} else {
		var err error
		if p.pages, err = newPages(); err != nil {
			return siteParts{}, err
		}
	}
	p.session, p.limits, p.log = cfg.Session, cfg.Limits, log
	return p, nil
}
