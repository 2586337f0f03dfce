package proxy

import (
	"context"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/ferngate/ferngate/config"
)

// errNotTakenIn is why a request is given up whose app takes in nothing of it.
var errNotTakenIn = &net.OpError{Op: "write", Net: "HTTP/2", Err: os.ErrDeadlineExceeded}

// h2upload is a request's body on its way to an app that speaks HTTP/2. Such an
// app may open no window for it (RFC 9113, section 5.2.1), of which pacedConn,
// that watches the connection, knows nothing.
type h2upload struct {
	*requestBody
	timeout time.Duration
	timer   *time.Timer // runs while what was read waits to be sent
	end     error       // of the body, told once that is sent
}

// watchUpload gives the request up where the app takes in nothing of its body
// for timeouts.send. The caller calls stop when the answer is complete.
func (s *site) watchUpload(x *exchange, r *http.Request) (_ *http.Request, stop func()) {
	if x.body == nil || s.upstream.Protocol != config.ProtocolHTTP2 {
		return r, func() {}
	}
	ctx, cancel := context.WithCancelCause(r.Context())
	u := &h2upload{requestBody: x.body, timeout: s.upstream.Timeouts.Send}
	u.timer = time.AfterFunc(never, func() { cancel(errNotTakenIn) })
	r = r.WithContext(ctx)
	r.Body = u
	return r, func() {
		u.timer.Stop()
		cancel(nil)
	}
}

// Read implements io.Reader: who calls it has sent what it returned before.
func (u *h2upload) Read(p []byte) (int, error) {
	u.timer.Stop()
	if u.end != nil {
		return 0, u.end
	}
	n, err := u.requestBody.Read(p)
	if n > 0 {
		u.end, err = err, nil
		u.timer.Reset(u.timeout)
	}
	return n, err
}

// Close implements io.Closer: nothing more is sent.
func (u *h2upload) Close() error {
	u.timer.Stop()
	return u.requestBody.Close()
}
