package auth

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// people is a method whose sessions stand for whoever is in it.
type people map[string]*Identity

// Identity implements Method.
func (p people) Identity(s Session) (*Identity, bool) {
	id, ok := p[s.Login]
	return id, ok
}

var (
	testAlice  = &Identity{UserID: "1001", Email: "alice@corp.test"}
	testBob    = &Identity{UserID: "1002", Email: "bob@corp.test"}
	testPeople = map[string]Method{"password": people{"alice": testAlice, "bob": testBob}}
)

func newTestSessions(t *testing.T, ended *Ended, methods map[string]Method, keys ...config.Secret) *Sessions {
	t.Helper()
	if keys == nil {
		keys = []config.Secret{testKey("a")}
	}
	s, err := NewSessions(config.Session{Keys: keys, IdleTimeout: 10 * time.Hour, Lifetime: 24 * time.Hour}, "app.test", methods, ended, uncounted{}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// withCookies is a request with these Cookie headers.
func withCookies(cookies ...string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header["Cookie"] = cookies
	return r
}

// startSession signs a person in and returns the cookie.
func startSession(t *testing.T, s *Sessions, login string, secure bool) string {
	t.Helper()
	h := http.Header{}
	if _, err := s.Start(h, withCookies(), secure, Session{Method: "password", Login: login}); err != nil {
		t.Fatal(err)
	}
	return cookieIn(t, h)
}

// cookieIn is the Cookie header that answers the one Set-Cookie in h.
func cookieIn(t *testing.T, h http.Header) string {
	t.Helper()
	if len(h["Set-Cookie"]) != 1 {
		t.Fatalf("want one cookie, got %q", h["Set-Cookie"])
	}
	cookie, _, _ := strings.Cut(h["Set-Cookie"][0], ";")
	return cookie
}

// wantSession fails the test unless the cookies are a session of this person, nil for nobody's.
func wantSession(t *testing.T, s *Sessions, secure bool, want *Identity, cookies ...string) *Opened {
	t.Helper()
	o := s.Open(withCookies(cookies...), secure)
	switch {
	case want == nil && o != nil:
		t.Errorf("a session of %s, want none", o.Identity.UserID)
	case want != nil && o == nil:
		t.Errorf("no session, want one of %s", want.UserID)
	case want != nil && o.Identity != want:
		t.Errorf("a session of %s, want one of %s", o.Identity.UserID, want.UserID)
	}
	return o
}

func TestSessions_CookieAttributes(t *testing.T) {
	s := newTestSessions(t, NewEnded(), testPeople)
	for secure, want := range map[bool]string{
		false: "ferngate=V; Path=/; HttpOnly; SameSite=Lax",
		true:  "__Host-ferngate=V; Path=/; HttpOnly; SameSite=Lax; Secure",
	} {
		h := http.Header{}
		if _, err := s.Start(h, withCookies(), secure, Session{Method: "password", Login: "alice"}); err != nil {
			t.Fatal(err)
		}
		_, value, _ := strings.Cut(cookieIn(t, h), "=")
		if got := strings.Replace(h.Get("Set-Cookie"), value, "V", 1); got != want {
			t.Errorf("%s, want %s", got, want)
		}
		h = http.Header{}
		s.End(h, withCookies(), secure, nil)
		if got := h.Get("Set-Cookie"); got != strings.Replace(want, "V", "", 1)+"; Max-Age=0" {
			t.Errorf("cleared by %s", got)
		}
	}
}

func TestSessions_SchemesApart(t *testing.T) {
	s := newTestSessions(t, NewEnded(), testPeople)
	plain, secure := startSession(t, s, "alice", false), startSession(t, s, "alice", true)
	wantSession(t, s, false, testAlice, plain)
	wantSession(t, s, true, testAlice, secure)
	wantSession(t, s, true, nil, plain)
	wantSession(t, s, false, nil, secure)
	wantSession(t, s, true, nil, "__Host-"+plain) // stolen from plain HTTP and renamed
	wantSession(t, s, false, nil, strings.TrimPrefix(secure, "__Host-"))
}

func TestSessions_SeveralCookies(t *testing.T) {
	s := newTestSessions(t, NewEnded(), testPeople)
	alice, bob, again := startSession(t, s, "alice", false), startSession(t, s, "bob", false), startSession(t, s, "alice", false)
	for name, c := range map[string]struct {
		want    *Identity
		cookies []string
	}{
		"one among others":        {testAlice, []string{"a=1; " + alice + "; b=2"}},
		"in a second header":      {testAlice, []string{"a=1", alice}},
		"garbage before":          {testAlice, []string{"ferngate=garbage; ferngate=; " + alice}},
		"garbage after":           {testAlice, []string{alice + ";ferngate=x"}},
		"the same twice":          {testAlice, []string{alice + "; " + alice, alice}},
		"two that differ":         {nil, []string{alice + "; " + bob}},
		"two that differ, apart":  {nil, []string{bob, alice}},
		"two of one person":       {nil, []string{alice + "; " + again}},
		"a name that goes on":     {nil, []string{strings.Replace(alice, "=", "2=", 1)}},
		"a name in another case":  {nil, []string{strings.ToUpper(alice[:8]) + alice[8:]}},
		"quoted":                  {nil, []string{strings.Replace(alice, "=", `="`, 1) + `"`}},
		"behind too much garbage": {nil, []string{strings.Repeat("ferngate=x; ", maxCandidates) + alice}},
		"none":                    {nil, nil},
	} {
		t.Run(name, func(t *testing.T) { wantSession(t, s, false, c.want, c.cookies...) })
	}
}

func TestSessions_IdleTimeoutAndLifetime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), testPeople)
		began := time.Now()
		cookie := startSession(t, s, "alice", false)
		time.Sleep(10*time.Hour - time.Second)
		o := wantSession(t, s, false, testAlice, cookie)
		if want := began.Add(10 * time.Hour); !o.Until.Equal(want) {
			t.Errorf("until %v, want %v", o.Until, want)
		}
		time.Sleep(time.Second)
		wantSession(t, s, false, nil, cookie)

		began = time.Now()
		cookie = startSession(t, s, "alice", false)
		for range 4 {
			time.Sleep(5 * time.Hour)
			h := http.Header{}
			if !s.Renew(h, wantSession(t, s, false, testAlice, cookie)) {
				t.Fatal("not renewed")
			}
			cookie = cookieIn(t, h)
		}
		time.Sleep(4*time.Hour - time.Second) // used all the time: yet a day is a day
		o = wantSession(t, s, false, testAlice, cookie)
		if want := began.Add(24 * time.Hour); !o.Until.Equal(want) {
			t.Errorf("until %v, want %v", o.Until, want)
		}
		time.Sleep(time.Second)
		wantSession(t, s, false, nil, cookie)
	})
}

