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
	none  chan struct{} // closed when there is none; nil where nobody waits
}

// note is part of the server's ConnState.
func (f *freshConns) note(conn net.Conn, state http.ConnState) {
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
	if len(f.conns) == 0 && f.none != nil {
		close(f.none)
		f.none = nil
	}
}

// gone is closed when there is none.
func (f *freshConns) gone() <-chan struct{} {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.conns) == 0 {
		none := make(chan struct{})
		close(none)
		return none
	}
	if f.none == nil {
		f.none = make(chan struct{})
	}
	return f.none
}
