// Package systemd is what a service and systemd tell each other: how the service
// is (sd_notify(3)), and the sockets that systemd listens at for it
// (sd_listen_fds(3)). Where no systemd started the process nothing happens.
package systemd

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// Notifier tells systemd how the service is. Its methods may be called at any
// time, by several goroutines; what systemd does not take is logged.
type Notifier struct {
	send     func(state string) error // nil where nobody listens
	watchdog time.Duration            // how long systemd waits for a sign of life; 0 for ever
	stopping atomic.Bool
	log      *zap.Logger
}

// NewNotifier returns the notifier for what the environment says: NOTIFY_SOCKET,
// WATCHDOG_USEC and WATCHDOG_PID.
func NewNotifier(log *zap.Logger) *Notifier {
	n := &Notifier{log: log.Named("systemd")}
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return n
	}
	n.send = func(state string) error { return sendTo(socket, state) }
	n.watchdog = watchdogOf(os.Getenv("WATCHDOG_USEC"), os.Getenv("WATCHDOG_PID"), os.Getpid())
	return n
}

// watchdogOf is how long systemd waits for a sign of life of this process.
func watchdogOf(microseconds, forPID string, pid int) time.Duration {
	if forPID != "" && forPID != strconv.Itoa(pid) {
		return 0
	}
	us, err := strconv.ParseInt(microseconds, 10, 54)
	if err != nil || us < 0 {
		return 0
	}
	return time.Duration(us) * time.Microsecond
}

// sendTo sends a datagram to a unix socket; "@" begins an abstract name.
func sendTo(socket, state string) error {
	conn, err := net.DialUnix("unixgram", nil, &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		return err
	}
	defer conn.Close()
	_, err = conn.Write([]byte(state))
	return err
}

func (n *Notifier) tell(state string) {
	if n.send == nil {
		return
	}
	if err := n.send(state); err != nil {
		n.log.Warn("systemd cannot be told how the service is", zap.Error(err))
	}
}

// Ready says that the service serves: at its start, and after Reloading, whether
// what was read is in force or refused. The status is a line for systemctl status.
func (n *Notifier) Ready(status string) { n.tell("READY=1\nSTATUS=" + status) }

// Reloading says that the config is read again; Ready has to follow. (systemd from
// 253 on, with Type=notify-reload, wants to know when, to tell one reload from another.)
func (n *Notifier) Reloading() {
	state := "RELOADING=1"
	if now, ok := monotonic(); ok {
		state += fmt.Sprintf("\nMONOTONIC_USEC=%d", now.Microseconds())
	}
	n.tell(state)
}

// Stopping says that the service is about to end. From then on TimeoutStopSec
// bounds how long that may take, and Watch no longer asks whether it serves.
func (n *Notifier) Stopping(status string) {
	n.stopping.Store(true)
	n.tell("STOPPING=1\nSTATUS=" + status)
}