// A cookie is rewritten when a tenth of the idle time is used, and only then:
// the id and the sign-in's time stay.
func TestSessions_RenewedAtATenth(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newTestSessions(t, NewEnded(), testPeople)
		cookie := startSession(t, s, "alice", false)
		time.Sleep(time.Hour - time.Second)
		h := http.Header{}
		if s.Renew(h, wantSession(t, s, false, testAlice, cookie)) || len(h) != 0 {
			t.Errorf("renewed too early: %v", h)
		}
		time.Sleep(time.Second)
		old := wantSession(t, s, false, testAlice, cookie)
		if !s.Renew(h, old) {
			t.Fatal("not renewed")
		}
		renewed := wantSession(t, s, false, testAlice, cookieIn(t, h))
		if renewed.ID != old.ID || !renewed.SignedIn.Equal(old.SignedIn) || !renewed.LastUsed.Equal(time.Now()) || s.Renew(http.Header{}, renewed) {
			t.Errorf("%+v became %+v", old.Session, renewed.Session)
		}
	})
}

func TestSessions_KeyRotation(t *testing.T) {
	a, b := testKey("a"), testKey("b")
	now := newTestSessions(t, NewEnded(), testPeople, a)
	added := newTestSessions(t, NewEnded(), testPeople, a, b)
	moved := newTestSessions(t, NewEnded(), testPeople, b, a)
	removed := newTestSessions(t, NewEnded(), testPeople, b)
	cookie := startSession(t, now, "alice", false)
	if added.Renew(http.Header{}, wantSession(t, added, false, testAlice, cookie)) {
		t.Error("renewed, though the first key is the same")
	}
	h := http.Header{}
	if !moved.Renew(h, wantSession(t, moved, false, testAlice, cookie)) {
		t.Fatal("not renewed under the key that moved first")
	}
	fresh := cookieIn(t, h)
	wantSession(t, added, false, testAlice, fresh) // a replica that is behind
	wantSession(t, removed, false, testAlice, fresh)
	wantSession(t, removed, false, nil, cookie)
}

