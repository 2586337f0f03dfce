package proxy

import (
	"net"
	"net/http"
	"sync"
	"time"
)

// freshPatience is how long a service that is to shut down waits for the first
// requests of its connections: as long as net/http lets such connections be.
const freshPatience = 5 * time.Second

// freshConns are a server's connections of which no request was read yet. When
// http.Server.Shutdown was called net/http closes them without an answer as soon as
// one is (TestServer_DrainFresh).
type freshConns struct {
	mu    sync.Mutex
	conns map[net.Conn]struct{}
	none  untilNone
}

// note is part of the server's ConnState.
func (f *freshConns) note(conn net.Conn, state http.ConnState) {
	if state == http.StateIdle {
		return // it was active before: nothing is news here, and every request comes by
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if state == http.StateNew {
		if f.conns == nil {
			f.conns = map[net.Conn]struct{}{}
		}
		f.conns[conn] = struct{}{}
		return
	}
	delete(f.conns, conn)
	f.none.note(len(f.conns))
}

// gone is closed when there is none.
func (f *freshConns) gone() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.none.wait(len(f.conns))
}
