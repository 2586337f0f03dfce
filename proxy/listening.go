package proxy

import (
	"errors"
	"net"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
)

// listening is an address that is listened at. Each connection is handed to the
// service that is the current one when it comes.
type listening struct {
	address  string // as the config has it
	listener net.Listener
	current  atomic.Pointer[service]
	accepted chan struct{} // closed when accept has ended; nil before it began
}

// serveBy hands new connections to s from now on.
func (l *listening) serveBy(s *service) {
	go s.run(l.listener.Addr())
	if before := l.current.Swap(s); before != nil {
		_ = before.feed.Close() // it has no error
	} else {
		l.accepted = make(chan struct{})
		go l.accept()
	}
}

// stop accepts nothing more.
func (l *listening) stop() {
	_ = l.listener.Close() // what it could say is of no use any more
	if s := l.current.Load(); s != nil {
		<-l.accepted // what was accepted is handed over
		_ = s.feed.Close()
	}
}

// The pauses after errors of accepting, such as too many open files: others may
// have them, and whoever waits is accepted when there are some again.
const (
	acceptPause    = 5 * time.Millisecond
	maxAcceptPause = time.Second
)

// accept hands over what comes until the listener is closed.
func (l *listening) accept() {
	defer close(l.accepted)
	pause := acceptPause
	for {
		conn, err := l.listener.Accept()
		switch {
		case errors.Is(err, net.ErrClosed):
			return
		case err != nil:
			l.current.Load().settings.log.Error("a connection cannot be accepted", zap.Error(err))
			time.Sleep(pause)
			pause = min(2*pause, maxAcceptPause)
		default:
			pause = acceptPause
			l.hand(conn)
		}
	}
}

// hand gives a connection to the current service.
func (l *listening) hand(conn net.Conn) {
	s := l.current.Load()
	for !s.feed.hand(conn) {
		next := l.current.Load()
		if next == s {
			_ = conn.Close() // it came when nothing more was taken
			return
		}
		s = next
	}
}
