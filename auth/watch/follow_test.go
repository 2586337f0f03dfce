package watch

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

// follower follows a file and tells what it reads.
type follower struct {
	file File
	read chan string // each time that it is another than before
	last string
}

func newFollower(path string) *follower {
	return &follower{file: file(path), read: make(chan string, 100), last: "nothing was read yet"}
}

// look is one reload.
func (f *follower) look() {
	c := f.file.Read()
	text := string(c.Text)
	if c.Err != nil {
		text = "unreadable"
	}
	if text != f.last {
		f.last = text
		f.read <- text
	}
}

// want waits for what is read next.
func (f *follower) want(t *testing.T, text string) {
	t.Helper()
	select {
	case got := <-f.read:
		if got != text {
			t.Fatalf("it read %q, want %q", got, text)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("it read nothing, want %q", text)
	}
}

// follow follows a file by events alone, without polling.
func follow(t *testing.T, path string) *follower {
	t.Helper()
	f := newFollower(path)
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		f.file.follow(ctx, &watches{file: path, watcher: watcher}, nil, zap.NewNop(), f.look)
		close(stopped)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
		if err := watcher.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

func TestFollowSeesEveryWayOfChangingAFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	write(t, path, "first")
	f := follow(t, path)
	f.want(t, "first")

	write(t, path, "renamed over it")
	f.want(t, "renamed over it")

	// Longer than before: it is emptied first, and then filled.
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
	f.want(t, "written in place")

	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	f.want(t, "unreadable")

	write(t, path, "back again")
	f.want(t, "back again")
}

func TestFollowFollowsSwappedLinks(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(folder(t, dir, "..v1"), "list"), "first")
	link(t, "..v1", filepath.Join(dir, "..data"))
	link(t, filepath.Join("..data", "list"), filepath.Join(dir, "list"))
	f := follow(t, filepath.Join(dir, "list"))
	f.want(t, "first")

	second := filepath.Join(folder(t, dir, "..v2"), "list")
	write(t, second, "second")
	link(t, "..v2", filepath.Join(dir, "..data"))
	if err := os.RemoveAll(filepath.Join(dir, "..v1")); err != nil {
		t.Fatal(err)
	}
	f.want(t, "second")

	write(t, second, "third") // where the link leads now
	f.want(t, "third")
}

func TestFollowLooksAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	write(t, path, "changed since it was opened")
	synctest.Test(t, func(t *testing.T) {
		f := newFollower(path)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go f.file.follow(ctx, &watches{file: path}, nil, zap.NewNop(), f.look)
		synctest.Wait()
		f.want(t, "changed since it was opened")
	})
}

func TestPollingSeesWhatNobodyTellsOf(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	write(t, path, "first")
	synctest.Test(t, func(t *testing.T) {
		f := newFollower(path)
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go f.file.follow(ctx, &watches{file: path}, time.NewTicker(pollEvery).C, zap.NewNop(), f.look)
		synctest.Wait()
		f.want(t, "first")

		write(t, path, "second")
		time.Sleep(pollEvery + time.Second)
		f.want(t, "second")
	})
}

func TestFollowSaysOnceThatItCannotWatch(t *testing.T) {
	path := filepath.Join(t.TempDir(), "list")
	f := newFollower(path)
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.Close()
	core, logs := observer.New(zap.DebugLevel)
	ctx, stop := context.WithCancel(t.Context())
	poll, stopped := make(chan time.Time), make(chan struct{})
	go func() {
		// No system watches a folder of such a name.
		f.file.follow(ctx, &watches{file: "/" + strings.Repeat("x", 300) + "/list", watcher: watcher}, poll, zap.New(core), f.look)
		close(stopped)
	}()
	f.want(t, "unreadable")
	write(t, path, "still read")
	for range 3 {
		poll <- time.Now()
	}
	stop()
	<-stopped
	f.want(t, "still read")
	if entries := logs.All(); len(entries) != 1 || entries[0].Message != "cannot watch the list, reading it regularly instead" {
		t.Errorf("logged %+v", entries)
	}
}

func TestFollowEndsWithItsContext(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	stop()
	file(filepath.Join(t.TempDir(), "list")).Follow(ctx, zap.NewNop(), func() {})
}
