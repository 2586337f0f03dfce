package explain

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// shown are the request headers whose values are no secrets. All others are
// masked: what they are for, only the app knows.
var shown = []string{
	"Accept", "Accept-Encoding", "Accept-Language", "Content-Type", "Forwarded", "User-Agent",
	"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Requested-With",
}

// maskHeader is a request header's value as it is shown.
func maskHeader(name, value string) string {
	switch {
	case slices.Contains(shown, name):
		return value
	case name == "Cookie":
		var pairs []string
		for pair := range strings.SplitSeq(value, ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			pairs = append(pairs, name+"="+mask(value))
		}
		return strings.Join(pairs, "; ")
	case name == "Authorization":
		if scheme, credentials, found := strings.Cut(value, " "); found {
			return scheme + " " + mask(credentials)
		}
	}
	return mask(value)
}

// mask stands for a secret.
func mask(value string) string { return fmt.Sprintf("… (%d bytes)", len(value)) }

// place is an address without what of it may be secret: the query, which
// redirects carry codes and tokens in, and path parameters, which Tomcat keeps
// its sessions in.
func place(u *url.URL) string {
	path, _, cut := strings.Cut(u.EscapedPath(), ";")
	if cut {
		path += ";…"
	}
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?…"
	}
	return path
}

// location is a Location header as it is shown.
func location(value string) string {
	u, err := url.Parse(value)
	switch {
	case err != nil:
		return "a malformed address"
	case u.Opaque != "":
		return u.Scheme + ":…"
	case u.Host == "":
		return place(u)
	case u.Scheme == "":
		return "//" + u.Host + place(u)
	}
	return u.Scheme + "://" + u.Host + place(u)
}
