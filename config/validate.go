package config

import (
	"slices"
	"strconv"
	"time"
)

// validate checks across keys what the types alone cannot say, and reports all
// of it. It also folds host names to the one spelling that requests are compared with.
func validate(c *Config, r *Report) {
	checkListeners(c, r)
	checkTerminators(c, r)
	checkLimits(c, r)
	checkSession(c, r)
	checkTrustedProxies(c, r)
	checkProxyProtocol(c, r)
	for i := range c.Sites {
		checkSite(&c.Sites[i], itemKey("sites", i), r)
		checkSignIn(c, &c.Sites[i], itemKey("sites", i), r)
		checkForwardAuth(c, &c.Sites[i], itemKey("sites", i), r)
		checkHTTPS(c, &c.Sites[i], itemKey("sites", i), r)
	}
	checkTLS(c, r)
	checkHostsDiffer(c.Sites, r)
	checkSecretsDiffer(c, r)
}

// checkTrustedProxies warns of believing everybody.
func checkTrustedProxies(c *Config, r *Report) {
	for i, p := range c.TrustedProxies {
		if p.IsValid() && p.Bits() == 0 {
			r.Warn(itemKey("trusted_proxies", i), "believes the X-Forwarded-* headers of everybody, so that anybody can claim any host and address",
				"write the networks that your own proxies are in")
		}
	}
}

// checkProxyProtocol refuses to wait for headers that nobody may send, and warns
// where they leave nobody to say what browsers speak to the proxy.
func checkProxyProtocol(c *Config, r *Report) {
	if !c.ProxyProtocol {
		return
	}
	if len(c.TrustedProxies) == 0 && r.sound("trusted_proxies") {
		r.Reject("proxy_protocol", "nobody would send its headers: trusted_proxies is empty", "add trusted_proxies: with the network of the proxy that does")
	}
	open := slices.ContainsFunc(c.Sites, func(s Site) bool { return s.SignIn != nil && s.PublicURL == nil })
	if open && c.TLS == nil && !r.Has("tls") {
		r.Warn("proxy_protocol", "if the proxy ends TLS: its X-Forwarded-Proto is not believed, as the client's address counts and not its own, and the session cookie goes without Secure",
			"set public_url for each site")
	}
}

// checkLimits refuses limits that no request could keep to.
func checkLimits(c *Config, r *Report) {
	for _, d := range []struct {
		key   string
		value time.Duration
	}{
		{"limits.header_timeout", c.Limits.HeaderTimeout},
		{"limits.body_timeout", c.Limits.BodyTimeout},
		{"limits.send_timeout", c.Limits.SendTimeout},
		{"limits.idle_timeout", c.Limits.IdleTimeout},
		{"drain_timeout", c.DrainTimeout},
	} {
		checkPositive(d.key, d.value, r)
	}
	if size := c.Limits.HeaderSize; size < 4<<10 || size > 1<<20 {
		r.Reject("limits.header_size", strconv.FormatInt(int64(size), 10)+" bytes is not a sensible limit",
			"write a size from 4KiB to 1MiB")
	}
}

// checkPositive refuses a duration of nothing.
func checkPositive(key string, d time.Duration, r *Report) {
	if d == 0 {
		r.Reject(key, "is no time at all", "write a longer duration, or leave the key out for the default")
	}
}
