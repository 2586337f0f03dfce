package auth

import (
	"fmt"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A full list lets go of what is over soonest, and never grows.
func TestEnded_Bounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		e := NewEnded()
		now := time.Now()
		for i := range maxEnded {
			e.Add(fmt.Sprint(i), now.Add(time.Hour+time.Duration(i)*time.Second))
		}
		e.Add("new", now.Add(2*time.Hour))
		if len(e.list) != maxEnded || e.Has("0") || !e.Has("1") || !e.Has("new") {
			t.Errorf("%d entries, the first: %v, the second: %v, the new one: %v", len(e.list), e.Has("0"), e.Has("1"), e.Has("new"))
		}
		// What is over makes room first.
		time.Sleep(time.Hour + time.Minute)
		e.Add("newer", now.Add(3*time.Hour))
		if n := len(e.list); n != maxEnded-60+1 && n != maxEnded-59+1 || !e.Has("new") || !e.Has("newer") || !e.Has("100") {
			t.Errorf("%d entries", n)
		}
	})
}

// Ending one session again and again does not push others off a full list.
func TestEnded_Again(t *testing.T) {
	e := NewEnded()
	until := time.Now().Add(time.Hour)
	for i := range maxEnded {
		e.Add(fmt.Sprint(i), until.Add(time.Duration(i)*time.Second))
	}
	last := fmt.Sprint(maxEnded - 1)
	e.Add(last, until.Add(maxEnded*time.Second))
	e.Add(last, until.Add(maxEnded*time.Second))
	if !e.Has("0") || !e.Has("1") || !e.Has(last) {
		t.Errorf("%d entries, the first: %v", len(e.list), e.Has("0"))
	}
}

// What is nobody's has nothing in it that could come back. Anybody can have such
// sessions made, and would push the others off the list with them.
func TestEnded_NobodysSessionsAreNotListed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		signedOut := &Followed{Changed: time.UnixMilli(time.Now().UnixMilli())}
		for name, c := range map[string]struct {
			cookie func(*Sessions) string
			listed int
		}{
			"a stranger's":                {func(s *Sessions) string { return remember(t, s, followed("")) }, 0},
			"one that was ended before":   {func(s *Sessions) string { return remember(t, s, signedOut) }, 0},
			"that of a person of the app": {func(s *Sessions) string { return remember(t, s, followed("alice")) }, 1},
			"that of a person of ours":    {func(s *Sessions) string { return startSession(t, s, "bob", true) }, 1},
			"both": {func(s *Sessions) string {
				return remember(t, s, followed("alice"), startSession(t, s, "bob", true))
			}, 1},
			"a stranger's, of a person of ours": {func(s *Sessions) string {
				return remember(t, s, followed(""), startSession(t, s, "bob", true))
			}, 1},
		} {
			s := newTestSessions(t, NewEnded(), testPeople)
			cookie := c.cookie(s)
			h := http.Header{}
			s.End(h, withCookies(cookie), true, signedOut)
			if n := len(s.ended.list); n != c.listed {
				t.Errorf("%s: %d on the list, want %d", name, n, c.listed)
			}
			s.End(http.Header{}, withCookies(cookieIn(t, h)), true, signedOut) // with what the sign-out left
			if n := len(s.ended.list); n != c.listed {
				t.Errorf("%s, again: %d on the list, want %d", name, n, c.listed)
			}
			wantNobody(t, name, s, cookie)
		}
	})
}

// wantNobody fails the test if a cookie is somebody's still.
func wantNobody(t *testing.T, what string, s *Sessions, cookie string) {
	t.Helper()
	o := s.Open(withCookies(cookie), true)
	if o != nil && (o.Identity != nil || o.Followed.Identity != nil) {
		t.Errorf("%s: it opens again", what)
	}
}
