package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"go.uber.org/zap"
)

// proxyBuffer is what a PROXY header is read with, in bytes: most fit at once,
// and it is let go of afterwards.
const proxyBuffer = 256

// proxyListener accepts connections that tell by a PROXY header on whose behalf
// they are made (proxy_protocol). Those of a trusted peer must; of any other peer
// nothing is read, so that its header is a malformed request.
type proxyListener struct {
	net.Listener
	trusted []netip.Prefix
	timeout time.Duration // for the header
	log     *zap.Logger
}

// Accept implements net.Listener. It does not wait for a header.
func (l *proxyListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	if peer, ok := parseAddr(conn.RemoteAddr().String()); !ok || !contains(l.trusted, peer) {
		return conn, nil
	}
	return &proxyConn{Conn: conn, listener: l}, nil
}

// proxyConn is a connection of a trusted peer. Its header is read by whatever
// comes first of RemoteAddr and Read, which with net/http is the former, in the
// connection's own goroutine and before there are deadlines. If there is none the
// connection is closed.
type proxyConn struct {
	net.Conn
	listener *proxyListener
	once     sync.Once
	header   proxyHeader
	early    []byte // what came with the header and lies behind it
}

// readHeader reads the header, once.
func (c *proxyConn) readHeader() {
	c.once.Do(func() {
		_ = c.Conn.SetReadDeadline(time.Now().Add(c.listener.timeout)) // if it is closed Read tells
		r := bufio.NewReaderSize(c.Conn, proxyBuffer)
		header, err := readProxyHeader(r)
		if err != nil {
			c.refuse(err)
			return
		}
		c.header = header
		early, _ := r.Peek(r.Buffered()) // what is buffered is there
		c.early = bytes.Clone(early)
		_ = c.Conn.SetReadDeadline(time.Time{})
	})
}

// refuse closes the connection: what is read and written from now on fails. A
// peer that says nothing may only be looking whether somebody listens; of any
// other the operator has to know, as people cannot reach their app through it.
func (c *proxyConn) refuse(err error) {
	log := c.listener.log.Warn
	if errors.Is(err, errSilent) {
		log = c.listener.log.Debug
	}
	log("a trusted proxy's connection without a proper PROXY header is closed",
		zap.Stringer("peer", c.Conn.RemoteAddr()), zap.Error(err))
	_ = c.Conn.Close()
}

// Read implements net.Conn.
func (c *proxyConn) Read(p []byte) (int, error) {
	c.readHeader()
	if len(c.early) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.early)
	if c.early = c.early[n:]; len(c.early) == 0 {
		c.early = nil
	}
	return n, nil
}

// RemoteAddr is the client's address, or the peer's where the header has none. It
// waits for the header.
func (c *proxyConn) RemoteAddr() net.Addr {
	c.readHeader()
	if c.header.source.IsValid() {
		return net.TCPAddrFromAddrPort(c.header.source)
	}
	return c.Conn.RemoteAddr()
}

// CloseWrite is for pacedConn.
func (c *proxyConn) CloseWrite() error { return closeWrite(c.Conn) }

// SyscallConn implements syscall.Conn, for sendQueue.
func (c *proxyConn) SyscallConn() (syscall.RawConn, error) {
	if sc, ok := c.Conn.(syscall.Conn); ok {
		return sc.SyscallConn()
	}
	return nil, errors.ErrUnsupported
}

// isOfUnknownClient tells whether a request came through a connection that a
// trusted peer relays for somebody without an IP address. What such a client says
// in X-Forwarded-* and the like is not the peer's word, though the peer's is the
// only address that there is (TestProxyProtocol_UnknownClient).
func isOfUnknownClient(r *http.Request) bool {
	paced, _ := r.Context().Value(pacedConnKey{}).(*pacedConn)
	if paced == nil {
		return false
	}
	c, relayed := paced.Conn.(*proxyConn)
	return relayed && !c.header.local && !c.header.source.IsValid()
}
