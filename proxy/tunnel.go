package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
)

// quietBuffer is what each direction of an upgraded connection waits with, in
// bytes: most messages fit. There may be very many that say little, and io.Copy,
// with which ReverseProxy copies them, would hold 32 KiB for each direction.
const quietBuffer = 1 << 10

// busyBuffers are lent to directions with more to copy.
var busyBuffers = newBufferPool()

// tunnel is a client's upgraded connection. io.Copy leaves the copying to its
// WriteTo and ReadFrom.
type tunnel struct {
	net.Conn
	early []byte // what the client sent before it had the answer
}

// newTunnel makes a tunnel of what a Hijack returned, whose buffers live as long
// as the connection: it empties them, and returns small ones.
func newTunnel(conn net.Conn, rw *bufio.ReadWriter) (*tunnel, *bufio.ReadWriter) {
	early, _ := rw.Reader.Peek(rw.Reader.Buffered()) // what is buffered is there
	t := &tunnel{Conn: conn, early: bytes.Clone(early)}
	*rw.Reader, *rw.Writer = bufio.Reader{}, bufio.Writer{}
	return t, bufio.NewReadWriter(bufio.NewReaderSize(t, 0), bufio.NewWriterSize(t, quietBuffer))
}

// Read implements io.Reader.
func (t *tunnel) Read(p []byte) (int, error) {
	if len(t.early) == 0 {
		return t.Conn.Read(p)
	}
	n := copy(p, t.early)
	t.early = t.early[n:]
	return n, nil
}

// CloseWrite passes on that the app has no more to say.
func (t *tunnel) CloseWrite() error { return closeWrite(t.Conn) }

// WriteTo implements io.WriterTo: from the client to the app.
func (t *tunnel) WriteTo(app io.Writer) (int64, error) { return relay(app, t) }

// ReadFrom implements io.ReaderFrom: from the app to the client.
func (t *tunnel) ReadFrom(app io.Reader) (int64, error) { return relay(t.Conn, app) }

// relay copies until src ends, or either fails. Behind what fills the small
// buffer there is more as a rule, which is read with a large one.
func relay(dst io.Writer, src io.Reader) (copied int64, err error) {
	quiet := make([]byte, quietBuffer)
	for err == nil {
		var n int
		n, err = pass(dst, src, quiet)
		copied += int64(n)
		if err != nil || n < len(quiet) {
			continue
		}
		busy := busyBuffers.Get()
		for n = len(busy); err == nil && n == len(busy); copied += int64(n) {
			n, err = pass(dst, src, busy)
		}
		busyBuffers.Put(busy)
	}
	if err == io.EOF {
		err = nil
	}
	return copied, err
}

// pass copies what one read of src gives.
func pass(dst io.Writer, src io.Reader, buffer []byte) (int, error) {
	n, readErr := src.Read(buffer)
	if n > 0 {
		if n, err := dst.Write(buffer[:n]); err != nil {
			return n, err
		}
	}
	return n, readErr
}
