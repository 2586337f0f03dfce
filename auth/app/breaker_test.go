package app

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errDown = error(&StatusError{"/me", 503})
	errSlow = context.DeadlineExceeded
	errHuge = errors.New("the answer is too large")
)

var one, other = netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")

// fail notes failures for as many clients.
func fail(b *breaker, err error, clients int) (opened bool) {
	for i := range clients {
		opened = b.note(false, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), err, time.Now()) || opened
	}
	return opened
}

// allows reports whether the app is asked now, and whether that is a try.
func (b *breaker) allows() (allowed, try bool) {
	try, err := b.allow(time.Now())
	return err == nil, try
}

func TestBreakerOpensAfterFailuresForSeveralClients(t *testing.T) {
	for name, err := range map[string]error{"5xx": errDown, "a time-out": errSlow} {
		var b breaker
		if opened, allowed := fail(&b, err, breakerLimit-1), first(b.allows()); opened || !allowed {
			t.Errorf("%s: it opened too early", name)
		}
		if opened, allowed := fail(&b, err, breakerLimit), first(b.allows()); !opened || allowed {
			t.Errorf("%s: it did not open", name)
		}
	}
}

func first(allowed, _ bool) bool { return allowed }

func TestBreakerStaysClosed(t *testing.T) {
	var b breaker
	fail(&b, errHuge, 100) // no sign of load
	fail(&b, &StatusError{"/me", 429}, 100)
	for range 100 { // one client alone proves nothing
		b.note(false, one, errSlow, time.Now())
	}
	for i := range 100 { // nor does one that chooses its addresses
		b.note(false, netip.AddrFrom16([16]byte{0x20, 1, 15: byte(i)}), errSlow, time.Now())
	}
	b.note(false, one, nil, time.Now()) // one success
	fail(&b, errDown, breakerLimit-1)
	if !first(b.allows()) {
		t.Error("it opened")
	}
}

func TestBreakerTriesOnceAfterThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		wantTry := func(when string) {
			t.Helper()
			if allowed, try := b.allows(); !allowed || !try {
				t.Fatalf("%s: no try", when)
			}
			b.note(false, one, errDown, time.Now()) // of one who was asking before it opened
			if first(b.allows()) {
				t.Errorf("%s: more than one try at a time", when)
			}
		}
		fail(&b, errDown, breakerLimit)
		time.Sleep(breakerPause)
		wantTry("after the pause")
		b.note(true, one, errDown, time.Now())
		if first(b.allows()) {
			t.Error("a failed try did not open it again")
		}
		time.Sleep(breakerPause)
		wantTry("after the next pause")
		b.note(true, one, nil, time.Now())
		for range 2 {
			if allowed, try := b.allows(); !allowed || try {
				t.Error("a try that went well did not close it")
			}
		}
	})
}

// take takes a slot that must be free within a second.
func (s *slots) mustTake(t *testing.T, client netip.Addr) (release func()) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	release, err := s.take(ctx, client)
	if err != nil {
		t.Fatalf("%v: %v", client, err)
	}
	return release
}

// wantBusy fails the test if there is a slot within a second.
func (s *slots) wantBusy(t *testing.T, what string, client netip.Addr) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := s.take(ctx, client); !errors.Is(err, ErrBusy) {
		t.Errorf("%s: %v", what, err)
	}
}

func TestSlotsBoundOneClientAndAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots()
		var release func()
		for range maxAskingForClient {
			release = s.mustTake(t, one)
		}
		s.wantBusy(t, "one client more than its share", one)
		s.mustTake(t, other)
		release()
		s.mustTake(t, one)
		for i := range maxAsking - maxAskingForClient - 1 {
			s.mustTake(t, netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}))
		}
		s.wantBusy(t, "one more than all", netip.MustParseAddr("192.0.2.3"))
	})
}

func TestAnIPv6HostIsOneClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots()
		for i := range maxAskingForClient {
			s.mustTake(t, netip.AddrFrom16([16]byte{0x20, 1, 15: byte(i)}))
		}
		s.wantBusy(t, "another of its addresses", netip.AddrFrom16([16]byte{0x20, 1, 14: 1}))
		s.mustTake(t, netip.AddrFrom16([16]byte{0x20, 2}))
	})
}

func TestWaitingForASlotIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots()
		var waiting sync.WaitGroup
		for range maxWaitingForClient {
			waiting.Go(func() {
				if release, err := s.take(t.Context(), one); err == nil {
					time.Sleep(time.Minute)
					release()
				}
			})
		}
		synctest.Wait()
		started := time.Now()
		s.wantBusy(t, "one more of this client", one)
		if time.Since(started) != 0 {
			t.Error("it was made to wait")
		}
		s.mustTake(t, other)()
		waiting.Wait()
		if len(s.byClient) != 0 || s.waiting != 0 {
			t.Errorf("%d clients and %d waiting are left", len(s.byClient), s.waiting)
		}
	})
}
