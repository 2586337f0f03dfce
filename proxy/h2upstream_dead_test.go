package proxy

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// severed is a connection that can be cut so that neither end is told, as by a
// firewall that forgets it.
type severed struct {
	net.Conn
	cut atomic.Bool
}

// Write implements net.Conn.
func (c *severed) Write(p []byte) (int, error) {
	if c.cut.Load() {
		return len(p), nil
	}
	return c.Conn.Write(p)
}

// pipes is a listener whose connections are pipes, for bubbles of testing/synctest.
type pipes chan net.Conn

// Accept implements net.Listener.
func (p pipes) Accept() (net.Conn, error) {
	conn, ok := <-p
	if !ok {
		return nil, net.ErrClosed
	}
	return conn, nil
}

// Close implements net.Listener.
func (p pipes) Close() error { return nil }

// Addr implements net.Listener.
func (p pipes) Addr() net.Addr { return &net.UnixAddr{} }

// dial opens a pipe to who accepts.
func (p pipes) dial() *severed {
	ours, theirs := net.Pipe()
	p <- theirs
	return &severed{Conn: ours}
}

// A connection whose other end is gone without a word is given up after a ping's
// time, for every request that is on it, and the next one gets another. Idle
// events cost pings, and no more.
func TestH2Upstream_DeadConnection(t *testing.T) {
	g := newGateway(t, testConfig, "{ url: http://127.0.0.1:1, protocol: h2 }")
	s := g.gw.sites.byHost["app.test"]
	synctest.Test(t, func(t *testing.T) {
		transport, err := NewTransport(s.upstream)
		if err != nil {
			t.Fatal(err)
		}
		s.proxy.Transport = transport
		app := &http.Server{Protocols: new(http.Protocols), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/public/slow" {
				time.Sleep(3 * pingAfter)
			}
		})}
		app.Protocols.SetUnencryptedHTTP2(true)
		listener := make(pipes)
		go app.Serve(listener)
		var conns []*severed
		transport.requests.DialContext = func(context.Context, string, string) (net.Conn, error) {
			conns = append(conns, listener.dial())
			return conns[len(conns)-1], nil
		}
		timed := func(target string, status int, want time.Duration) {
			t.Helper()
			start := time.Now()
			if a := g.serve(http.MethodGet, target, ""); a.status != status || time.Since(start) != want {
				t.Errorf("%s: %d after %v, want %d after %v", target, a.status, time.Since(start), status, want)
			}
		}
		timed("/public/slow", http.StatusOK, 3*pingAfter)
		conns[0].cut.Store(true)
		timed("/public/x", http.StatusBadGateway, pingAfter+pingTimeout)
		timed("/public/x", http.StatusOK, 0)
		if len(conns) != 2 {
			t.Errorf("%d connections", len(conns))
		}
		transport.CloseIdleConnections()
		close(listener)
		app.Close()
	})
}
