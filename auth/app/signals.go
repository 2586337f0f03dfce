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
	// noticed is when changed was recorded, by this machine's clock.
	noticed time.Time
	// ended is the sign-out of the person; zero if there was a sign of a sign-in since.
	ended signOut
}

// signOut is when somebody signed out, by this machine's clock, and with which
// cookies; none where others may have been left.
type signOut struct {
	at   time.Time
	dead digest
}

// record adds what f says to what is known under both keys, where there are any.
func (s *signals) record(id string, cookies digest, f *auth.Followed, ended signOut) {
	add := func(known signal) signal {
		now := signal{later(known.changed, f.Changed), later(known.touched, f.Touched), known.noticed, ended}
		if now.changed.After(known.changed) {
			now.noticed = time.Now()
		}
		return now
	}
	if id != "" {
		s.bySession.Update(id, add)
	}
	if cookies != (digest{}) {
		s.byCookies.Update(cookies, add)
	}
}

// known is what is known of a session, under either key. Only a session ends:
// apps that keep theirs in the cookie give the same one to all of a person's
// browsers.
func (s *signals) known(id string, cookies digest) signal {
	var session, exact signal
	if id != "" {
		session, _ = s.bySession.Find(id)
	}
	if cookies != (digest{}) {
		exact, _ = s.byCookies.Find(cookies)
	}
	return signal{
		later(session.changed, exact.changed), later(session.touched, exact.touched),
		later(session.noticed, exact.noticed), session.ended,
	}
}

// outdates reports whether something happened to the session that the browser
// did not know of when it sent f.
func (s signal) outdates(f *auth.Followed) bool { return s.changed.After(f.Changed) }

// later is the later one of two times.
func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
