package config

import "time"

// preloadAge is what the lists that browsers ship ask of max_age (hstspreload.org).
const preloadAge = 365 * 24 * time.Hour

// checkHTTPS checks what a site says of HTTPS against how it is reached.
func checkHTTPS(c *Config, s *Site, at string, r *Report) {
	plain := s.PublicURL != nil && s.PublicURL.Scheme == "http"
	if plain && c.TLS != nil && len(c.TrustedProxies) == 0 && r.sound(at+".public_url") {
		r.Reject(at+".public_url", "is plain HTTP, but listen serves HTTPS", "write https://"+s.PublicURL.Host)
	}
	if s.HSTS == nil {
		return
	}
	key := at + ".hsts"
	switch {
	case !r.sound(at+".public_url", at+".host"):
	case plain:
		r.Reject(key, "browsers reach the site by plain HTTP, where they do not heed it", "write https:// in public_url, or leave hsts out")
	case s.PublicURL == nil && !r.Has("tls") && len(c.TrustedProxies) == 0:
		r.Reject(key, "nothing says that browsers reach the site by HTTPS, and else they do not heed it", "set tls, or public_url, or name the TLS terminator's network in trusted_proxies")
	case isIP(s.Host):
		r.Warn(key, "browsers heed it for a host name only, not for an address", "leave hsts out, or write the host's name")
	}
	if s.HSTS.Preload && (s.HSTS.MaxAge < preloadAge || !s.HSTS.IncludeSubdomains) && r.intact(key) {
		r.Reject(key+".preload", "browsers' makers take a host only with a max_age of at least 365d and include_subdomains", "write both, or leave preload out")
	}
}
