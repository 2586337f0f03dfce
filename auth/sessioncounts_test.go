package auth

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// uncounted is for tests that do not look at the counts.
type uncounted struct{}

func (uncounted) Received(CookieOutcome) {}
func (uncounted) Changed(SessionChange)  {}

// counted are the words that were counted, in order.
type counted []string

func (c *counted) Received(o CookieOutcome)   { *c = append(*c, string(o)) }
func (c *counted) Changed(what SessionChange) { *c = append(*c, string(what)) }

// want fails unless these words were counted since the last want.
func (c *counted) want(t *testing.T, words ...string) {
	t.Helper()
	if diff := cmp.Diff(words, []string(*c)); diff != "" {
		t.Errorf("counted: %s", diff)
	}
	*c = nil
}

// Every cookie that comes, and all that is done with sessions, is counted under
// the one word that tells an operator what happened.
func TestSessionCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var c counted
		people := people{"alice": testAlice, "bob": testBob}
		s, err := NewSessions(config.Session{Keys: []config.Secret{testKey("a")}, IdleTimeout: 10 * time.Hour, Lifetime: 24 * time.Hour},
			"app.test", map[string]Method{"password": people}, NewEnded(), &c, zap.NewNop())
		if err != nil {
			t.Fatal(err)
		}
		alice, bob := startSession(t, s, "alice", false), startSession(t, s, "bob", false)
		c.want(t, "started", "started")

		s.Open(withCookies(alice), false)
		c.want(t, "opened")
		s.Open(withCookies(alice, bob), false)
		c.want(t, "opened", "opened", "differs")
		s.Open(withCookies("ferngate=garbage", "other=1"), false)
		c.want(t, "unreadable")
		s.Open(withCookies("other=1"), false)
		c.want(t)

		if s.Renew(http.Header{}, s.Open(withCookies(alice), false)) {
			t.Error("renewed at once")
		}
		time.Sleep(2 * time.Hour)
		s.Renew(http.Header{}, s.Open(withCookies(alice), false))
		c.want(t, "opened", "opened", "renewed")

		s.End(http.Header{}, withCookies(alice), false, nil)
		s.End(http.Header{}, withCookies(alice), false, nil) // a copy of the same
		c.want(t, "ended")
		s.Open(withCookies(alice), false)
		c.want(t, "ended")

		delete(people, "bob")
		s.Open(withCookies(bob), false)
		people["bob"] = testBob
		time.Sleep(24 * time.Hour)
		s.Open(withCookies(bob), false)
		c.want(t, "gone", "over")

		// What is remembered of the app's own session.
		remember := func(f *Followed, cookies ...string) string {
			t.Helper()
			h, r := http.Header{}, withCookies(cookies...)
			if _, err := s.Remember(h, r, s.Open(r, false), false, f, true); err != nil {
				t.Fatal(err)
			}
			return cookieIn(t, h)
		}
		nobody := remember(&Followed{Asked: time.Now()})
		c.want(t, "updated")
		someone := remember(&Followed{Identity: testAlice, Asked: time.Now()}, nobody)
		c.want(t, "follows", "started")
		remember(&Followed{Identity: testAlice, Asked: time.Now()}, someone)
		c.want(t, "follows", "updated")
		remember(&Followed{Identity: testBob, Asked: time.Now()}, someone)
		c.want(t, "follows", "ended", "started")
		large := *testAlice
		large.Attributes = map[string]string{"text": string(make([]byte, maxSealed))}
		if _, err := s.Remember(http.Header{}, withCookies(), nil, false, &Followed{Identity: &large, Asked: time.Now()}, true); err == nil {
			t.Error("no error for what no cookie holds")
		}
		c.want(t, "too-large")
	})
}
