package proxy

import (
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

// isEndless reports whether an answer of this kind goes on until somebody ends
// it: events (the HTML standard's), and pictures each of which replaces the last.
func isEndless(h http.Header) bool {
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";") // browsers do not mind what is wrong behind it
	kind = strings.ToLower(strings.TrimSpace(kind))
	return kind == "text/event-stream" || kind == "multipart/x-mixed-replace"
}

// sessionStream is an endless answer that ends with what it was admitted by.
// That is no fault, so its end looks like any other; who asks again is told who
// they are then.
type sessionStream struct {
	io.ReadCloser
	stop  func()
	ended atomic.Bool
}

// endStreamWithSession makes an endless answer end with what it was admitted by:
// the session of whoever it is for, and the rules of its path.
func (s *site) endStreamWithSession(x *exchange, res *http.Response) {
	if !isEndless(res.Header) {
		return
	}
	x.lasts(s.counts.EventStreams)
	if res.StatusCode == http.StatusSwitchingProtocols {
		return // whatever it calls itself: keepSocket ends it
	}
	b := &sessionStream{ReadCloser: res.Body}
	b.stop = s.endWithAdmission(res.Request.Context(), x, b.end)
	res.Body = b
}

// end breaks off a Read that waits for the app.
func (b *sessionStream) end() {
	b.ended.Store(true)
	_ = b.ReadCloser.Close() // nobody wants to know
}

// Read implements io.Reader.
func (b *sessionStream) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err != nil && b.ended.Load() {
		err = io.EOF
	}
	return n, err
}

// Close implements io.Closer.
func (b *sessionStream) Close() error {
	b.stop()
	return b.ReadCloser.Close()
}
