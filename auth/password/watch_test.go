package password

import (
	"context"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// follower is a method that follows its file.
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
	ctx, stop := context.WithCancel(t.Context())
	stopped := make(chan struct{})
	go func() {
		m.Watch(ctx)
		close(stopped)
	}()
	t.Cleanup(func() {
		stop()
		<-stopped
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

// Which changes of a file are seen, package watch tests.
func TestWatchReloadsTheUsersOrKeepsThem(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	f := follow(t, file)

	write(t, file, usersText(entry("bob", cheapHash("b"))))
	f.want(t, zap.InfoLevel, reloaded)
	if f.knows("alice") || !f.knows("bob") {
		t.Error("the users are not the new ones")
	}

	write(t, file, usersText(entry("dave", "secret-of-dave")))
	fault := f.want(t, zap.WarnLevel, refused)
	if !strings.Contains(fault, "users.yaml:2:") || strings.Contains(fault, "secret-of-dave") {
		t.Errorf("the fault has no place, or shows the hash: %s", fault)
	}
	if !f.knows("bob") {
		t.Error("the users from before are gone")
	}

	write(t, file, usersText(entry("erin", cheapHash("e"))))
	f.want(t, zap.InfoLevel, reloaded)
	if !f.knows("erin") {
		t.Error("the file that was mended is not read")
	}
}

func TestWatchLogsAFaultOnce(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	m, logs := open(t, file)
	write(t, file, "users: nobody")
	for range 3 {
		m.follow()
	}
	wantOneLog(t, logs.All(), zap.WarnLevel, refused)
}

func TestWatchEndsWithItsContext(t *testing.T) {
	m, _ := open(t, usersFileOf(t))
	ctx, stop := context.WithCancel(t.Context())
	stop()
	m.Watch(ctx)
}
