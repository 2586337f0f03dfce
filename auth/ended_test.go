package auth

import (
	"fmt"
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
		if len(e.until) != maxEnded || e.Has("0") || !e.Has("1") || !e.Has("new") {
			t.Errorf("%d entries, the first: %v, the second: %v, the new one: %v", len(e.until), e.Has("0"), e.Has("1"), e.Has("new"))
		}
		// What is over makes room first.
		time.Sleep(time.Hour + time.Minute)
		e.Add("newer", now.Add(3*time.Hour))
		if n := len(e.until); n != maxEnded-60+1 && n != maxEnded-59+1 || !e.Has("new") || !e.Has("newer") || !e.Has("100") {
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
		t.Errorf("%d entries, the first: %v", len(e.until), e.Has("0"))
	}
}
