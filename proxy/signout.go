package proxy

import (
	"cmp"
	"net/http"
	"net/url"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
)

// askSignOut shows a page that asks: a link must not sign anybody out.
func (s *site) askSignOut(x *exchange, r *http.Request) {
	c := s.pages.common(x)
	s.pages.write(x, http.StatusOK, s.pages.signOut, c, struct {
		page
		Action, ReturnTo, SignedInAs string
	}{c, signOutPath, returnTo(r.URL.Query()), s.signedInAs(x, r)})
}

// signOut ends the session, and says so or goes where it was asked to: first of
// all to the app's own sign-out, where people sign in to the app.
func (s *site) signOut(x *exchange, r *http.Request) {
	form, err := readForm(x, r)
	if err != nil {
		s.pages.fail(x, r, err)
		return
	}
	s.open(x, r)
	var f *auth.Followed
	if s.app != nil {
		f = s.app.Forget(s.appRequest(x, r), x.remembered())
	}
	s.sessions.End(x.Header(), r, x.secure, f)
	s.counts.SignOuts.Add()
	s.log.Info("signed out", zap.String("request_id", x.id), zap.Stringer("client", x.client.addr))
	path := returnTo(form.Form)
	if s.appSignOutURL != "" {
		path = withReturnTo(s.appSignOutURL, cmp.Or(path, "/"))
	}
	if path != "" {
		seeOther(x, path)
		return
	}
	c := s.pages.common(x)
	s.pages.write(x, http.StatusOK, s.pages.signedOut, c, struct {
		page
		SignInURL string
	}{c, cmp.Or(s.signInURL("/"), "/")})
}

// returnTo is the safe path that a form or query asks to return to, "" if it asks for none.
func returnTo(form url.Values) string {
	if raw := form.Get("return_to"); raw != "" {
		return auth.ReturnTo(raw)
	}
	return ""
}

// readForm returns the request with the fields of one of our own forms.
func readForm(x *exchange, r *http.Request) (*http.Request, error) {
	read := *r // net/http looks at its own request's body again
	if r.Body != nil {
		read.Body = http.MaxBytesReader(x.ResponseWriter, r.Body, maxForm)
	}
	if err := read.ParseForm(); err != nil {
		return nil, bodyFailure(err)
	}
	x.waitForBody(0)
	return &read, nil
}
