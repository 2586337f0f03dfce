package proxy

import (
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/metrics"
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
	metrics  *metrics.Metrics
	tunnels  *tunnels
	standing *standing
}

// newSiteParts are those of a config; what is the process's is that of the gateway
// before it, if there is one.
func newSiteParts(cfg *config.Config, before *Gateway, log *zap.Logger) (siteParts, error) {
	var p siteParts
	if before != nil {
		p = before.siteParts
	} else {
		pages, err := newPages()
		if err != nil {
			return siteParts{}, err
		}
		ended := auth.NewEnded()
		p = siteParts{
			ended:    ended,
			gate:     password.NewGate(),
			pages:    pages,
			metrics:  metrics.New(ended.Len),
			tunnels:  newTunnels(),
			standing: &standing{},
		}
	}
	p.session, p.limits, p.log = cfg.Session, cfg.Limits, log
	return p, nil
}
