package demoapp

import (
	"sync"
	"testing"
)

func TestOnlyTheNewestSessionsAreKept(t *testing.T) {
	var s sessions
	first := s.begin(accounts[0])
	second := s.begin(accounts[1])
	for range maxSessions - 1 {
		s.begin(accounts[0])
	}
	if _, ok := s.find(first); ok {
		t.Error("the oldest session is still there")
	}
	if who, ok := s.find(second); !ok || who != accounts[1] {
		t.Errorf("the second oldest is %+v, %t", who, ok)
	}
	if len(s.all) != maxSessions {
		t.Errorf("%d sessions, want %d", len(s.all), maxSessions)
	}
}

func TestSessionIDsAreNotRepeated(t *testing.T) {
	var s sessions
	seen := map[string]bool{}
	for range 1000 {
		id := s.begin(accounts[0])
		if seen[id] {
			t.Fatalf("%s was there before", id)
		}
		seen[id] = true
	}
}

func TestSessionsOfManyPeopleAtOnceAreNeverMixed(t *testing.T) {
	var s sessions
	var people sync.WaitGroup
	for n := range 8 {
		who := accounts[n%len(accounts)]
		people.Go(func() {
			for range 100 {
				id := s.begin(who)
				if got, ok := s.find(id); !ok || got != who {
					t.Errorf("found %+v, %t; want %+v", got, ok, who)
				}
				s.end(id)
				if _, ok := s.find(id); ok {
					t.Error("an ended session is still there")
				}
			}
		})
	}
	people.Wait()
}
