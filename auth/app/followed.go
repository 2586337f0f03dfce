package app

import (
	"slices"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// maxRemembered is how many of an app's session cookies are remembered.
const maxRemembered = 8

// withSignals is f with what this process has seen since.
func withSignals(f *auth.Followed, seen signal) *auth.Followed {
	if !seen.changed.After(f.Changed) && !seen.touched.After(f.Touched) {
		return f
	}
	known := *f
	known.Rolls = f.Rolls && !seen.changed.After(f.Changed)
	known.Changed, known.Touched = later(f.Changed, seen.changed), later(f.Touched, seen.touched)
	return &known
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
// every answer. Bytes that changed prove nothing; but an answer that was under
// way with the cookies of before, and arrives last, must not stand for those
// that a sign-in brought meanwhile.
func isAbout(f *auth.Followed, cookies sent, exact digest) bool {
	return !appeared(f, cookies) && (f.Rolls || f.Digest == exact.String())
}

// rolls reports whether it is known that the app gives its sessions other bytes
// from answer to answer: the same person, or nobody, was found by different
// ones, with no sign of a sign-in or sign-out in between.
func rolls(before *auth.Followed, cookies sent, exact digest, now *auth.Identity) bool {
	if before.Asked.IsZero() || appeared(before, cookies) {
		return false
	}
	switch then := before.Identity; {
	case then == nil && now == nil:
		return counts(before, Exact) && (before.Rolls || before.Digest != exact.String())
	case then == nil, now == nil, then.UserID != now.UserID:
		return false
	}
	return counts(before, Rechecked) && (before.Rolls || before.Digest != exact.String())
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
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return false
		}
	}
	return slices.ContainsFunc(f.Cookies, func(c auth.AppCookie) bool {
		return covers(c.Path, r.Path) && !cookies.has(c.Name)
	})
}

func contains(list []auth.AppCookie, name string) bool {
	return slices.ContainsFunc(list, func(c auth.AppCookie) bool { return c.Name == name })
}
