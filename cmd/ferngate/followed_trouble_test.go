package main

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func (s *followed) expires(t *testing.T) {
	alice := s.people[0]
	v := s.browser(t, s.brief, alice)
	s.signIn(v, alice)
	s.wantPerson(v, alice)
	s.expire()
	eventually(t, "nobody", func() error { return s.nobodyOr(t, v.token(s.tokens[0]), alice) })
	v.open(s.page)
	s.wantNobody(v)

	s.signIn(v, alice)
	s.wantPerson(v, alice)
}

// nobodyOr returns nil if the answer is the one for nobody, and fails the test
// if it is neither that nor a token for the person.
func (s *followed) nobodyOr(t *testing.T, a answer, p person) error {
	t.Helper()
	err := a.nobody()
	if err != nil {
		if other := s.names(a, p); other != nil {
			t.Fatal(other)
		}
	}
	return err
}

func (s *followed) downAndUp(t *testing.T) {
	alice, bob := s.people[0], s.people[1]
	v, remembered, stranger := s.browser(t, s.brief, alice), s.browser(t, s.gate, bob), newVisitor(t, s.brief)
	s.signIn(v, alice)
	s.signIn(remembered, bob)
	s.wantPerson(v, alice)
	s.wantPerson(remembered, bob)

	s.stop()
	s.wantPerson(remembered, bob) // within its recheck
	eventually(t, "the end of the recheck", func() error { return s.unknownOr(t, v.token(s.tokens[0]), alice) })
	s.wantNobody(stranger)
	for _, path := range []string{s.private, s.page} {
		for _, accept := range []string{"text/html", "*/*"} {
			a := v.get(path, "Accept", accept)
			if a.status != http.StatusBadGateway && a.status != http.StatusServiceUnavailable {
				t.Errorf("%s: %d to %q while the app is down", path, a.status, a.header.Get("Location"))
			}
		}
	}

	s.start()
	if !s.keepsSessions {
		eventually(t, "nobody", func() error { return v.token(s.tokens[0]).nobody() })
		s.signIn(v, alice)
	}
	eventually(t, "the person", func() error { return s.names(v.token(s.tokens[0]), alice) })
	s.wantGreeted(v, alice)
	s.wantPerson(v, alice)
}

// unknownOr returns nil if the answer is the one while nobody can tell who asks,
// and fails the test if it is neither that nor a token for the person.
func (s *followed) unknownOr(t *testing.T, a answer, p person) error {
	t.Helper()
	if a.status != http.StatusServiceUnavailable {
		if err := s.names(a, p); err != nil {
			t.Fatal(err)
		}
		return errors.New("still remembered")
	}
	if after, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || after < 1 || !strings.Contains(string(a.body), `"error"`) {
		t.Errorf("503 with Retry-After %q and %s", a.header.Get("Retry-After"), a.body)
	}
	return nil
}
