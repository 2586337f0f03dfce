package main

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
)

// Neither of the two knows what the other has learnt or forgotten but from the browser.
func (s *followed) replicas(t *testing.T) {
	alice, bob := s.people[0], s.people[1]
	v := s.browser(t, s.gate, alice)
	v.client.Transport = &http.Transport{DialContext: inTurn(s.gate, s.replica), DisableKeepAlives: true, DisableCompression: true}
	twice := func(want func(*visitor, person), p person) {
		t.Helper()
		for range 4 {
			want(v, p)
		}
		v.get(s.asset) // so that the turns are others from here on
	}
	nobody := func(v *visitor, _ person) { t.Helper(); s.wantNobody(v) }

	twice(nobody, alice)
	for range 2 {
		s.signIn(v, alice)
		twice(s.wantPerson, alice)
		a := s.logout(v)
		twice(nobody, alice)
		v.follow(a)
		twice(nobody, alice)
		s.signIn(v, bob)
		twice(s.wantPerson, bob)
		twice(s.wantGreeted, bob)
		v.follow(s.logout(v))
		twice(nobody, bob)
	}
}

// inTurn dials one address after the other, whatever is asked for.
func inTurn(urls ...string) func(context.Context, string, string) (net.Conn, error) {
	var dialled atomic.Uint32
	return func(ctx context.Context, network, _ string) (net.Conn, error) {
		to := urls[int(dialled.Add(1)-1)%len(urls)]
		return new(net.Dialer).DialContext(ctx, network, strings.TrimPrefix(to, "http://"))
	}
}
