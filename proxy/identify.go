package proxy

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// identify finds out who asks, if anything depends on it: an access rule, an
// identity header, or the cookie's renewal by a navigation.
func (s *site) identify(x *exchange, r *http.Request) {
	switch {
	case s.sessions == nil, x.verdict.Require == config.Public:
	case isWebSocket(r) && !s.sameOrigin(x, r):
		// A page of somebody else's may open a websocket here and the browser
		// sends our cookie with it: such a socket is anonymous (TestG5).
	case x.verdict.Require == config.Required, s.identity.any(), isNavigation(r):
		x.session = s.sessions.Open(r, x.secure)
	}
}

// admit compares what the path asks for with who asks.
func (s *site) admit(x *exchange) error {
	switch {
	case x.verdict.Require != config.Required:
		return nil
	case x.session == nil:
		return errSignInNeeded
	case !x.verdict.Admits(x.session.Identity):
		return errNotAllowed
	}
	return nil
}

// refuse answers a request that admit turned away. Only a navigation that can
// be repeated is sent to sign-in: a redirect would lose a form's fields, and
// script cannot follow one.
func (s *site) refuse(x *exchange, r *http.Request, err error) {
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if err != errSignInNeeded || s.password == nil || !safe || !isNavigation(r) {
		s.pages.fail(x, r, err)
		return
	}
	location := signInPath
	if here := x.target.String(); auth.ReturnTo(here) == here {
		location += "?return_to=" + url.QueryEscape(here)
	}
	seeOther(x, location)
}

// seeOther sends the browser to a path of this origin. The Location is relative
// and never passes through http.Redirect, which would clean the path.
func seeOther(x *exchange, path string) {
	ownAnswer(x.Header())
	x.Header().Set("Location", path)
	x.WriteHeader(http.StatusSeeOther)
}

// sameOrigin reports whether the page that sent the request is the site's own,
// as far as its Origin header tells; requests of other clients have none.
func (s *site) sameOrigin(x *exchange, r *http.Request) bool {
	origins := r.Header["Origin"]
	if len(origins) == 0 {
		return true
	}
	if len(origins) > 1 {
		return false
	}
	scheme, host, _ := strings.Cut(origins[0], "://")
	if s.publicly.known {
		return strings.EqualFold(origins[0], s.publicly.origin)
	}
	return strings.EqualFold(host, x.client.host) && strings.EqualFold(scheme, schemeOf(x.secure))
}

func schemeOf(secure bool) string {
	if secure {
		return "https"
	}
	return "http"
}
