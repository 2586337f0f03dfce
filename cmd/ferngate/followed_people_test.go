package main

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
)

func (s *followed) byItself(t *testing.T) {
	alice, bob := s.people[0], s.people[1]
	v := s.browser(t, s.url, alice)
	if strings.Contains(string(v.get(s.page).body), s.greets(alice)) {
		t.Fatal("it greets a stranger")
	}
	s.signIn(v, alice)
	s.wantGreeted(v, alice)
	v.follow(s.login(v, bob))
	if s.switches {
		s.wantGreeted(v, bob)
	} else {
		s.wantGreeted(v, alice)
	}
	v.follow(s.logout(v))
	a := v.open(s.page)
	for _, p := range s.people {
		if strings.Contains(string(a.body), s.greets(p)) {
			t.Fatalf("it greets %s after the sign-out", p.Login)
		}
	}
}

func (s *followed) stranger(t *testing.T) {
	v := s.browser(t, s.gate, s.people[0])
	s.wantNobody(v)
	v.open(s.page).want(t, http.StatusOK, "")
	v.get(s.asset).want(t, http.StatusOK, "")
	s.wantNobody(v) // though with a session, if the app has those for strangers

	a := v.get(s.private)
	if a.status != http.StatusSeeOther || strings.Contains(a.header.Get("Location"), "://") {
		t.Fatalf("%s: %d to %q", s.private, a.status, a.header.Get("Location"))
	}
	v.follow(a).want(t, http.StatusOK, "<form")
	v.get(s.private, "Accept", "*/*").want(t, http.StatusUnauthorized, `"error"`)
}

func (s *followed) signsIn(t *testing.T) {
	for _, p := range s.people {
		v := s.browser(t, s.gate, p)
		s.wantNobody(v)
		s.signIn(v, p)
		s.wantPerson(v, p)
		s.wantGreeted(v, p)
		v.get(s.private).want(t, http.StatusOK, "")
		s.wantPerson(v, p)
	}
}

func (s *followed) threeAtOnce(t *testing.T) {
	var all sync.WaitGroup
	for _, p := range s.people {
		v := s.browser(t, s.gate, p)
		s.signIn(v, p)
		all.Go(func() {
			for range 10 {
				for _, path := range slices.Concat(s.tokens, []string{s.page}, s.tokens) {
					a, err := v.try(http.MethodGet, path, nil)
					switch {
					case err != nil:
					case path != s.page:
						err = s.names(a, p)
					case !strings.Contains(string(a.body), s.greets(p)):
						err = errors.New("does not greet " + p.Login)
					}
					if err != nil {
						t.Errorf("%s: %v", path, err)
						return
					}
				}
			}
		})
	}
	all.Wait()
}

func (s *followed) signsOut(t *testing.T) {
	alice, bob := s.people[0], s.people[1]
	v, other := s.browser(t, s.gate, alice), s.browser(t, s.gate, bob)
	s.signIn(v, alice)
	s.signIn(other, bob)
	s.wantPerson(v, alice)

	a := s.logout(v)
	s.wantNobody(v)
	v.follow(a)
	s.wantNobody(v)
	if to := v.get(s.private); to.status != http.StatusSeeOther {
		t.Errorf("%s: %d after the sign-out", s.private, to.status)
	}
	s.wantPerson(other, bob)

	s.signIn(v, alice)
	s.wantPerson(v, alice)
}

func (s *followed) switchesPerson(t *testing.T) {
	alice, bob := s.people[0], s.people[1]
	v := s.browser(t, s.gate, alice)
	s.signIn(v, alice)
	s.wantPerson(v, alice)
	if !s.switches {
		v.follow(s.login(v, bob))
		v.get(s.page)
		s.wantPerson(v, alice)
		return
	}
	for _, p := range []person{bob, alice, s.people[2]} {
		a := s.login(v, p)
		s.wantPerson(v, p)
		v.follow(a)
		s.wantPerson(v, p)
		s.wantGreeted(v, p)
	}
}

func (s *followed) losesCookies(t *testing.T) {
	alice := s.people[0]
	v := s.browser(t, s.gate, alice)
	s.signIn(v, alice)
	s.wantPerson(v, alice)
	v.dropCookies(s.page)
	if err := v.token(s.tokens[0]).nobody(); err != nil {
		t.Fatal(err)
	}
	s.wantNobody(v) // not even where the cookies would not have been sent
}

// dropCookies drops all cookies for a path but ferngate's.
func (v *visitor) dropCookies(path string) {
	v.t.Helper()
	at, err := url.Parse(v.base + path)
	if err != nil {
		v.t.Fatal(err)
	}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name == "ferngate" {
			continue
		}
		for folder := at.Path; ; folder = folder[:strings.LastIndexByte(folder, '/')] {
			v.client.Jar.SetCookies(at, []*http.Cookie{{Name: c.Name, Path: max(folder, "/"), MaxAge: -1}})
			if folder == "" {
				break
			}
		}
	}
	for _, c := range v.client.Jar.Cookies(at) {
		if c.Name != "ferngate" {
			v.t.Fatalf("%s is still there", c.Name)
		}
	}
}
