package proxy

import (
	"io"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/ferngate/ferngate/config"
)

// requestBody is a request's body on its way to the app: bounded in size and in
// how long it may pause, and with trailers that name no identity.
type requestBody struct {
	io.ReadCloser
	x       *exchange
	timeout time.Duration

	request *http.Request // whose Trailer net/http fills at the body's end
	strip   stripHeaders
	trusted bool
	trailer http.Header // what is sent on: ReverseProxy's copy would stay empty

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
		request:    r,
		strip:      strip,
		trusted:    x.client.trusted,
		trailer:    r.Trailer.Clone(),
	}
	if limits.BodySize > 0 {
		b.ReadCloser = http.MaxBytesReader(x.ResponseWriter, r.Body, int64(limits.BodySize))
	}
	b.strip.from(b.trailer, b.trusted)
	x.waitForBody(0)
	return b
}

// Read implements io.Reader. The time-out is for the client alone: it does not
// run while the app is slow to take what came.
func (b *requestBody) Read(p []byte) (int, error) {
	b.x.waitForBody(b.timeout)
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		b.fault.CompareAndSwap(nil, readFault{err})
		return n, err // the deadline stays: nobody waits for the rest any more
	}
	b.x.waitForBody(0)
	if err == nil {
		return n, nil
	}
	for name, values := range b.request.Trailer {
		if _, declared := b.trailer[name]; declared {
			b.trailer[name] = values
		}
	}
	return n, err
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
