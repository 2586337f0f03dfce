package proxy

import (
	"net/netip"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// siteParts are what all sites of a gateway share.
type siteParts struct {
	*process
	session config.Session
	limits  config.Limits
	trusted []netip.Prefix // the proxies in front
	log     *zap.Logger
}

// newSiteParts are those of a config. The process is that of the gateway before it,
// if there is one.
func newSiteParts(cfg *config.Config, before *Gateway, log *zap.Logger) (siteParts, error) {
	parts := siteParts{session: cfg.Session, limits: cfg.Limits, trusted: cfg.TrustedProxies, log: log}
	if before != nil {
		parts.process = before.process
		return parts, nil
	}
	var err error
	parts.process, err = newProcess()
	return parts, err
}
