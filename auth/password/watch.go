package password

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

// Watch reloads the users file whenever it changes, until ctx is done. A file
// with a fault is logged once, with the fault, and changes nothing; nor does a
// file that is gone. Where the system cannot watch, which is logged once too,
// a change is seen within 10 s.
func (m *Method) Watch(ctx context.Context) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		m.sayPolling(err)
		m.follow(ctx, &watches{file: m.file}, poll.C)
		return
	}
	defer func() { _ = watcher.Close() }() // nobody is left to tell of an error
	m.follow(ctx, &watches{file: m.file, watcher: watcher}, poll.C)
}

// follow is Watch with the two that it goes by.
func (m *Method) follow(ctx context.Context, ws *watches, poll <-chan time.Time) {
	due := time.NewTimer(0) // at once: the file may have changed since New read it
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
			m.sayPolling(err)
		}
		if changed, err := m.reload(); changed && err != nil {
			m.log.Warn("users file not reloaded, the users from before stay", zap.Error(err))
		}
	}
}

func (m *Method) sayPolling(err error) {
	m.log.Warn("cannot watch the users file, reading it regularly instead",
		zap.String("file", m.file), zap.Duration("every", pollEvery), zap.Error(err))
}
