package proxy

import (
	"net/http"
	"sync"
	"time"
)

// lastBytes is how many times longer than others the end of an answer may take,
// which net/http sends when the handler has returned: at most 4 KiB, that may
// have to wait for other streams.
const lastBytes = 10

// sendWatch ends a stream of HTTP/2 whose client opens no window for it (RFC 9113,
// section 5.2.1): of that the connection, which pacedConn watches, knows nothing.
// A piece of an answer, up to bufferSize, counts as taken in when all of it is.
type sendWatch struct {
	rc      *http.ResponseController
	conn    *pacedConn
	timeout time.Duration

	mu      sync.Mutex
	timer   *time.Timer
	writing bool
}

// newSendWatch returns nil for what is not HTTP/2.
func newSendWatch(w http.ResponseWriter, r *http.Request, timeout time.Duration) *sendWatch {
	if r.ProtoMajor != 2 {
		return nil
	}
	s := &sendWatch{rc: http.NewResponseController(w), timeout: timeout}
	s.conn, _ = r.Context().Value(pacedConnKey{}).(*pacedConn)
	s.timer = time.AfterFunc(never, s.expired)
	return s
}

// begin is called before something is written.
func (s *sendWatch) begin() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = true
	s.timer.Reset(s.timeout)
}

// end is called after begin, when it is written, or failed to be.
func (s *sendWatch) end() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.writing = false
	s.timer.Stop()
}

// expired is called when something takes too long to be written. It does not count
// where the whole connection is held up, by a slow network for instance.
func (s *sendWatch) expired() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.writing {
		return
	}
	if s.conn != nil && s.conn.writing.Load() {
		s.timer.Reset(s.timeout)
		return
	}
	_ = s.rc.SetWriteDeadline(time.Now()) // which resets the stream
}

// last is called when the handler is about to return: what is still to be sent
// has lastBytes times as long.
func (s *sendWatch) last() {
	if s != nil {
		s.timer.Stop() // nothing may have been written
		_ = s.rc.SetWriteDeadline(time.Now().Add(lastBytes * s.timeout))
	}
}
