package watch

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// watching starts a watcher that follows files by events alone, without polling.
func watching(t *testing.T, files ...string) *Watcher {
	t.Helper()
	w := NewWatcher()
	if err := w.Follow(files); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		w.run(ctx, nil)
		close(stopped)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
		w.folders.close()
	})
	return w
}

// wantChange waits until the watcher tells of one.
func wantChange(t *testing.T, w *Watcher, what string) {
	t.Helper()
	select {
	case <-w.Changed():
	case <-time.After(30 * time.Second):
		t.Fatalf("it tells nothing of: %s", what)
	}
}

// wantNone looks at all files once more, and finds nothing new.
func wantNone(t *testing.T, w *Watcher) {
	t.Helper()
	if w.changes(true) {
		t.Error("it tells of a change where there is none")
	}
}

func TestWatcherSeesEveryWayOfChangingAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	write(t, path, "first")
	w := watching(t, path)

	write(t, path, "renamed over it")
	wantChange(t, w, "a rename")

	in, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := in.WriteString("written in place"); err != nil {
		t.Fatal(err)
	}
	if err := in.Close(); err != nil {
		t.Fatal(err)
	}
	wantChange(t, w, "writing in place")

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	wantChange(t, w, "a removal")

	write(t, path, "back again")
	wantChange(t, w, "its return")

	write(t, path, "back again") // the same content
	wantNone(t, w)
}

func TestWatcherFollowsSwappedLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(folder(t, dir, "..v1"), "list"), "first")
	link(t, "..v1", filepath.Join(dir, "..data"))
	link(t, filepath.Join("..data", "list"), filepath.Join(dir, "list"))
	w := watching(t, filepath.Join(dir, "list"))

	second := filepath.Join(folder(t, dir, "..v2"), "list")
	write(t, second, "second")
	link(t, "..v2", filepath.Join(dir, "..data"))
	if err := os.RemoveAll(filepath.Join(dir, "..v1")); err != nil {
		t.Fatal(err)
	}
	wantChange(t, w, "a swapped link")

	write(t, second, "third") // where the link leads now
	wantChange(t, w, "a change where the link leads now")
}

// What changes between the last look and the call of Follow, or while the files
// are being read after it, is told of.
func TestFollowLosesNoChange(t *testing.T) {
	dir := t.TempDir()
	config, users, secret := filepath.Join(dir, "config"), filepath.Join(dir, "users"), filepath.Join(dir, "secret")
	for _, file := range []string{config, users, secret} {
		write(t, file, "first")
	}
	synctest.Test(t, func(t *testing.T) {
		w := newWatcher()
		_ = w.Follow([]string{config, users})
		write(t, config, "second, which names the secret")
		_ = w.Follow([]string{config, secret})
		write(t, secret, "second")
		write(t, users, "not followed any more")

		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go w.run(ctx, nil)
		synctest.Wait()
		wantChange(t, w, "what is new since")
		wantNone(t, w)
		write(t, users, "still not")
		wantNone(t, w)
	})
}

func TestPollingSeesWhatNobodyTellsOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	write(t, path, "first")
	synctest.Test(t, func(t *testing.T) {
		w := newWatcher()
		_ = w.Follow([]string{path})
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go w.run(ctx, time.NewTicker(pollEvery).C)
		synctest.Wait()

		write(t, path, "second")
		time.Sleep(pollEvery + time.Second)
		wantChange(t, w, "a change without an event")
		time.Sleep(pollEvery)
		synctest.Wait()
		select {
		case <-w.Changed():
			t.Error("it tells of one change twice")
		default:
		}
	})
}

func TestFollowSaysWhyItCannotWatch(t *testing.T) {
	w := NewWatcher()
	defer w.folders.close()
	// No system watches a folder of such a name.
	if err := w.Follow([]string{"/" + strings.Repeat("x", 300) + "/list"}); err == nil {
		t.Error("no error")
	}
	if err := w.Follow([]string{filepath.Join(t.TempDir(), "missing", "list")}); err != nil {
		t.Errorf("a missing folder, which is a missing file: %v", err)
	}
}

func TestWatcherEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	NewWatcher().Run(ctx)
}
