package watch

import (
	"context"
	"crypto/sha256"
	"io/fs"
	"os"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

const (
	// settle is how long after a change the files are looked at: writing one, or
	// swapping the links to it, takes more than one step.
	settle = 100 * time.Millisecond
	// pollEvery is how often they are looked at without word of a change: there
	// is none on a network file system, for a single file that is mounted into
	// a container, or beyond the system's limit of watches.
	pollEvery = 10 * time.Second
)

// Watcher tells when files hold something else than before. One watches all the
// files of a process: the system gives a user few watchers.
type Watcher struct {
	folders *folders
	changed chan struct{}

	mu    sync.Mutex
	files map[string]seen
}

// seen is what was seen of a file the last time.
type seen struct {
	info fs.FileInfo       // nil where there is none
	sum  [sha256.Size]byte // of its text, or of why there is none
}

// NewWatcher returns one that watches no file yet.
func NewWatcher() *Watcher {
	w := newWatcher()
	w.folders.watcher, w.folders.err = fsnotify.NewWatcher()
	return w
}

// newWatcher returns one that only polls.
func newWatcher() *Watcher {
	return &Watcher{changed: make(chan struct{}, 1), folders: &folders{}}
}

// Follow watches these files from now on, and no others. Changes are told of from
// what one held when it was looked at last, or holds now if it never was: whoever
// reads it after this call misses none. The error is why the system does not tell
// of all changes: others are seen within 10 s.
func (w *Watcher) Follow(files []string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	followed := make(map[string]seen, len(files))
	for _, file := range files {
		before, known := w.files[file]
		if !known {
			before = see(file)
		}
		followed[file] = before
	}
	w.files = followed
	return w.folders.renew(w.files)
}

// Changed is sent to when a file holds something else than it did. Several
// changes may be told of together.
func (w *Watcher) Changed() <-chan struct{} { return w.changed }

// Run watches until ctx is done.
func (w *Watcher) Run(ctx context.Context) {
	poll := time.NewTicker(pollEvery)
	defer poll.Stop()
	defer w.folders.close()
	w.run(ctx, poll.C)
}

// run is Run with what it polls by.
func (w *Watcher) run(ctx context.Context, poll <-chan time.Time) {
	due := time.NewTimer(0) // at once: what Follow watches may be from before this
	defer due.Stop()
	pending := true
	// Later changes do not put the look off: a folder that never rests must not
	// starve it.
	soon := func() {
		if !pending {
			pending = true
			due.Reset(settle)
		}
	}
	for {
		all := true
		select {
		case <-ctx.Done():
			return
		case event := <-w.folders.events():
			if w.concerns(event.Name) {
				soon()
			}
			continue
		case <-w.folders.errors(): // events were lost
			soon()
			continue
		case <-poll:
			all = false
		case <-due.C:
			pending = false
		}
		if w.changes(all) {
			select {
			case w.changed <- struct{}{}:
			default: // it is still to be told of another
			}
		}
	}
}

// concerns reports whether a change of path can change what a file holds.
func (w *Watcher) concerns(path string) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.folders.concern(path)
}

// changes looks at the files, and reports whether any holds something else. It
// first watches, then looks: what changes in between is seen.
func (w *Watcher) changes(all bool) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_ = w.folders.renew(w.files) // Follow has said what there is to say
	return w.look(all)
}

// look reads the files: all of them, or those that look as if they had changed,
// which is enough where nothing said so.
func (w *Watcher) look(all bool) (changed bool) {
	for file, before := range w.files {
		now := before
		info, err := os.Stat(file)
		if err != nil {
			info = nil
		}
		if all || !sameInfo(before.info, info) {
			now = see(file)
		}
		w.files[file] = now
		changed = changed || now.sum != before.sum
	}
	return changed
}

// sameInfo reports whether two looks at a file's name saw the same file, as
// large and as old.
func sameInfo(a, b fs.FileInfo) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return os.SameFile(a, b) && a.Size() == b.Size() && a.ModTime().Equal(b.ModTime())
}

// see looks at a file. What it is is looked at first, so that what is read is not
// older.
func see(file string) seen {
	now := seen{}
	if info, err := os.Stat(file); err == nil {
		now.info = info
	}
	text, err := readBounded(file)
	if err != nil {
		now.sum = sha256.Sum256([]byte("error: " + err.Error()))
	} else {
		now.sum = sha256.Sum256(append([]byte("text: "), text...))
	}
	return now
}
