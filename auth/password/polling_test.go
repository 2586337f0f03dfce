package password

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/zap"
)

func TestPollingSeesWhatNobodyTellsOf(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	m, logs := open(t, file)
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		defer stop()
		poll := time.NewTicker(pollEvery)
		go m.follow(ctx, &watches{file: file}, poll.C)
		synctest.Wait()

		write(t, file, usersText(entry("bob", cheapHash("b"))))
		time.Sleep(pollEvery + time.Second)
		wantOneLog(t, logs.TakeAll(), zap.InfoLevel, reloaded)

		write(t, file, "users: nobody")
		time.Sleep(10 * pollEvery) // one warning, not one each time
		wantOneLog(t, logs.TakeAll(), zap.WarnLevel, refused)
	})
}

func TestWatchSaysOnceThatItCannotWatch(t *testing.T) {
	file := usersFileOf(t, entry("alice", cheapHash("a")))
	m, logs := open(t, file)
	watcher, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer watcher.Close()
	ctx, stop := context.WithCancel(t.Context())
	poll, stopped := make(chan time.Time), make(chan struct{})
	go func() {
		// No system watches a folder of such a name.
		m.follow(ctx, &watches{file: "/" + strings.Repeat("x", 300) + "/users.yaml", watcher: watcher}, poll)
		close(stopped)
	}()
	write(t, file, usersText(entry("bob", cheapHash("b"))))
	for range 3 {
		poll <- time.Now()
	}
	stop()
	<-stopped
	wantOneLog(t, logs.FilterLevelExact(zap.WarnLevel).All(), zap.WarnLevel, "cannot watch the users file, reading it regularly instead")
	if m.people.Load().byLogin["bob"] == nil {
		t.Error("the file is not read any more")
	}
}
