package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/auth"
)

// publicName is what a site is called in public: by the browser that sent a request.
type publicName struct {
	origin string // scheme://host:port
	host   string // without its port
	https  bool
}

// newPublicName is the name that a public_url gives a site.
func newPublicName(u *url.URL) (*publicName, error) {
	host, ok := hostname(u.Host)
	if !ok {
		return nil, fmt.Errorf("%q is no host", u.Host)
	}
	return &publicName{originOf(u), host, u.Scheme == "https"}, nil
}

// originOf writes an origin as browsers do: in lower case and without the
// scheme's own port (RFC 6454, section 6.2).
func originOf(u *url.URL) string {
	host := strings.ToLower(u.Host)
	if port := u.Port(); u.Scheme == "https" && port == "443" || u.Scheme == "http" && port == "80" {
		host = strings.TrimSuffix(host, ":"+port)
	}
	return u.Scheme + "://" + host
}

// publicNameFor is the site's, as x's browser has it in its address bar.
func (s *site) publicNameFor(x *exchange) publicName {
	if s.publicly != nil {
		return *s.publicly
	}
	return publicName{schemeOf(x.secure) + "://" + x.client.host, x.client.hostname, x.secure}
}

// namePublicly puts right what an app says of itself that was told another name,
// by host_header, than its public one: where a redirect leads, what an answer is
// of, and for which domain a cookie is. Without host_header the app knows its
// name, and nothing is changed.
func (s *site) namePublicly(x *exchange, h http.Header) {
	if s.upstream.HostHeader == "" || x.client.host == "" {
		return
	}
	name := s.publicNameFor(x)
	for _, header := range []string{"Location", "Content-Location"} {
		for i, ref := range h[header] {
			h[header][i] = s.publicReference(ref, name.origin)
		}
	}
	for i, value := range h["Refresh"] {
		h["Refresh"][i] = s.publicRefresh(value, name.origin)
	}
	s.nameCookies(x, h["Set-Cookie"])
}

// nameCookies is the part of namePublicly for Set-Cookie lines, which it changes.
func (s *site) nameCookies(x *exchange, lines []string) {
	if s.upstream.HostHeader == "" || x.client.host == "" {
		return
	}
	host := s.publicNameFor(x).host
	for i, line := range lines {
		lines[i] = auth.WithoutForeignDomain(line, host)
	}
}

// publicReference is a URI reference (RFC 3986, section 4.1) with the public
// origin in place of one of the app's own, byte for byte what it was otherwise.
func (s *site) publicReference(ref, origin string) string {
	scheme, rest, found := strings.Cut(ref, "://")
	if !found || strings.ContainsAny(scheme, "/?#") {
		scheme, _, _ = strings.Cut(origin, ":")
		if rest, found = strings.CutPrefix(ref, "//"); !found {
			return ref
		}
	}
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	if !s.upstream.KnowsItselfAs(scheme, host) {
		return ref
	}
	return origin + rest[len(host):]
}

// publicRefresh is the same for the value of a Refresh header: seconds, ; or a
// comma, and a URL, with url= before it and in quotes perhaps (HTML, section
// 4.2.5.3).
func (s *site) publicRefresh(value, origin string) string {
	i := strings.IndexAny(value, ";,")
	if i < 0 {
		return value
	}
	ref := strings.TrimLeft(value[i+1:], " \t")
	if len(ref) >= 3 && strings.EqualFold(ref[:3], "url") {
		if after, found := strings.CutPrefix(strings.TrimLeft(ref[3:], " \t"), "="); found {
			ref = strings.TrimLeft(after, " \t")
		}
	}
	end := ""
	if ref != "" && (ref[0] == '"' || ref[0] == '\'') {
		quote := ref[:1]
		ref = ref[1:]
		if i := strings.Index(ref, quote); i >= 0 {
			ref, end = ref[:i], ref[i:]
		}
	}
	before := strings.TrimSuffix(value, ref+end)
	return before + s.publicReference(ref, origin) + end
}
