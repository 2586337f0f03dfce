package systemd

import (
	"errors"
	"net"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"
)

func TestNotifier(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer manager.Close()
	t.Setenv("NOTIFY_SOCKET", socket)
	n := NewNotifier(zap.NewNop())
	for _, c := range []struct {
		tell func()
		want string
	}{
		{func() { n.Ready("Serving") }, "^READY=1\nSTATUS=Serving$"},
		{n.Reloading, "^RELOADING=1\nMONOTONIC_USEC=[1-9][0-9]*$"},
		{func() { n.Ready("Serving on") }, "^READY=1\nSTATUS=Serving on$"},
		{func() { n.Stopping("Over") }, "^STOPPING=1\nSTATUS=Over$"},
	} {
		c.tell()
		got := make([]byte, 1000)
		size, err := manager.Read(got)
		if err != nil || !regexp.MustCompile(c.want).Match(got[:size]) {
			t.Errorf("%q, %v, want %s", got[:size], err, c.want)
		}
	}
}

// The times are those of systemd's clock, which goes on.
func TestMonotonic(t *testing.T) {
	first, ok := monotonic()
	second, _ := monotonic()
	if !ok || first <= 0 || second < first {
		t.Error(first, second, ok)
	}
}

// Without systemd nothing is said, and nothing fails.
func TestNotifier_Nobody(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", "")
	t.Setenv("WATCHDOG_USEC", "1000000")
	core, log := observer.New(zap.DebugLevel)
	n := NewNotifier(zap.New(core))
	n.Ready("Serving")
	n.Reloading()
	n.Stopping("Over")
	n.Watch(t.Context(), nil) // returns at once
	if log.Len() > 0 {
		t.Error(log.All())
	}
}

// A systemd that does not listen does not hold up the service.
func TestNotifier_Deaf(t *testing.T) {
	t.Setenv("NOTIFY_SOCKET", filepath.Join(t.TempDir(), "nobody"))
	core, log := observer.New(zap.DebugLevel)
	NewNotifier(zap.New(core)).Ready("Serving")
	if lines := log.FilterMessage("systemd cannot be told how the service is").All(); len(lines) != 1 {
		t.Error(log.All())
	}
}

func TestWatchdogOf(t *testing.T) {
	for _, c := range []struct {
		microseconds, pid string
		want              time.Duration
	}{
		{"30000000", "", 30 * time.Second},
		{"30000000", "4711", 30 * time.Second},
		{"30000000", "4712", 0}, // another process is watched
		{"", "4711", 0}, {"0", "", 0}, {"-1", "", 0}, {"soon", "", 0},
	} {
		if got := watchdogOf(c.microseconds, c.pid, 4711); got != c.want {
			t.Errorf("%q for %q: %v, want %v", c.microseconds, c.pid, got, c.want)
		}
	}
}

// states is a notifier whose states go into a channel.
func states(watchdog time.Duration) (*Notifier, chan string, *observer.ObservedLogs) {
	core, log := observer.New(zap.DebugLevel)
	told := make(chan string, 1000)
	return &Notifier{
		send:     func(state string) error { told <- strings.TrimSpace(state); return nil },
		watchdog: watchdog,
		log:      zap.New(core),
	}, told, log
}

var errHung = errors.New("it hangs")
