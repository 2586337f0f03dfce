package inject

import (
	"errors"
	"io"
)

// maxRecorded is the most of a body that is kept to be sent as it came, in
// bytes: a block of zstd, which comes out whole, and more (RFC 8878, section 3.1.1.2).
const maxRecorded = 160 << 10

// errTooLittle is a body that has next to no content in its encoding.
var errTooLittle = errors.New("too much encoding for its content")

// recording is a body that keeps what is read of it, until it is told to stop.
type recording struct {
	src      io.ReadCloser
	recorded []byte
	stopped  bool
	refused  bool  // to read more of next to no content
	err      error // that reading the body ended with, other than io.EOF
}

// Read implements io.Reader.
func (r *recording) Read(p []byte) (int, error) {
	if r.stopped {
		return r.src.Read(p)
	}
	if len(r.recorded) >= maxRecorded {
		r.refused = true
		return 0, errTooLittle
	}
	n, err := r.src.Read(p)
	r.recorded = append(r.recorded, p[:n]...)
	if err != io.EOF {
		r.err = err
	}
	return n, err
}

// Close implements io.Closer.
func (r *recording) Close() error { return r.src.Close() }

func (r *recording) stop() { r.recorded, r.stopped = nil, true }

// why tells a body that broke off from one whose encoding is broken.
func (r *recording) why(err error) Reason {
	if r.err != nil || errors.Is(err, io.ErrUnexpectedEOF) {
		return BrokenOff
	}
	return Malformed
}

// replayed is a body from its beginning.
type replayed struct {
	io.Reader
	io.Closer
}
