package app

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// Signal is what a request and the app's answer to it tell of the app's session.
type Signal struct {
	signedOut bool     // a sign-out request was answered
	changed   bool     // somebody may have signed in, or another person
	touched   bool     // something may have changed
	cleared   []string // session cookies that the browser is to forget
}

// Any reports whether there was anything to tell.
func (s Signal) Any() bool { return s.signedOut || s.changed || s.touched || len(s.cleared) > 0 }

// Signal reads what a request and the status and headers of the app's answer
// tell. A redirect that sets a session cookie is how a sign-in ends; in any
// other answer it proves nothing, since many apps set a new one every time.
func (m *Method) Signal(r *Request, status int, h http.Header) Signal {
	set, cleared := m.setCookies(r, h)
	redirect := status >= 300 && status < 400
	return Signal{
		signedOut: status < 400 && m.signOuts.match(r),
		changed:   redirect && len(set) > 0 || m.signIns.match(r),
		touched:   isUnsafe(r.Method),
		cleared:   cleared,
	}
}

// Observe is what a session is to remember after a signal, nil for what it
// does. f is what it remembers (nil: nothing). Forgetting leaves a time behind:
// what was learnt before it does not count any more, whatever cookie it comes
// back with.
func (m *Method) Observe(r *Request, s Signal, f *auth.Followed) *auth.Followed {
	known := f
	if f == nil {
		known = &auth.Followed{}
	}
	cookies := m.cookies.in(r.Header["Cookie"])
	if s.signedOut || lost(s.cleared, cookies, known) {
		return m.Forget(r, f)
	}
	exact := cookies.digest()
	now := after(time.Now(), withSignals(known, m.signals.known(r.SessionID, exact)))
	next := *known
	if s.changed || known.Identity == nil {
		next.Digest, next.Rolls = "", false
	}
	switch {
	case s.changed:
		next.Changed = now
	case s.touched:
		next.Touched = now
	default:
		return nil
	}
	m.signals.record(r.SessionID, exact, &next, digest{})
	if f == nil {
		return nil // whoever is found next is asked for after this
	}
	return &next
}

// Forget is what a session remembers when its person has signed out: nobody,
// until these cookies of the app's are others, or the next sign of a sign-in.
func (m *Method) Forget(r *Request, f *auth.Followed) *auth.Followed {
	known := f
	if f == nil {
		known = &auth.Followed{}
	}
	cookies := m.cookies.in(r.Header["Cookie"])
	exact := cookies.digest()
	next := &auth.Followed{Changed: after(time.Now(), withSignals(known, m.signals.known(r.SessionID, exact))), Touched: known.Touched, Digest: exact.String()}
	m.signals.record(r.SessionID, exact, next, exact)
	if f == nil && len(cookies) == 0 {
		return nil // nothing was known, and nothing can come back
	}
	return next
}

// Latest is f with what this process has seen happen to the session since f was
// learnt: an answer that took long must not undo what came after it.
func (m *Method) Latest(r *Request, f *auth.Followed) *auth.Followed {
	return withSignals(f, m.signals.known(r.SessionID, m.cookies.in(r.Header["Cookie"]).digest()))
}

// isUnsafe reports whether a request of this method may change something (RFC
// 9110, section 9.2.1).
func isUnsafe(method string) bool {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		return false
	}
	return true
}

// setCookies are the names of the session cookies that an answer sets, and of
// those that it clears and does not set as well, as apps do that give out a new
// session. It remembers where those that are set belong.
func (m *Method) setCookies(r *Request, h http.Header) (set, cleared []string) {
	for _, line := range h["Set-Cookie"] {
		name, _, _ := strings.Cut(line, "=")
		session := m.cookies.match(strings.Trim(name, " \t"))
		c, err := http.ParseSetCookie(line)
		if err != nil {
			continue // the browser may keep it, and then it appears
		}
		if !session {
			m.unnamed.sayOnce(c, m.log)
			continue
		}
		m.unnamed.never()
		if expired(c) {
			cleared = append(cleared, c.Name)
			continue
		}
		set = append(set, c.Name)
		m.scopes.learn(c.Name, pathOf(c, r.Path))
	}
	kept := cleared[:0]
	for _, name := range cleared {
		if !slices.Contains(set, name) {
			kept = append(kept, name)
		}
	}
	return set, kept
}

// expired reports whether a browser forgets the cookie at once (RFC 6265,
// section 5.3), or keeps nothing in it.
func expired(c *http.Cookie) bool {
	if c.MaxAge != 0 {
		return c.MaxAge < 0
	}
	return c.Value == "" || !c.Expires.IsZero() && c.Expires.Before(time.Now())
}

// lost reports whether one of the cleared cookies was there at all: some apps
// clear a dozen that nobody has.
func lost(cleared []string, cookies sent, f *auth.Followed) bool {
	for _, name := range cleared {
		if cookies.has(name) || f.Knows(name) {
			return true
		}
	}
	return false
}
