package config

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// checkListeners checks the addresses, three at most, that ferngate listens on.
func checkListeners(c *Config, r *Report) {
	listen, ok := checkListen("listen", c.Listen, r)
	if ok && c.TLS == nil && !r.Has("tls") && len(c.TrustedProxies) == 0 && !isLoopback(listen.host) {
		r.Warn("listen", "serves plain HTTP to the network, and no proxy in front is trusted to say that the browser uses HTTPS",
			"set tls, or name the TLS terminator's network in trusted_proxies, or listen on 127.0.0.1")
	}
	for i, s := range c.Sites {
		if ok && s.Upstream.URL != nil && listen.is(s.Upstream.URL) {
			r.Reject(itemKey("sites", i)+".upstream.url", "is where ferngate itself listens, so that every request would go round in circles", "write where the app listens")
		}
	}
	var admin, redirect address
	okAdmin, okRedirect := false, false
	if c.Admin.Listen != "" {
		admin, okAdmin = checkListen("admin.listen", c.Admin.Listen, r)
	}
	if r.Has("tls.redirect_listen") && c.TLS != nil {
		redirect, okRedirect = checkListen("tls.redirect_listen", c.TLS.RedirectListen, r)
	}
	if ok && okAdmin && admin.collides(listen) {
		r.Reject("admin.listen", "is the address that listen has", "write another port")
	}
	if ok && okRedirect && redirect.collides(listen) {
		r.Reject("tls.redirect_listen", "is the address that listen has, which HTTPS is served at", "write another port, such as :80")
	}
	if okAdmin && okRedirect && redirect.collides(admin) {
		r.Reject("tls.redirect_listen", "is the address that admin.listen has", "write another port, such as :80")
	}
}

// checkTerminators warns of a site that people reach through a proxy on this
// machine, as a listener on a loopback address with a public host tells, while
// nothing says what browsers speak to that proxy, nor who they are behind it.
func checkTerminators(c *Config, r *Report) {
	if host, _, err := net.SplitHostPort(c.Listen); err != nil || !isLoopback(host) || c.TLS != nil || len(c.TrustedProxies) > 0 {
		return
	}
	for i, s := range c.Sites {
		switch {
		case s.SignIn == nil || s.Host == "" || isLoopback(s.Host):
		case s.PublicURL == nil:
			r.Warn(itemKey("sites", i)+".host", "if a proxy on this machine ends TLS: the session cookie goes without Secure, and all people seem to have the proxy's address",
				"set public_url, and name the proxy in trusted_proxies, such as [127.0.0.1]")
		default:
			r.Warn(itemKey("sites", i)+".public_url", "is reached through a proxy on this machine that trusted_proxies does not name: all people seem to have its address, and share its limit on attempts to sign in",
				"name the proxy in trusted_proxies, such as [127.0.0.1]")
		}
	}
}

// address is where to listen.
type address struct {
	host string
	port int
}

// checkListen reads a listen address.
func checkListen(key, text string, r *Report) (address, bool) {
	host, port, err := net.SplitHostPort(text)
	n, errPort := strconv.ParseUint(port, 10, 16)
	if err != nil || errPort != nil || strings.ContainsAny(host, "/ @") {
		r.Reject(key, quoted(text)+" is not an address to listen on", "write host:port or :port, such as 127.0.0.1:8080 or :8080")
		return address{}, false
	}
	return address{strings.ToLower(host), int(n)}, true
}

// collides tells whether the two cannot be listened on at once. Port 0 is any free one.
func (a address) collides(b address) bool {
	return a.port != 0 && a.port == b.port && (a.host == b.host || isWildcard(a.host) || isWildcard(b.host))
}

// is tells whether a URL leads to the address, as far as their texts say.
func (a address) is(u *url.URL) bool {
	return a.port != 0 && u.Port() == strconv.Itoa(a.port) &&
		(strings.EqualFold(u.Hostname(), a.host) || isLoopback(u.Hostname()) && (isWildcard(a.host) || isLoopback(a.host)))
}

// isWildcard tells whether a host means every address of the machine.
func isWildcard(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "" || err == nil && ip.IsUnspecified()
}

// isLoopback tells whether a host is this machine only.
func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback() || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
