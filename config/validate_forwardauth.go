package config

import (
	"maps"
	"slices"
)

// checkForwardAuth checks what a site answers to proxies that ask whether they
// may forward.
func checkForwardAuth(c *Config, s *Site, at string, r *Report) {
	key := at + ".forward_auth"
	if !r.Has(key) {
		return
	}
	if len(c.TrustedProxies) == 0 && r.sound("trusted_proxies") {
		r.Reject(key, "nobody could ask: trusted_proxies is empty", "add trusted_proxies: at the top of the file with the network of the proxy that asks")
	}
	if s.SignIn == nil && !r.Has(at+".sign_in") {
		r.Warn(key, "the site has no sign_in, so a proxy that asks never learns who somebody is", "add sign_in to the site, or leave forward_auth out")
	}
	if h := s.IdentityHeaders; h != nil {
		checkNotForwardAuth(h, at+".identity_headers", r)
	}
	if s.SignIn == nil {
		return
	}
	if a := s.SignIn.Assertion; a != nil && len(a.TrustedHeader) > 0 {
		r.Warn(at+".sign_in.assertion.trusted_header", "a proxy that asks by forward_auth hands on what the client sent: unless it sets these headers itself, or removes them, anybody could be anybody",
			"leave trusted_header out, or have the proxy remove these headers from what clients send")
	}
	if app := at + ".sign_in.app"; s.SignIn.App != nil && s.SignIn.App.RelayCookies {
		r.Reject(app+".relay_cookies", "cannot be kept with forward_auth: the proxy hands on one cookie at most, which is ferngate's own", "leave relay_cookies out, or have the proxy send everything through ferngate and leave forward_auth out")
	}
}

// checkNotForwardAuth refuses to have an identity in a header by which a proxy asks.
func checkNotForwardAuth(h *IdentityHeaders, key string, r *Report) {
	check := func(key, name string) {
		asks := func(header string) bool { return foldHeader(header) == foldHeader(name) }
		if headers := ForwardAuthHeaders(); slices.ContainsFunc(headers[:], asks) && r.sound(key) {
			r.Reject(key, quoted(name)+" is a header by which a proxy asks with forward_auth", "write another name, such as X-Forwarded-User")
		}
	}
	check(key+".user_id", h.UserID)
	check(key+".email", h.Email)
	check(key+".name", h.Name)
	check(key+".groups", h.Groups)
	for _, attribute := range slices.Sorted(maps.Keys(h.Attributes)) {
		check(memberKey(key+".attributes", attribute), h.Attributes[attribute])
	}
}