// What was ended neither opens nor renews, whoever still holds a copy: also one
// that was opened before the end, by a slow parallel request.
func TestSessions_Ended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ended := NewEnded()
		s, replica := newTestSessions(t, ended, testPeople), newTestSessions(t, ended, testPeople)
		cookie, other := startSession(t, s, "alice", false), startSession(t, s, "alice", false)
		time.Sleep(2 * time.Hour)
		slow := wantSession(t, s, false, testAlice, cookie)
		s.End(http.Header{}, withCookies(cookie), true, nil) // under whichever scheme
		wantSession(t, s, false, nil, cookie)
		wantSession(t, replica, false, nil, cookie)
		if h := (http.Header{}); s.Renew(h, slow) || len(h) != 0 {
			t.Errorf("a slow answer brings it back: %v", h)
		}
		if _, lives := s.Lives(slow); lives {
			t.Error("an open connection outlives its session")
		}
		wantSession(t, s, false, testAlice, other)

		// A new sign-in ends all that the browser came with, those that differ too.
		bob := startSession(t, s, "bob", false)
		h := http.Header{}
		if _, err := s.Start(h, withCookies(other+"; "+bob), false, Session{Method: "password", Login: "alice"}); err != nil {
			t.Fatal(err)
		}
		wantSession(t, s, false, nil, other)
		wantSession(t, s, false, nil, bob)
		wantSession(t, s, false, testAlice, cookieIn(t, h))
	})
}

// A person who is gone, and a method that is no longer configured, have no sessions.
func TestSessions_NobodysAnyMore(t *testing.T) {
	here := people{"alice": testAlice}
	s := newTestSessions(t, NewEnded(), map[string]Method{"password": here})
	cookie := startSession(t, s, "alice", false)
	o := wantSession(t, s, false, testAlice, cookie)
	delete(here, "alice")
	wantSession(t, s, false, nil, cookie)
	if _, lives := s.Lives(o); lives {
		t.Error("an open connection outlives its person")
	}
	here["alice"] = testBob // the entry as it is now, not as it was
	wantSession(t, s, false, testBob, cookie)
	wantSession(t, newTestSessions(t, NewEnded(), map[string]Method{"oidc": here}), false, nil, cookie)
	wantSession(t, newTestSessions(t, NewEnded(), nil), false, nil, cookie)
}

func TestSessions_IDsDiffer(t *testing.T) {
	s := newTestSessions(t, NewEnded(), testPeople)
	ids := map[string]bool{}
	for range 100 {
		ids[wantSession(t, s, false, testAlice, startSession(t, s, "alice", false)).ID] = true
	}
	if len(ids) != 100 || ids[""] {
		t.Errorf("%d ids", len(ids))
	}
}

// However many different cookies are opened, each is whose it is.
func TestSessions_ManyAtOnce(t *testing.T) {
	all := people{}
	s := newTestSessions(t, NewEnded(), map[string]Method{"password": all})
	cookies := map[string]string{}
	for i := range 3000 {
		login := fmt.Sprint("p", i)
		all[login] = &Identity{UserID: login}
		cookies[login] = startSession(t, s, login, false)
	}
	for range 2 {
		for login, cookie := range cookies {
			wantSession(t, s, false, all[login], cookie)
		}
	}
}
