package systemd

import (
	"context"
	"time"

	"go.uber.org/zap"
)

// Watch gives systemd a sign of life twice in each WatchdogSec, as long as alive
// returns nil; without one for WatchdogSec systemd ends the process and starts it
// anew. A check has a quarter of that time, and one that fails is repeated before
// the time is over. Watch returns when ctx is done, and at once where there is no
// watchdog.
func (n *Notifier) Watch(ctx context.Context, alive func(context.Context) error) {
	if n.watchdog == 0 {
		return
	}
	for {
		pause := n.watchdog / 2
		if err := n.check(ctx, alive); err == nil {
			n.tell("WATCHDOG=1")
		} else if ctx.Err() == nil {
			n.log.Error("the watchdog's check failed: if it does not succeed in time, systemd starts the service anew",
				zap.Duration("watchdog", n.watchdog), zap.Error(err))
			pause = n.watchdog / 8
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pause):
		}
	}
}

// check asks alive, but not whether a service that is stopping still serves.
func (n *Notifier) check(ctx context.Context, alive func(context.Context) error) error {
	if n.stopping.Load() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, n.watchdog/4)
	defer cancel()
	return alive(ctx)
}
