package main

import (
	"math"
	"strings"
	"testing"
	"time"
)

func (s *followed) asksLittle(t *testing.T) {
	alice := s.people[0]
	v := s.browser(t, s.gate, alice)
	begin := time.Now()
	s.wantAsked(v, begin, 0, "before anything")
	s.signIn(v, alice)
	s.wantPerson(v, alice)
	// Once as a stranger who opens the form with a session, once as alice.
	s.wantAsked(v, begin, 2, "to sign in")
	for range 5 {
		s.wantGreeted(v, alice)
		for range 8 {
			v.get(s.asset, "Accept", "text/css,*/*;q=0.1")
		}
		s.wantPerson(v, alice)
	}
	s.wantAsked(v, begin, 2, "by pages, their assets and tokens")
	if s.switches {
		s.signIn(v, alice)
		s.wantPerson(v, alice)
	}
	s.wantAsked(v, begin, 3, "by another sign-in")
	v.follow(s.logout(v))
	s.wantNobody(v)
	for range 5 {
		v.open(s.page)
		s.wantNobody(v)
	}
	s.wantAsked(v, begin, 4, "by the sign-out")
}

// wantAsked wants the app to have been asked who somebody is at most so often
// since then, besides once for each recheck.
func (s *followed) wantAsked(v *visitor, since time.Time, most int, why string) {
	v.t.Helper()
	agent, asked := v.headers[1], 0
	for _, r := range s.requests() {
		if r.uri == s.whoami && r.agent == agent {
			asked++
		}
	}
	for _, path := range v.asked {
		if path == s.whoami {
			asked-- // that was the person
		}
	}
	most += int(math.Ceil(time.Since(since).Seconds()/defaultRecheck.Seconds())) - 1
	if asked > most {
		v.t.Errorf("asked %d times, want at most %d %s", asked, most, why)
	}
}

func (s *followed) cookieStays(t *testing.T) {
	for _, r := range s.requests() {
		if strings.Contains(r.cookies, "ferngate") {
			t.Fatalf("%s: %s", r.uri, r.cookies)
		}
	}
}
