package systemd

import (
	"context"
	"testing"
	"testing/synctest"
	"time"
)

// A service that is alive gives a sign of it twice in each WatchdogSec.
func TestWatch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, told, log := states(30 * time.Second)
		go n.Watch(t.Context(), func(context.Context) error { return nil })
		time.Sleep(time.Hour - time.Second)
		if len(told) != 240 || log.Len() > 0 {
			t.Errorf("%d signs in an hour, and %v", len(told), log.All())
		}
	})
}

// One that hangs gives none; the check has been tried again by the time that
// systemd has waited long enough, so that a single slow one ends nothing.
func TestWatch_Hanging(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, told, log := states(32 * time.Second)
		asked := 0
		hang := func(ctx context.Context) error {
			if asked++; asked == 2 || asked >= 4 {
				<-ctx.Done()
				return errHung
			}
			return nil
		}
		go n.Watch(t.Context(), hang)
		start := time.Now()
		for _, c := range []struct {
			at    time.Duration
			signs int
		}{
			{time.Second, 1},
			{27 * time.Second, 1}, // asked at 16 s, for 8 s, in vain
			{29 * time.Second, 2}, // and again at 28 s
			{time.Hour, 2},        // asked at 44 s, and in vain from then on
		} {
			time.Sleep(c.at - time.Since(start))
			if len(told) != c.signs {
				t.Errorf("%d signs after %v, want %d", len(told), c.at, c.signs)
			}
		}
		if log.FilterMessageSnippet("the watchdog's check failed").Len() < 2 {
			t.Error(log.All())
		}
	})
}

// One that stops no longer serves, which is no reason to end it the hard way.
func TestWatch_Stopping(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, told, _ := states(30 * time.Second)
		n.Stopping("Over")
		<-told
		go n.Watch(t.Context(), func(context.Context) error { return errHung })
		time.Sleep(time.Minute - time.Second)
		if len(told) != 4 {
			t.Errorf("%d signs in a minute", len(told))
		}
	})
}

// Watch ends with its context, also while a check hangs, and says nothing of that.
func TestWatch_Ends(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n, told, log := states(30 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		n.Watch(ctx, func(ctx context.Context) error {
			<-ctx.Done()
			return ctx.Err()
		})
		if len(told) > 0 || log.Len() > 0 {
			t.Error(len(told), log.All())
		}
	})
}
