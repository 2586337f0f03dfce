package app

import (
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/recent"
)

// signals are what this process saw happen to sessions, by the session's id and
// by the digest of the app's session cookies. The browser's own cookie says the
// same, but an answer that was slower than the one after it may have brought an
// older cookie back, and a copy of the app's cookies may come without ours.
type signals struct {
	bySession recent.Cache[string, signal]
	byCookies recent.Cache[digest, signal]
}

// signal is what is known to have happened last.
type signal struct {
	changed, touched time.Time
	// dead are the cookies that the person signed out with, unless there was a
	// sign of a sign-in since. They are dead for their session alone: apps that
	// keep the session in the cookie give the same one to all of a person's browsers.
	dead digest
}

// record adds what f says to what is known under both keys, where there are any.
func (s *signals) record(id string, cookies digest, f *auth.Followed, dead digest) {
	add := func(known signal, dead digest) signal {
		return signal{later(known.changed, f.Changed), later(known.touched, f.Touched), dead}
	}
	if id != "" {
		s.bySession.Update(id, func(known signal) signal { return add(known, dead) })
	}
	if cookies != (digest{}) {
		s.byCookies.Update(cookies, func(known signal) signal { return add(known, digest{}) })
	}
}

// known is what is known of a session, under either key.
func (s *signals) known(id string, cookies digest) signal {
	var session, exact signal
	if id != "" {
		session, _ = s.bySession.Find(id)
	}
	if cookies != (digest{}) {
		exact, _ = s.byCookies.Find(cookies)
	}
	return signal{later(session.changed, exact.changed), later(session.touched, exact.touched), session.dead}
}

// later is the later one of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
