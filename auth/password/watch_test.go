package password

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
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// follower is a method that follows its file by events alone, without polling.
type follower struct {
	*Method
	logs   *observer.ObservedLogs
	logged chan zapcore.Entry
}

func follow(t *testing.T, file string) *follower {
	t.Helper()
	m, logs := open(t, file)
	f := &follower{m, logs, make(chan zapcore.Entry, 100)}
	m.log = m.log.WithOptions(zap.Hooks(func(e zapcore.Entry) error {
		f.logged <- e
		return nil
	}))
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		m.follow(ctx, &watches{file: file, watcher: watcher}, nil)
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

// want waits for the next thing logged, and returns its error.
func (f *follower) want(t *testing.T, level zapcore.Level, message string) string {
	t.Helper()
	select {
	case e := <-f.logged:
		entries := f.logs.TakeAll()
		wantOneLog(t, entries, level, message)
		if e.Level == zap.WarnLevel {
			return entries[0].ContextMap()["error"].(string)
		}
	case <-time.After(30 * time.Second):
		t.Fatalf("nothing was logged, want %s: %s", level, message)
	}
	return ""
}

// knows reports whether the method has a login.
func (f *follower) knows(login string) bool { return f.people.Load().byLogin[login] != nil }

const (
	reloaded = "users file reloaded"
	refused  = "users file not reloaded, the users from before stay"
)

func TestWatchSeesEveryWayOfChangingAFile(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	f := follow(t, file)

	write(t, file, usersText(entry("bob", cheapHash("b")))) // renamed over it
	f.want(t, zap.InfoLevel, reloaded)
	if f.knows("alice") || !f.knows("bob") {
		t.Error("the users are not the new ones")
	}

	if err := os.WriteFile(file, []byte(usersText(entry("carol", cheapHash("c")))), 0o600); err != nil { // in place
		t.Fatal(err)
	}
	f.want(t, zap.InfoLevel, reloaded)

	write(t, file, usersText(entry("dave", "secret-of-dave")))
	fault := f.want(t, zap.WarnLevel, refused)
	if !strings.Contains(fault, "users.yaml:2:") || strings.Contains(fault, "secret-of-dave") {
		t.Errorf("the fault has no place, or shows the hash: %s", fault)
	}

	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	f.want(t, zap.WarnLevel, refused)
	if !f.knows("carol") {
		t.Error("the users from before are gone")
	}

	write(t, file, usersText(entry("erin", cheapHash("e"))))
	f.want(t, zap.InfoLevel, reloaded)
	if !f.knows("erin") {
		t.Error("the file that came back is not read")
	}
}

func TestWatchFollowsSwappedLinks(t *testing.T) {
	dir := t.TempDir()
	version := func(name string, entries ...string) string {
		file := filepath.Join(folder(t, dir, name), "users.yaml")
		write(t, file, usersText(entries...))
		return file
	}
	version("..v1", entry("alice", cheapHash("a")))
	link(t, "..v1", filepath.Join(dir, "..data"))
	link(t, filepath.Join("..data", "users.yaml"), filepath.Join(dir, "users.yaml"))
	f := follow(t, filepath.Join(dir, "users.yaml"))

	second := version("..v2", entry("bob", cheapHash("b")))
	link(t, "..v2", filepath.Join(dir, "..data"))
	if err := os.RemoveAll(filepath.Join(dir, "..v1")); err != nil {
		t.Fatal(err)
	}
	f.want(t, zap.InfoLevel, reloaded)
	if f.knows("alice") || !f.knows("bob") {
		t.Error("the users are not those that the link leads to")
	}

	write(t, second, usersText(entry("carol", cheapHash("c")))) // where the link leads now
	f.want(t, zap.InfoLevel, reloaded)
	if !f.knows("carol") {
		t.Error("the link's target is not watched")
	}
}

func TestWatchLosesNoChangeSinceNew(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	m, logs := open(t, file)
	write(t, file, usersText(entry("bob", cheapHash("b"))))
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		go m.follow(ctx, &watches{file: file}, nil)
		synctest.Wait()
		wantOneLog(t, logs.All(), zap.InfoLevel, reloaded)
	})
}

func TestWatchEndsWithItsContext(t *testing.T) {
	m, _ := open(t, usersFileOf(t))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	m.Watch(ctx)
}
