package app

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// slow is how long a request may take before something else may have happened
// to the session meanwhile, at another replica.
const slow = time.Second

// Signal is what a request and the app's answer to it tell of the app's session.
type Signal struct {
	signedOut bool // a sign-out request was answered
	changed   bool // somebody may have signed in, or another person
	touched   bool // something may have changed
	cleared   []cleared
}

// cleared is a session cookie that the browser is to forget.
type cleared struct {
	name    string
	certain bool // whether it is known to be the one that the app has set
}

// Any reports whether there was anything to tell.
func (s Signal) Any() bool { return s.signedOut || s.changed || s.touched || len(s.cleared) > 0 }

// MayChange reports whether a request may change something by what it is, so
// that Begin is to be called.
func (m *Method) MayChange(r *Request) bool { return isUnsafe(r.Method) || m.mayChangeHands(r) }

// mayChangeHands reports whether a request is configured to sign somebody in or out.
func (m *Method) mayChangeHands(r *Request) bool { return m.signIns.match(r) || m.signOuts.match(r) }

// Begin takes in that a request goes to the app that may change something,
// before it is known what comes of it: its answer may be lost, or take long. f is
// what the session remembers (nil: nothing).
func (m *Method) Begin(r *Request, f *auth.Followed) {
	exact := m.cookies.in(r.Header["Cookie"]).digest(r.Host)
	seen := m.signals.known(r.SessionID, exact)
	if f == nil {
		f = &auth.Followed{}
	}
	now := after(time.Now(), withSignals(f, seen))
	next := &auth.Followed{Touched: now}
	if m.mayChangeHands(r) {
		next.Changed = now
	}
	m.signals.record(r.SessionID, exact, next, seen.ended)
}

// Signal reads what a request and the status and headers of the app's answer
// tell; 0 is the status where there was none. An answer that sets a session
// cookie proves nothing by itself, since many apps set a new one every time:
// but a redirect that does is how a sign-in ends, and so is the answer to a form
// or a script where the app does not do so always. The sign-in page that leads
// on at once says that somebody is signed in already.
func (m *Method) Signal(r *Request, status int, h http.Header) Signal {
	set, gone := m.setCookies(r, h)
	unsafe, answered := isUnsafe(r.Method), status >= 200 && status < 400
	redirect := answered && status >= 300 && status != http.StatusNotModified // which leads nowhere
	defer m.rolling.see(r, status, set, m.cookies.in(r.Header["Cookie"]))
	s := Signal{touched: unsafe, cleared: gone}
	s.changed = len(set) > 0 && (redirect || unsafe && !m.rolling.known("")) || redirect && r.Path == m.signInPath || m.signIns.match(r)
	if m.signOuts.match(r) {
		// A page that changes no cookie may be one that asks the person first.
		page := r.Method == http.MethodGet && !redirect && len(set)+len(gone) == 0
		s.signedOut = answered && !page
		s.changed = s.changed || !s.signedOut
	}
	return s
}

// Observe is what a session is to remember after a signal, nil for what it
// does. f is what it remembers (nil: nothing).
func (m *Method) Observe(r *Request, s Signal, f *auth.Followed) *auth.Followed {
	known := f
	if f == nil || f.Host != r.Host {
		known = &auth.Followed{Host: r.Host}
	}
	cookies := m.cookies.in(r.Header["Cookie"])
	exact := cookies.digest(r.Host)
	seen := m.signals.known(r.SessionID, exact)
	if !seen.ended.at.IsZero() && !r.Began.After(seen.ended.at) {
		return nil // it was under way when the person signed out
	}
	switch {
	case s.signedOut, s.loses(cookies, true):
		return m.forget(r, f, exact)
	case s.loses(cookies, false), slices.ContainsFunc(s.cleared, func(c cleared) bool { return known.Knows(c.name) }):
		return m.forget(r, f, digest{}) // the cookies that are left are asked about
	}
	now := after(time.Now(), withSignals(known, seen))
	next := *known
	if s.changed || known.Identity == nil {
		next.Digest, next.Rolls = "", false
	}
	switch {
	case s.changed, s.touched && time.Since(r.Began) > slow:
		next.Changed = now
	case s.touched:
		next.Touched = now
	default:
		return nil
	}
	m.signals.record(r.SessionID, exact, &next, signOut{})
	switch {
	case f == nil: // whoever is found next is asked for after this
		return nil
	case !next.Changed.After(known.Changed) && known.Touched.After(known.Asked) && next.Digest == known.Digest:
		return nil // it is in doubt already
	}
	return &next
}

// Forget is what a session remembers when its person has signed out: nobody,
// until these cookies of the app's are others, or the next sign of a sign-in.
func (m *Method) Forget(r *Request, f *auth.Followed) *auth.Followed {
	return m.forget(r, f, m.cookies.in(r.Header["Cookie"]).digest(r.Host))
}

// forget leaves a time behind: what was learnt before it does not count any
// more, whatever cookie it comes back with. The dead cookies are not asked about.
func (m *Method) forget(r *Request, f *auth.Followed, dead digest) *auth.Followed {
	known := f
	if f == nil {
		known = &auth.Followed{}
	}
	cookies := m.cookies.in(r.Header["Cookie"])
	exact := cookies.digest(r.Host)
	now := after(time.Now(), withSignals(known, m.signals.known(r.SessionID, exact)))
	next := &auth.Followed{Host: r.Host, Changed: now, Touched: known.Touched, Digest: dead.String()}
	m.signals.record(r.SessionID, exact, next, signOut{time.Now(), dead})
	if f == nil && len(cookies) == 0 {
		return nil // nothing was known, and nothing can come back
	}
	return next
}

// Overtaken reports whether the session changed hands while a request was under
// way: what was learnt with it must not undo what the browser has heard since.
func (m *Method) Overtaken(r *Request) bool {
	exact := m.cookies.in(r.Header["Cookie"]).digest(r.Host)
	return m.signals.known(r.SessionID, exact).noticed.After(r.Began)
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

// setCookies are the session cookies that an answer sets, and the names of those
// that it clears and does not set as well, as apps do that give out a new
// session. It remembers where those that are set belong.
func (m *Method) setCookies(r *Request, h http.Header) (set []setCookie, gone []cleared) {
	for _, line := range h["Set-Cookie"] {
		c, ok := parseSetCookie(line, time.Now())
		switch {
		case !ok:
		case !m.cookies.match(c.name):
			m.unnamed.sayOnce(c, m.log)
		case !c.gone:
			m.unnamed.never()
			set = append(set, c)
			m.scopes.learn(strings.Clone(c.name), scope{strings.Clone(c.scope(r.Path).path), c.domain})
		default:
			if this, known := m.scopes.was(c.name, c.scope(r.Path)); this || !known {
				gone = append(gone, cleared{c.name, this})
			}
		}
	}
	return set, slices.DeleteFunc(gone, func(g cleared) bool {
		return slices.ContainsFunc(set, func(c setCookie) bool { return c.name == g.name })
	})
}

// loses reports whether the browser is to forget one of the cookies that it
// sent: some apps clear a dozen that nobody has.
func (s Signal) loses(cookies sent, certain bool) bool {
	return slices.ContainsFunc(s.cleared, func(c cleared) bool { return c.certain == certain && cookies.has(c.name) })
}
