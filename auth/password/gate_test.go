package password

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestGateHashesNoMoreThanItsSlotsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2)
		var now, most, done atomic.Int32
		var wg sync.WaitGroup
		for range 2 * (1 + queuePerSlot) {
			wg.Go(func() {
				err := g.do(t.Context(), func() {
					most.Store(max(most.Load(), now.Add(1)))
					time.Sleep(100 * time.Millisecond)
					now.Add(-1)
					done.Add(1)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if most.Load() != 2 || done.Load() != 2*(1+queuePerSlot) {
			t.Errorf("%d at once, %d done", most.Load(), done.Load())
		}
	})
}

func TestGateGivesTheMemoryBackOnceNobodyHashes(t *testing.T) {
	sweeps := func() uint32 {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.NumForcedGC
	}
	synctest.Test(t, func(t *testing.T) {
		g := newGate(2)
		before := sweeps()
		err := g.do(t.Context(), func() {
			if err := g.do(t.Context(), func() {}); err != nil {
				t.Error(err)
			}
			synctest.Wait()
			if sweeps() != before {
				t.Error("swept while another sign-in was hashing")
			}
		})
		if err != nil {
			t.Error(err)
		}
		synctest.Wait()
		if sweeps() == before {
			t.Error("the memory of the hash was left to the next sweep")
		}
	})
}

func TestGateIsBusyBeyondItsQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		var wg sync.WaitGroup
		for range 1 + queuePerSlot {
			wg.Go(func() { _ = g.do(t.Context(), func() { time.Sleep(time.Second / 2) }) })
		}
		synctest.Wait()
		began := time.Now()
		if err := g.do(t.Context(), func() { t.Error("hashed") }); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v, want ErrBusy", err)
		}
		if waited := time.Since(began); waited != 0 {
			t.Errorf("waited %v to be told", waited)
		}
		wg.Wait()
		if err := g.do(t.Context(), func() {}); err != nil {
			t.Errorf("after the rush: %v", err)
		}
	})
}

func TestGateKeepsNobodyWaitingForLong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := newGate(1)
		go func() { _ = g.do(t.Context(), func() { time.Sleep(time.Minute) }) }()
		synctest.Wait()
		began := time.Now()
		if err := g.do(t.Context(), func() { t.Error("hashed") }); !errors.Is(err, ErrBusy) {
			t.Errorf("got %v, want ErrBusy", err)
		}
		if waited := time.Since(began); waited != maxWait {
			t.Errorf("waited %v, want %v", waited, maxWait)
		}
		ctx, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		if err := g.do(ctx, func() { t.Error("hashed") }); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, want the context's error", err)
		}
		time.Sleep(time.Minute)
	})
}

func TestGateDoesNotHashForWhoHasLeft(t *testing.T) {
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for range 100 {
		if err := newGate(1).do(ctx, func() { t.Error("hashed") }); !errors.Is(err, context.Canceled) {
			t.Fatalf("got %v", err)
		}
	}
}
