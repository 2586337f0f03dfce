package proxy

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/config"
)

// identify finds out who asks, if anything depends on it: an access rule, an
// identity header, the session cookie's renewal by a navigation, or the app's
// sign-in that a navigation may carry the first sign of.
func (s *site) identify(x *exchange, r *http.Request) {
	switch {
	case s.sessions == nil, x.verdict.Require == config.Public:
		return
	case isWebSocket(r) && !s.sameOrigin(x, r):
		return // a page of somebody else's may open one with our cookie: such a socket is anonymous (TestG5)
	}
	navigation := isNavigation(r) && r.Method == http.MethodGet
	switch {
	case navigation:
		s.whoAsks(x, r, app.Exact)
	case x.verdict.Require == config.Required:
		s.whoAsks(x, r, app.Rechecked)
	case s.identity.any() && isAsset(r):
		s.whoAsks(x, r, app.Remembered)
	case s.identity.any():
		s.whoAsks(x, r, app.Rechecked)
	case isNavigation(r): // a form: it renews the session
		s.whoAsks(x, r, app.Remembered)
	case s.app != nil && saysNothing(r): // it may be the first sign of a sign-in, too
		s.whoAsks(x, r, app.Learnt)
	}
}

// admit compares what the path asks for with who asks.
func (s *site) admit(x *exchange) error {
	switch {
	case x.verdict.Require != config.Required:
		return nil
	case x.session == nil && x.undecided:
		return errUndecided
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
	s.remember(x, x.Header())
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	if location := s.signInURL(x.target.String()); err == errSignInNeeded && location != "" && safe && isNavigation(r) {
		s.leadToSignIn(x, r, location)
		return
	}
	s.pages.fail(x, r, err)
}

// signInURL is where to sign in and come back to here from, a path and query of
// this site; "" where there is no such place.
func (s *site) signInURL(here string) string {
	safe := auth.ReturnTo(here) == here
	switch {
	case s.appSignInURL != "" && safe:
		return withReturnTo(s.appSignInURL, here)
	case s.appSignInURL != "":
		return withReturnTo(s.appSignInURL, "/")
	case s.password == nil:
		return ""
	case safe:
		return signInPath + "?return_to=" + url.QueryEscape(here)
	}
	return signInPath
}

// withReturnTo fills {return_to} in, where one of the app's own pages takes it.
func withReturnTo(location, path string) string {
	return strings.ReplaceAll(location, "{return_to}", url.QueryEscape(path))
}

// seeOther sends the browser to a place of this origin: a path, but where a proxy
// asks. It never passes through http.Redirect, which would clean the path.
func seeOther(x *exchange, location string) {
	ownAnswer(x.Header())
	x.Header().Set("Location", location)
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
	if s.publicly != nil {
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
