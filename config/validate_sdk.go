package config

import (
	"net/url"
	"strings"
)

// checkSDKURL checks where the widget's script is loaded from. It runs in the
// app's own pages, so nobody between may be able to change it.
func checkSDKURL(s *Site, key string, r *Report) {
	u := s.Inject.SDKURL
	const like = "write it as https://static.example.com/dist/sdk.js"
	bare := "write " + shorten(u.Scheme+"://"+u.Host+u.EscapedPath()) // credentials and what follows the path may be secret
	switch {
	case u.Scheme == "" && u.Host == "" && strings.HasPrefix(u.Path, "/"):
		r.Reject(key, "is a path alone", "write the whole URL, such as "+siteURL(s, u.EscapedPath()))
	case u.Scheme == "" && u.Host == "" && strings.Contains(u.Path, "."):
		r.Reject(key, "begins with neither https:// nor http://", "write https://"+shorten(u.EscapedPath()))
	case u.Scheme != "https" && u.Scheme != "http":
		r.Reject(key, "begins with neither https:// nor http://", like)
	case u.Hostname() == "" || !isHostOfURL(u):
		r.Reject(key, "has no host that could be reached", like)
	case u.User != nil:
		r.Reject(key, "holds a user name or a password", bare)
	case u.Fragment != "":
		r.Reject(key, "holds a fragment (#)", bare)
	case u.Path == "" || u.Path == "/":
		r.Reject(key, "names no script on that host", like)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		r.Reject(key, "loads the widget over plain HTTP, where anybody between could change what runs in the app's pages", "write https:// in place of http://")
	case !policiesCanName(u.Hostname()):
		r.Warn(key, "no Content-Security-Policy can name this host, so the widget would not be in pages that have a policy", "write a host name without _ and without a dot at its end")
	}
}

// siteURL is a path as a whole URL of the site, to show in a mend.
func siteURL(s *Site, path string) string {
	u := url.URL{Scheme: "https", Host: example(s.Host)}
	if s.PublicURL != nil && s.PublicURL.Host != "" {
		u = url.URL{Scheme: s.PublicURL.Scheme, Host: s.PublicURL.Host}
	}
	return shorten(u.JoinPath(path).String())
}

// policiesCanName tells whether a Content-Security-Policy can name a host (CSP 3,
// section 2.3.1): an IPv6 address it cannot.
func policiesCanName(host string) bool {
	return !strings.ContainsAny(host, ":_") && !strings.HasSuffix(host, ".")
}
