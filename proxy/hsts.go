package proxy

import (
	"strconv"
	"time"

	"github.com/ferngate/ferngate/config"
)

// hstsHeader is where browsers are told to use HTTPS alone (RFC 6797, section 6.1).
const hstsHeader = "Strict-Transport-Security"

// hstsPolicy is the header's value that a config asks for; nil for none.
func hstsPolicy(cfg *config.HSTS) []string {
	if cfg == nil {
		return nil
	}
	policy := "max-age=" + strconv.Itoa(int(cfg.MaxAge/time.Second))
	if cfg.IncludeSubdomains {
		policy += "; includeSubDomains"
	}
	if cfg.Preload {
		policy += "; preload"
	}
	return []string{policy}
}

// demandHTTPS adds the site's policy to an answer, the app's or our own. Over
// plain HTTP it must not stand (RFC 6797, section 7.2), and what the app says of
// itself stays as it is: of two, browsers heed the first alone (section 8.1).
func (x *exchange) demandHTTPS() {
	if x.site == nil || x.site.hsts == nil || !x.secure {
		return
	}
	if h := x.Header(); len(h[hstsHeader]) == 0 {
		h[hstsHeader] = x.site.hsts
	}
}
