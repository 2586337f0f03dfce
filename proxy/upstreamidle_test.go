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

// pipeTo puts an app that is spoken to in this protocol behind the site, in a
// bubble: each connection to it is a pipe. opened are those that there were so far.
func (g *gateway) pipeTo(t *testing.T, protocol string, app http.HandlerFunc) (opened *[]*severed) {
	t.Helper()
	s := g.gw.sites.byHost["app.test"]
	cfg := s.upstream
	cfg.Protocol = protocol
	transport, err := NewTransport(cfg)
	if err != nil {
		t.Fatal(err)
	}
	g.reachBy(transport)
	srv := &http.Server{Protocols: new(http.Protocols), Handler: app}
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(true)
	listener := make(pipes)
	go srv.Serve(listener)
	opened = new([]*severed)
	transport.requests.(*http.Transport).DialContext = func(context.Context, string, string) (net.Conn, error) {
		*opened = append(*opened, listener.dial())
		return (*opened)[len(*opened)-1], nil
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		close(listener)
		srv.Close()
	})
	return opened
}

// timed sends a GET and checks its answer and how long that took.
func (g *gateway) timed(target string, status int, want time.Duration) {
	g.t.Helper()
	start := time.Now()
	if a := g.serve(http.MethodGet, target, ""); a.status != status || time.Since(start) != want {
		g.t.Errorf("%s: %d after %v, want %d after %v", target, a.status, time.Since(start), status, want)
	}
}

// A connection whose other end is gone without a word is given up after a ping's
// time, and the next request gets another. One on which an app merely takes its
// time is not.
func TestH2Upstream_DeadConnection(t *testing.T) {
	const slow = 3*pingAfter + time.Second // no ping is on its way when the answer comes
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		opened := g.pipeTo(t, "h2", func(_ http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/public/slow" {
				time.Sleep(slow)
			}
		})
		g.timed("/public/slow", http.StatusOK, slow)
		(*opened)[0].cut.Store(true)
		g.timed("/public/x", http.StatusBadGateway, pingAfter+pingTimeout)
		g.timed("/public/x", http.StatusOK, 0)
		if len(*opened) != 2 {
			t.Errorf("%d connections", len(*opened))
		}
	})
}

// An unused connection is kept for upstream.timeouts.idle, pings or not.
func TestIdleConnection(t *testing.T) {
	for _, protocol := range []string{"http/1.1", "h2"} {
		t.Run(protocol, func(t *testing.T) {
			g := newGateway(t, testConfig, "{ url: http://127.0.0.1:1, timeouts: { idle: 10m } }")
			synctest.Test(t, func(t *testing.T) {
				opened := g.pipeTo(t, protocol, func(http.ResponseWriter, *http.Request) {})
				g.timed("/public/x", http.StatusOK, 0)
				for i, pause := range []time.Duration{10*time.Minute - time.Second, 10*time.Minute + time.Second} {
					time.Sleep(pause)
					g.timed("/public/x", http.StatusOK, 0)
					if len(*opened) != i+1 {
						t.Errorf("after %v: %d connections", pause, len(*opened))
					}
				}
			})
		})
	}
}
