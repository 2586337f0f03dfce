package proxy

import (
	"net/netip"
	"slices"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// settings are what of a config an http.Server is made of.
type settings struct {
	people        bool // not operators
	limits        config.Limits
	tls           bool
	clientAuth    clientAuth
	proxyProtocol bool
	trusted       []netip.Prefix // with proxyProtocol
	log           *zap.Logger
}

// peopleSettings are those of the server of people's requests.
func peopleSettings(cfg *config.Config, log *zap.Logger) settings {
	set := settings{people: true, limits: cfg.Limits, tls: cfg.TLS != nil, log: log}
	if cfg.ProxyProtocol {
		set.proxyProtocol, set.trusted = true, cfg.TrustedProxies
	}
	return set
}

// same reports whether two servers of these settings are alike.
func (s settings) same(other settings) bool {
	return s.people == other.people && s.limits == other.limits && s.tls == other.tls && s.log == other.log && s.clientAuth == other.clientAuth &&
		s.proxyProtocol == other.proxyProtocol && slices.Equal(s.trusted, other.trusted)
}
