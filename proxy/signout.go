package proxy

import (
	"net/http"
	"net/url"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
)

// askSignOut shows a page that asks: a link must not sign anybody out.
func (s *site) askSignOut(x *exchange, r *http.Request) {
	s.pages.write(x, http.StatusOK, s.pages.signOut, struct {
		page
		Action, ReturnTo, SignedInAs string
	}{s.pages.common(x), signOutPath, returnTo(r.URL.Query()), s.signedInAs(x, r)})
}

// signOut ends the session, and says so or goes where it was asked to.
func (s *site) signOut(x *exchange, r *http.Request) {
	if err := readForm(x, r); err != nil {
		s.pages.fail(x, r, err)
		return
	}
	s.sessions.End(x.Header(), r, x.secure)
	s.log.Info("signed out", zap.String("request_id", x.id))
	if path := returnTo(r.Form); path != "" {
		seeOther(x, path)
		return
	}
	s.pages.write(x, http.StatusOK, s.pages.signedOut, struct {
		page
		SignInURL string
	}{s.pages.common(x), s.signInURL()})
}

// signInURL is where to sign in again.
func (s *site) signInURL() string {
	if s.password == nil {
		return "/"
	}
	return signInPath
}

// returnTo is the safe path that a form or query asks to return to, "" if it asks for none.
func returnTo(form url.Values) string {
	if raw := form.Get("return_to"); raw != "" {
		return auth.ReturnTo(raw)
	}
	return ""
}

// readForm reads the fields of one of our own forms into r.
func readForm(x *exchange, r *http.Request) error {
	if r.Body != nil {
		r.Body = http.MaxBytesReader(x.ResponseWriter, r.Body, maxForm)
	}
	if err := r.ParseForm(); err != nil {
		return bodyFailure(err)
	}
	x.waitForBody(0)
	return nil
}
