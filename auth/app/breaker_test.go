package app

import (
	"context"
	"errors"
	"net/netip"
	"testing"
	"testing/synctest"
	"time"
)

var (
	errDown = error(&StatusError{"/me", 503})
	errSlow = context.DeadlineExceeded
	errHuge = errors.New("the answer is too large")
)

// fail notes failures of as many browsers.
func fail(b *breaker, err error, browsers int) (opened bool) {
	for i := range browsers {
		opened = b.note(answerKey{byte(i)}, err, time.Now()) || opened
	}
	return opened
}

func TestBreakerOpensAfterFailuresOfSeveralBrowsers(t *testing.T) {
	for name, err := range map[string]error{"5xx": errDown, "a time-out": errSlow} {
		var b breaker
		if fail(&b, err, breakerLimit-1) || b.allow(time.Now()) != nil {
			t.Errorf("%s: it opened too early", name)
		}
		if !fail(&b, err, breakerLimit) || !errors.Is(b.allow(time.Now()), ErrPaused) {
			t.Errorf("%s: it did not open", name)
		}
	}
}

func TestBreakerStaysClosed(t *testing.T) {
	var b breaker
	fail(&b, errHuge, 100) // no sign of load
	fail(&b, &StatusError{"/me", 429}, 100)
	for range 100 { // one browser alone proves nothing
		b.note(answerKey{}, errSlow, time.Now())
	}
	fail(&b, errDown, breakerLimit-1)
	b.note(answerKey{}, nil, time.Now()) // one success
	fail(&b, errDown, breakerLimit-1)
	if err := b.allow(time.Now()); err != nil {
		t.Error(err)
	}
}

func TestBreakerTriesOnceAfterThePause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var b breaker
		fail(&b, errDown, breakerLimit)
		time.Sleep(breakerPause)
		if b.allow(time.Now()) != nil || !errors.Is(b.allow(time.Now()), ErrPaused) {
			t.Fatal("want one try at a time after the pause")
		}
		b.note(answerKey{}, errDown, time.Now())
		if !errors.Is(b.allow(time.Now()), ErrPaused) {
			t.Error("a failed try did not open it again")
		}
		time.Sleep(breakerPause)
		if b.allow(time.Now()) != nil {
			t.Fatal("no second try")
		}
		b.abandoned()
		if b.allow(time.Now()) != nil {
			t.Fatal("a try that was not made blocks the next")
		}
		b.note(answerKey{}, nil, time.Now())
		if b.allow(time.Now()) != nil || b.allow(time.Now()) != nil {
			t.Error("a try that went well did not close it")
		}
	})
}

func TestSlotsBoundOneClientAndAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlots()
		one, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
		for range maxAskingForClient {
			if err := s.take(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		brief, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.take(brief, one); !errors.Is(err, ErrBusy) {
			t.Errorf("one client more than its share: %v", err)
		}
		if err := s.take(t.Context(), other); err != nil {
			t.Errorf("another client: %v", err)
		}
		got := make(chan error)
		go func() { got <- s.take(t.Context(), one) }()
		synctest.Wait()
		s.release(one)
		if err := <-got; err != nil {
			t.Errorf("after a release: %v", err)
		}
		for i := range maxAsking - maxAskingForClient - 1 {
			if err := s.take(t.Context(), netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})); err != nil {
				t.Fatal(err)
			}
		}
		brief, cancel = context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := s.take(brief, netip.MustParseAddr("192.0.2.3")); !errors.Is(err, ErrBusy) {
			t.Errorf("one more than all: %v", err)
		}
	})
}
