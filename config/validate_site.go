package config

import (
	"net"
	"net/url"
	"strconv"
	"strings"
)

// checkSite checks one site, each topic in its own function.
func checkSite(s *Site, at string, r *Report) {
	if r.Has(at + ".host") {
		s.Host = checkHost(at+".host", s.Host, r)
	}
	checkPublicURL(s, at+".public_url", r)
	checkUpstream(&s.Upstream, at+".upstream", r)
	checkPublicName(s, at, r)
	if d := s.Limits.BodyTimeout; d != nil {
		checkPositive(at+".limits.body_timeout", *d, r)
	}
	if s.Ferndesk != nil {
		checkFerndesk(s, at+".ferndesk", r)
	}
	checkInject(s, at, r)
	checkBranding(&s.Branding, at+".branding", r)
	if s.IdentityHeaders != nil {
		checkIdentityHeaders(s.IdentityHeaders, at+".identity_headers", r)
	}
	checkSignInUsed(s, at, r)
	checkAccess(s, at, r)
}

// checkSignInUsed warns of what a site without sign_in can never give.
func checkSignInUsed(s *Site, at string, r *Report) {
	if s.SignIn != nil || r.Has(at+".sign_in") {
		return
	}
	switch {
	case s.Ferndesk != nil && s.Ferndesk.WidgetID != "" && s.Inject.Enabled:
		r.Warn(at+".ferndesk", "the site has no sign_in, so the widget never knows who somebody is: every request for a token is answered 401", "add sign_in, unless nobody is to be identified")
	case s.Ferndesk != nil:
		r.Warn(at+".ferndesk", "the site has no sign_in, so every request for a token is answered 401", "add sign_in, or leave ferndesk out")
	}
	if s.IdentityHeaders != nil {
		r.Warn(at+".identity_headers", "the site has no sign_in, so these headers are only ever removed", "add sign_in, or leave identity_headers out")
	}
}

// checkPublicURL checks what the browser's address bar is said to show.
func checkPublicURL(s *Site, key string, r *Report) {
	u := s.PublicURL
	if u == nil || !checkOrigin(u, key, "https://"+example(s.Host), r) {
		return
	}
	host := strings.ToLower(strings.TrimSuffix(u.Hostname(), "."))
	if s.Host != "" && host != s.Host && r.sound(strings.TrimSuffix(key, "public_url")+"host") {
		r.Reject(key, quoted(host)+" is another host than the site's", "write "+u.Scheme+"://"+s.Host+", or change host")
	}
	if u.Scheme == "http" && !isLoopback(host) {
		r.Warn(key, "people would send their session over plain HTTP", "write https://"+u.Host)
	}
}

// checkPublicName checks that there is a public name to put in place of the one
// that host_header tells the app: what clients ask for would be anybody's choice.
func checkPublicName(s *Site, at string, r *Report) {
	key := at + ".upstream.host_header"
	if s.Upstream.HostHeader != "" && !r.Has(at+".host") && !r.Has(at+".public_url") && r.sound(key) {
		r.Reject(key, "the site has neither host nor public_url, which redirects of the app are to lead to in place of this name", "set public_url, such as https://app.example.com")
	}
}

// example is the host to show in a mend.
func example(host string) string {
	if host == "" {
		return "app.example.com"
	}
	return host
}

// checkOrigin checks that a URL is http(s)://host[:port] and no more.
func checkOrigin(u *url.URL, key, like string, r *Report) bool {
	// A URL with credentials or a query is never repeated: what is in them may be secret.
	bare := u.Scheme + "://" + u.Host
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		r.Reject(key, "begins with neither http:// nor https://", "write it as "+like)
	case u.Hostname() == "" || !isHostOfURL(u):
		r.Reject(key, "has no host that could be reached", "write it as "+like)
	case u.User != nil:
		r.Reject(key, "holds a user name or a password", "write "+bare)
	case u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		r.Reject(key, "holds more than scheme and host: a query (?) or a fragment (#)", "write "+bare)
	case u.Path == "/":
		r.Reject(key, "ends in /", "leave the / off: write "+bare)
	case u.Path != "":
		r.Reject(key, "holds a path", "write "+bare+": paths are forwarded as they come")
	default:
		return true
	}
	return false
}

// isHostOfURL tells whether a URL's host and port can be dialled.
func isHostOfURL(u *url.URL) bool {
	if _, problem, _ := plainHost(u.Hostname()); problem != "" {
		return false
	}
	if u.Port() == "" {
		_, _, err := net.SplitHostPort(u.Host)
		return err != nil // host: with nothing after the colon
	}
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	return err == nil && port > 0
}
