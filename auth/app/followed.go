package app

import (
	"slices"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// withSignals is f with what this process has seen that f does not know of yet:
// f's answer is from before that, whatever the clock says of the replica that
// asked for it.
func withSignals(f *auth.Followed, seen signal) *auth.Followed {
	if !seen.outdates(f) && !seen.touched.After(f.Touched) {
		return f
	}
	known := *f
	if seen.outdates(f) {
		known.Changed = later(seen.changed, f.Asked)
	}
	if seen.touched.After(f.Touched) {
		known.Touched = later(seen.touched, f.Asked)
	}
	return &known
}

// lifted is f without the cookies that somebody signed out with, where there was
// a sign of a sign-in after that, which sealed had not heard of.
func lifted(f, sealed *auth.Followed, seen signal) *auth.Followed {
	if !f.Asked.IsZero() || f.Digest == "" || !seen.ended.at.IsZero() || !later(seen.changed, seen.touched).After(sealed.Changed) {
		return f
	}
	free := *f
	free.Digest = ""
	return &free
}

// counts reports whether f's answer is newer than the signals that matter.
func counts(f *auth.Followed, need Freshness) bool {
	return f.Asked.After(f.Changed) && (need != Exact || f.Asked.After(f.Touched))
}

// age is how old f's answer is. One that another replica's clock has put into
// the future is as old as it is far away.
func age(f *auth.Followed, now time.Time) time.Duration { return now.Sub(f.Asked).Abs() }

// after is a time later than everything that f holds: now, unless the clock of
// another replica was ahead of this one's.
func after(now time.Time, f *auth.Followed) time.Time {
	now = time.UnixMilli(now.UnixMilli())
	if last := later(f.Asked, later(f.Changed, f.Touched)); !now.After(last) {
		return last.Add(time.Millisecond)
	}
	return now
}

// isAbout reports whether f's answer was about these cookies: to the byte, or
// about what they were before the app gave them other bytes, as some do with
// every answer. That bytes changed proves nothing there; everywhere else f may
// be of another session than the cookies, such as one whose answer was under way
// when somebody else signed in.
func (m *Method) isAbout(f *auth.Followed, cookies sent, exact digest) bool {
	switch {
	case f.Digest == exact.String():
		return true
	case f.Late, appeared(f, cookies):
		return false
	}
	if f.Identity == nil {
		return f.Rolls || m.rolling.known("")
	}
	return m.rolling.known(f.Identity.UserID)
}

// appeared reports whether there is a session cookie that f does not know.
func appeared(f *auth.Followed, cookies sent) bool {
	for name := range cookies.names() {
		if !f.Knows(name) {
			return true
		}
	}
	return false
}

// absent reports whether a session cookie that f knows was not sent where it
// belongs. A page of another site's cannot tell: SameSite=Strict cookies are
// not sent with what it causes.
func absent(f *auth.Followed, cookies sent, r *Request) bool {
	return !r.fromElsewhere() && slices.ContainsFunc(f.Cookies, func(c auth.AppCookie) bool {
		return auth.CookieReaches(c.Path, r.Path) && !cookies.has(c.Name)
	})
}

// fromElsewhere reports whether another site's page caused the request.
func (r *Request) fromElsewhere() bool {
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	return false
}
