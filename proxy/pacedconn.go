package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"math"
	"net"
	"net/http"
	"os"
	"sync/atomic"
	"time"
)

// pacedConn is a connection whose other end takes in what is written, or is
// given up: Write fails once nothing was taken in for timeout, and up to a
// quarter of it more. How long a whole Write takes does not matter, and while
// nothing is written there is no limit.
//
// It stands below TLS, where a Write that was held up can go on: a tls.Conn whose
// write deadline has passed is broken.
type pacedConn struct {
	net.Conn
	timeout time.Duration
	writing atomic.Bool
	bounded atomic.Bool // by a deadline that somebody else has set
	reads   atomic.Int64
}

// Read implements net.Conn. It counts, for answerTo.
func (c *pacedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if n > 0 {
		c.reads.Add(1)
	}
	return n, err
}

// Write implements net.Conn.
func (c *pacedConn) Write(p []byte) (written int, err error) {
	if c.bounded.Load() {
		return c.Conn.Write(p)
	}
	c.writing.Store(true)
	defer c.writing.Store(false)
	queue := math.MaxInt // of the kernel
	for since := time.Now(); ; {
		_ = c.Conn.SetWriteDeadline(time.Now().Add(c.timeout / 4)) // if it is closed Write tells
		n, err := c.Conn.Write(p[written:])
		written += n
		if !errors.Is(err, os.ErrDeadlineExceeded) {
			return written, err
		}
		// A large queue takes long to have room again: that it gets shorter is enough.
		before := queue
		if queue = sendQueue(c.Conn); n > 0 || queue < before {
			since = time.Now()
		} else if time.Since(since) >= c.timeout {
			return written, err
		}
	}
}

// SetDeadline implements net.Conn.
func (c *pacedConn) SetDeadline(at time.Time) error {
	c.bounded.Store(!at.IsZero())
	return c.Conn.SetDeadline(at)
}

// SetWriteDeadline implements net.Conn.
func (c *pacedConn) SetWriteDeadline(at time.Time) error {
	c.bounded.Store(!at.IsZero())
	return c.Conn.SetWriteDeadline(at)
}

// CloseWrite is what net/http, TLS and websockets end a connection with of which
// the other end shall have everything.
func (c *pacedConn) CloseWrite() error { return closeWrite(c.Conn) }

func closeWrite(conn net.Conn) error {
	if c, ok := conn.(interface{ CloseWrite() error }); ok {
		return c.CloseWrite()
	}
	return http.ErrNotSupported
}

// pacedListener accepts paced connections.
type pacedListener struct {
	net.Listener
	timeout time.Duration
}

// Accept implements net.Listener.
func (l pacedListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &pacedConn{Conn: conn, timeout: l.timeout}, nil
}

// dialFunc is http.Transport's DialContext.
type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// dialPaced is dial with paced connections.
func dialPaced(dial dialFunc, timeout time.Duration) dialFunc {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &pacedConn{Conn: conn, timeout: timeout}, nil
	}
}

type pacedConnKey struct{}

// withPacedConn is the server's ConnContext: it keeps the connection for stall.
func withPacedConn(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(ctx, pacedConnKey{}, pacedConnOf(conn))
}

// pacedConnOf is what stands below conn; nil if there is none.
func pacedConnOf(conn net.Conn) *pacedConn {
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	paced, _ := conn.(*pacedConn)
	return paced
}
