package proxy

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/proxy/language"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// maxForm bounds the body of our own forms, in bytes.
const maxForm = 16 << 10

// busyRetry is when a person whose sign-in found no free slot may try again.
const busyRetry = 2 * time.Second

// askSignIn shows the sign-in page.
func (s *site) askSignIn(x *exchange, r *http.Request) {
	problem := ""
	if cookieLost(x, r) {
		s.log.Info("a browser came back from sign-in without the session cookie: it keeps no cookies, or public_url is wrong about https",
			zap.String("request_id", x.id), zap.Stringer("client", x.client.addr))
		problem = language.Of(r.Header).Text("You signed in, but the browser did not keep the session cookie. Allow cookies for this site, then sign in again.")
	}
	s.writeSignIn(x, r, http.StatusOK, returnTo(r.URL.Query()), "", problem)
}

// cookieLost reports whether somebody comes from the sign-in page to the
// sign-in page: nothing on it leads there, but where it led after a sign-in
// sends those back who have no session. With a cookie there is another reason.
func cookieLost(x *exchange, r *http.Request) bool {
	from, err := url.Parse(r.Referer())
	return err == nil && from.Path == signInPath && from.Host == x.client.host &&
		!slices.ContainsFunc(r.Cookies(), func(c *http.Cookie) bool { return auth.IsSessionCookie(c.Name) })
}

// leadToApp sends the person to where they sign in to the app.
func (s *site) leadToApp(x *exchange, r *http.Request) {
	seeOther(x, withReturnTo(s.appSignInURL, cmp.Or(returnTo(r.URL.Query()), "/")))
}

// signIn checks what was typed and begins a session.
func (s *site) signIn(x *exchange, r *http.Request) {
	form, err := readForm(x, r)
	if err != nil {
		s.pages.fail(x, r, err)
		return
	}
	// The login and the password are the body's; in a URL they would be logged elsewhere.
	path, login := returnTo(form.Form), form.PostForm.Get("login")
	l := language.Of(r.Header)
	session, err := s.password.SignIn(r.Context(), x.client.addr, login, form.PostForm.Get("password"))
	log := s.log.With(zap.String("request_id", x.id), zap.Stringer("client", x.client.addr))
	limited, isLimited := errors.AsType[*password.LimitedError](err)
	switch {
	case err == nil:
	case r.Context().Err() != nil:
		s.counts.PasswordSignIns.Add(metrics.SignInGone)
		x.clientGone()
	case isLimited:
		s.counts.PasswordSignIns.Add(metrics.SignInLimited)
		log.Warn("sign-in refused: too many attempts", zap.Duration("retry_after", limited.RetryAfter))
		x.Header().Set("Retry-After", strconv.Itoa(seconds(limited.RetryAfter)))
		s.writeSignIn(x, r, http.StatusTooManyRequests, path, login,
			l.Text("Too many attempts from here. Try again in %s.", l.Duration(limited.RetryAfter)))
		return
	case errors.Is(err, password.ErrBusy):
		s.counts.PasswordSignIns.Add(metrics.SignInBusy)
		log.Warn("sign-in refused: too many at once")
		x.Header().Set("Retry-After", strconv.Itoa(seconds(busyRetry)))
		s.writeSignIn(x, r, http.StatusServiceUnavailable, path, login,
			l.Text("Too many people are signing in at this moment. Try again in %s.", l.Duration(busyRetry)))
		return
	default:
		s.counts.PasswordSignIns.Add(metrics.SignInWrong)
		// Not the login: people type their passwords there.
		log.Info("sign-in refused: wrong login or password")
		s.writeSignIn(x, r, http.StatusUnauthorized, path, login, l.Text("The login or the password is wrong."))
		return
	}
	s.open(x, r)
	session.Followed = x.remembered()
	x.session, err = s.sessions.Start(x.Header(), r, x.secure, session)
	if err != nil {
		s.counts.PasswordSignIns.Add(metrics.SignInFailed)
		log.Error("sign-in refused", zap.Error(err))
		s.pages.fail(x, r, errInternal)
		return
	}
	s.counts.PasswordSignIns.Add(metrics.SignedIn)
	log.Info("signed in", zap.String("method", session.Method))
	seeOther(x, cmp.Or(path, "/"))
}

func (s *site) writeSignIn(x *exchange, r *http.Request, status int, path, login, problem string) {
	c := s.pages.common(x)
	s.pages.write(x, status, s.pages.signIn, c, struct {
		page
		Action, ReturnTo, Login, Problem, SignedInAs string
		Wrong                                        bool // whether what was typed is the problem
	}{c, signInPath, path, login, problem, s.signedInAs(x, r), status == http.StatusUnauthorized})
}

// signedInAs names the person who is signed in already, "" for nobody. Coming
// to one of our own pages counts as using the session.
func (s *site) signedInAs(x *exchange, r *http.Request) string {
	s.whoAsks(x, r, app.Exact)
	if !s.remember(x, x.Header()) && x.held != nil && x.held.Identity != nil {
		s.sessions.Renew(x.Header(), x.held)
	}
	if x.session == nil {
		return ""
	}
	return nameOf(x.session)
}

// nameOf is what a person is called on our own pages.
func nameOf(o *auth.Opened) string { return cmp.Or(o.Identity.Name, o.Login) }
