package watch

import (
	"context"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"
)

const (
	// settle is how long after a change the file is read: writing it, or
	// swapping the links to it, takes more than one step.
	settle = 100 * time.Millisecond
	// pollEvery is how often the file is read without word of a change: there
	// is none on a network file system, for a single file that is mounted into
	// a container, or beyond the system's limit of watches.
	pollEvery = 10 * time.Second
)

// Follow calls reload at once, and then whenever the file may have changed,
// until ctx is done; reload is to look whether it has. Where the system cannot
// watch, which is logged once, a change is seen within 10 s.
func (f File) Follow(ctx context.Context, log *zap.Logger, reload func()) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		f.sayPolling(log, err)
		f.follow(ctx, &watches{file: f.Path}, poll.C, log, reload)
		return
	}
	defer func() { _ = watcher.Close() }() // nobody is left to tell of an error
	f.follow(ctx, &watches{file: f.Path, watcher: watcher}, poll.C, log, reload)
}

// follow is Follow with the two that it goes by.
func (f File) follow(ctx context.Context, ws *watches, poll <-chan time.Time, log *zap.Logger, reload func()) {
	due := time.NewTimer(0) // at once: the file may have changed since it was first read
	defer due.Stop()
	pending, said := true, false
	// Later changes do not put the reading off: a folder that never rests
	// must not starve it.
	soon := func() {
		if !pending {
			pending = true
			due.Reset(settle)
		}
	}
	for {
		select {
		case <-ctx.Done():
			return
		case event := <-ws.events():
			if ws.concern(event.Name) {
				soon()
			}
			continue
		case <-ws.errors(): // events were lost
			soon()
			continue
		case <-poll:
		case <-due.C:
			pending = false
		}
		// First watch, then read: what changes in between is seen.
		if err := ws.renew(); err != nil && !said {
			said = true
			f.sayPolling(log, err)
		}
		reload()
	}
}

func (f File) sayPolling(log *zap.Logger, err error) {
	log.Warn("cannot watch the "+f.What+", reading it regularly instead",
		zap.String("file", f.Path), zap.Duration("every", pollEvery), zap.Error(err))
}
