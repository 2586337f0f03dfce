package proxy

import (
	"io"
	"maps"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/ferngate/ferngate/config"
)

// requestBody is a request's body on its way to the app: bounded in size and in
// how long it may pause, and with trailers that name no identity.
type requestBody struct {
	io.ReadCloser
	timeout time.Duration

	reading sync.Mutex // held by Read
	mu      sync.Mutex
	x       *exchange // nil once the answer is complete

	request *http.Request // as it came: net/http fills its Trailer at the body's end
	strip   stripHeaders
	trusted bool
	trailer http.Header // what is sent on: ReverseProxy's copy would stay empty

	begun atomic.Bool  // something was read
	ended atomic.Bool  // at its end, or at a fault
	fault atomic.Value // the error of the client's side, if there was one: a readFault
}

type readFault struct{ error }

// newRequestBody returns nil for a request that has no body.
func newRequestBody(x *exchange, r *http.Request, limits config.Limits, strip stripHeaders) *requestBody {
	if r.Body == nil || r.Body == http.NoBody {
		return nil
	}
	b := &requestBody{
		ReadCloser: r.Body,
		x:          x,
		timeout:    limits.BodyTimeout,
		request:    x.request,
		strip:      strip,
		trusted:    x.client.trusted,
		trailer:    http.Header{},
	}
	maps.Copy(b.trailer, r.Trailer)
	if limits.BodySize > 0 {
		// Not with the ResponseWriter, whose headers it would write to while
		// ReverseProxy does: it is read in another goroutine.
		b.ReadCloser = http.MaxBytesReader(nil, r.Body, int64(limits.BodySize))
	}
	b.strip.from(b.trailer, b.trusted)
	x.waitForBody(0)
	// An early answer goes out at once: net/http would read the rest first. Over
	// HTTP/2 nothing waits for anything, and in tests there may be no connection.
	_ = http.NewResponseController(x.ResponseWriter).EnableFullDuplex()
	return b
}

// Read implements io.Reader. The time-out is for the client alone: it does not
// run while the app is slow to take what came.
func (b *requestBody) Read(p []byte) (int, error) {
	b.reading.Lock()
	defer b.reading.Unlock()
	if !b.wait(b.timeout) {
		return 0, http.ErrBodyReadAfterClose
	}
	n, err := b.ReadCloser.Read(p)
	b.begun.Store(true)
	if err != nil && err != io.EOF {
		b.fault.CompareAndSwap(nil, readFault{err})
		b.ended.Store(true) // after the fault, which unfinished asks for then
		return n, err       // the deadline stays: nobody waits for the rest any more
	}
	b.wait(0)
	if err == io.EOF {
		b.takeTrailers()
		b.ended.Store(true)
	}
	return n, err
}

// Close implements io.Closer. Transport closes the body of a request that was
// answered early, and net/http would read the rest of it there and then, with no
// time-out that holds. It does so again when the answer is complete.
func (b *requestBody) Close() error { return nil }

// takeTrailers takes those that came over, announced or not. What has no place
// in trailers (RFC 9110, section 6.5.1) is not sent on unless it was announced,
// which the app can see.
func (b *requestBody) takeTrailers() {
	came := b.request.Trailer.Clone()
	b.strip.from(came, b.trusted)
	for name, values := range came {
		_, announced := b.trailer[name]
		if announced || httpguts.ValidTrailerHeader(name) && !hasToken(b.request.Header["Connection"], ",", name) {
			b.trailer[name] = values
		}
	}
}

// apartFromContinue calls f, unless net/http may be sending a 100 at that very
// moment: it does so when the body is first read, in another goroutine, and both
// would write to the connection.
func (b *requestBody) apartFromContinue(f func()) {
	switch {
	case b == nil || b.begun.Load():
		f()
	case b.reading.TryLock():
		defer b.reading.Unlock()
		f()
	}
}

// wait sets the time-out of reading and reports true, as long as the answer is
// not complete: the connection is another request's after that, or gone.
func (b *requestBody) wait(timeout time.Duration) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.x == nil {
		return false
	}
	b.x.waitForBody(timeout)
	return true
}

// over is called when the answer is complete. Transport may still be reading,
// and of a body that the app did not want net/http reads the rest: it too waits
// no longer than for any other.
func (b *requestBody) over() {
	b.mu.Lock()
	x := b.x
	b.x = nil // no Read begins any more
	b.mu.Unlock()
	if b.ended.Load() {
		return
	}
	// One that is under way ends now: net/http would lift its time-out, and then
	// read the rest without any.
	x.interruptBody()
	b.reading.Lock()
	defer b.reading.Unlock()
	x.waitForBody(b.timeout)
}

// unfinished reports whether there is more of the body to come, or was when it
// broke off.
func (b *requestBody) unfinished() bool {
	return b != nil && (!b.ended.Load() || b.failed() != nil)
}

// failed returns why the client's side of the body ended early, nil if it did not.
func (b *requestBody) failed() error {
	if b == nil {
		return nil
	}
	if f, ok := b.fault.Load().(readFault); ok {
		return f.error
	}
	return nil
}
