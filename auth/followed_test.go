package auth

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// followed is what a session may remember of the app's own.
func followed(user string) *Followed {
	now := time.UnixMilli(time.Now().UnixMilli())
	f := &Followed{Changed: now.Add(-time.Minute), Touched: now.Add(-time.Second), Asked: now, Cookies: []AppCookie{{"sid", "/app"}}, Digest: "d", Rolls: true, Late: true, Host: "app.test"}
	if user != "" {
		f.Identity = &Identity{UserID: user, Email: user + "@corp.test", Groups: []string{"staff"}, Attributes: map[string]string{"plan": "pro"}}
	}
	return f
}

// remember writes f after what the cookie holds, and returns the new cookie.
func remember(t *testing.T, s *Sessions, f *Followed, cookies ...string) string {
	t.Helper()
	h := http.Header{}
	if _, err := s.Remember(h, withCookies(cookies...), s.Open(withCookies(cookies...), true), true, f, true); err != nil {
		t.Fatal(err)
	}
	return cookieIn(t, h)
}

func TestFollowed_ComesBackAsItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), nil)
		for _, f := range []*Followed{followed("alice"), followed(""), {Touched: time.Now().Round(time.Millisecond)}} {
			cookie := remember(t, s, f)
			if diff := cmp.Diff(f, s.Open(withCookies(cookie), true).Followed); diff != "" {
				t.Errorf("it changed (-want +got):\n%s", diff)
			}
		}
	})
}

func TestFollowed_IsNobodySignedInHere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), testPeople)
		cookie := remember(t, s, followed("alice"))
		if o := s.Open(withCookies(cookie), true); o.Identity != nil {
			t.Errorf("it is a session of %s", o.Identity.UserID)
		}
		time.Sleep(24 * time.Hour) // its lifetime
		if o := s.Open(withCookies(cookie), true); o != nil {
			t.Error("what was remembered outlives a session")
		}
	})
}

// Both live in one cookie: who signed in here, and who signed in to the app.
func TestFollowed_LivesBesideASessionOfOurOwn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), testPeople)
		cookie := startSession(t, s, "bob", true)
		cookie = remember(t, s, followed("alice"), cookie)
		o := wantSession(t, s, true, testBob, cookie)
		if o.Followed.Identity.UserID != "alice" {
			t.Error("the app's person is forgotten")
		}
		time.Sleep(10*time.Hour + time.Second) // the idle time-out, which is no matter of the app's
		if o := s.Open(withCookies(cookie), true); o == nil || o.Identity != nil || o.Followed.Identity.UserID != "alice" {
			t.Errorf("after the idle time-out: %+v", o)
		}
	})
}

// A session planted before sign-in is worth nothing after it (TestS3).
func TestFollowed_AnotherPersonIsAnotherSession(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), nil)
		planted := remember(t, s, followed(""))
		id := s.Open(withCookies(planted), true).ID
		alices := remember(t, s, followed("alice"), planted)
		if s.Open(withCookies(alices), true).ID == id {
			t.Error("the session before sign-in goes on")
		}
		if o := s.Open(withCookies(planted), true); o.Followed.Identity != nil {
			t.Error("what was planted became alice's")
		}
		again := remember(t, s, followed("alice"), alices)
		if s.Open(withCookies(again), true).ID != s.Open(withCookies(alices), true).ID {
			t.Error("the same person got another session")
		}
		bobs := remember(t, s, followed("bob"), again)
		if s.Open(withCookies(alices), true) != nil || s.Open(withCookies(bobs), true).Followed.Identity.UserID != "bob" {
			t.Error("alice's session goes on after bob came")
		}
	})
}

// A slow answer must not bring anybody back, but a sign-out always counts.
func TestFollowed_AnEndedSessionComesBackAsNobodysOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), nil)
		held := s.Open(withCookies(remember(t, s, followed("alice"))), true)
		s.ended.Add(held.ID, time.Now().Add(time.Hour))
		h := http.Header{}
		if _, err := s.Remember(h, withCookies(), held, true, followed("alice"), true); err != nil || len(h) != 0 {
			t.Errorf("alice came back: %v %v", h, err)
		}
		signedOut := &Followed{Changed: time.Now().Round(time.Millisecond)}
		if _, err := s.Remember(h, withCookies(), held, true, signedOut, true); err != nil {
			t.Fatal(err)
		}
		if o := s.Open(withCookies(cookieIn(t, h)), true); o == nil || o.Followed.Identity != nil {
			t.Errorf("the sign-out is lost: %+v", o)
		}
	})
}

// A request that came with a session which has just ended was under way when it
// did. Later its browser has simply not heard of it.
func TestFollowed_AnAnswerToAnEndedSessionIsNotRemembered(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), nil)
		alices := remember(t, s, followed("alice"))
		remember(t, s, followed("bob"), alices) // ends it
		h := http.Header{}
		if _, err := s.Remember(h, withCookies(alices), nil, true, followed("alice"), true); err != nil || len(h) != 0 {
			t.Errorf("a late answer is remembered: %v %v", h, err)
		}
		time.Sleep(underWay)
		if _, err := s.Remember(h, withCookies(alices), nil, true, followed("alice"), true); err != nil || len(h) != 1 {
			t.Errorf("nothing is remembered any more: %v %v", h, err)
		}
	})
}

// What may be remembered at most still fits: an identity of 1,400 bytes, and
// cookies of 256 bytes.
func TestFollowed_TheLargestFits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), testPeople)
		cookie := startSession(t, s, "bob", true)
		f := followed("alice")
		f.Host, f.Digest = strings.Repeat("h", 100), strings.Repeat("d", 16)
		f.Identity = &Identity{UserID: strings.Repeat("u", 200), Email: strings.Repeat("e", 200), Name: strings.Repeat("n", 1000)}
		f.Cookies = nil
		for i := range 8 {
			f.Cookies = append(f.Cookies, AppCookie{strings.Repeat(string(rune('a'+i)), 22), "/" + strings.Repeat("p", 9)})
		}
		remember(t, s, f, cookie)
	})
}

func TestFollowed_TooLargeForACookie(t *testing.T) {
	s := newTestSessions(t, NewEnded(), nil)
	f := followed("alice")
	f.Identity.Name = strings.Repeat("x", maxSealed)
	h := http.Header{}
	if _, err := s.Remember(h, withCookies(), nil, true, f, true); !errors.Is(err, ErrTooLarge) || len(h) != 0 {
		t.Errorf("%v %v", err, h)
	}
}
