package proxy

import (
	"cmp"
	"net/http"
	"strings"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// serveRedirect answers what comes to tls.redirect_listen: it leads to the same
// address at the site's HTTPS. No app, no session and no body is looked at, and
// the connection ends: the next request belongs on another one. A CA finds its
// challenges here before anything else. Nobody here speaks HTTPS, whatever
// public_url says: x.secure stays false, and no answer has the site's HSTS policy
// (TestRedirect_NoHSTS).
func (g *Gateway) serveRedirect(w http.ResponseWriter, r *http.Request) {
	x := begin(w, r, g.limits)
	g.metrics.Open.Inc()
	defer g.count(x, r)
	defer g.access.end(x, r)
	defer g.recover(x, r)
	x.closeAfter = true

	if err := g.arrive(x, r); err != nil {
		g.pages.fail(x, r, err)
		return
	}
	x.noteAccess(metrics.Redirect)
	if h := g.handshakes; h != nil && h.obtained.answers(x, r) {
		return
	}
	ownAnswer(x.Header())
	if x.target.path == "*" {
		x.WriteHeader(http.StatusNoContent) // as at the site itself
		return
	}
	origin := x.site.httpsOrigin(x.client)
	if origin == "" {
		g.pages.fail(x, r, errHost)
		return
	}
	x.Header()["Location"] = []string{origin + x.target.String()}
	x.WriteHeader(http.StatusPermanentRedirect) // which keeps the method (RFC 9110, section 15.4.9)
}

// httpsOrigin is where browsers reach the site by HTTPS: as public_url has it,
// else its host at HTTPS's own port. The one that a client asks for counts only
// where the site is for any; it is "" where the client names none.
func (s *site) httpsOrigin(c client) string {
	host := cmp.Or(s.host, c.hostname)
	switch {
	case s.publicly != nil && s.publicly.https:
		return s.publicly.origin
	case host == "":
		return ""
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return "https://" + host
}
