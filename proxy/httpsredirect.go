package proxy

import (
	"cmp"
	"net/http"
	"strings"
)

// serveRedirect answers what comes to tls.redirect_listen: it leads to the same
// address at the site's HTTPS. No app, no session and no body is looked at, and
// the connection ends: the next request belongs on another one. A CA finds its
// challenges here before anything else.
func (g *Gateway) serveRedirect(w http.ResponseWriter, r *http.Request) {
	x := begin(w, r, g.limits)
	defer g.access.end(x, r)
	defer g.recover(x, r)
	x.Header().Set("Connection", "close")

	target, err := readTarget(r)
	x.target = target
	if err == nil {
		x.client, err = readClient(r, target, x.client.addr, g.trusted)
	}
	if err == nil {
		if x.site = g.sites.find(x.client.hostname); x.site == nil {
			err = errWrongHost
		}
	}
	if err != nil {
		g.pages.fail(x, r, err)
		return
	}
	if h := g.handshakes; h != nil && h.obtained.answers(x, r) {
		return
	}
	ownAnswer(x.Header())
	if target.path == "*" {
		x.WriteHeader(http.StatusNoContent) // as at the site itself
		return
	}
	origin := x.site.httpsOrigin(x.client)
	if origin == "" {
		g.pages.fail(x, r, errHost)
		return
	}
	x.Header()["Location"] = []string{origin + target.String()}
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
