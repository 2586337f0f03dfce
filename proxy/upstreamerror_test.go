package proxy

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"syscall"
	"testing"

	"github.com/ferngate/ferngate/proxy/metrics"
)

func TestUpstreamErrorOf(t *testing.T) {
	op := func(name string, err error) error { return &net.OpError{Op: name, Net: "tcp", Err: err} }
	for _, c := range []struct {
		err  error
		want metrics.UpstreamError
	}{
		{op("dial", syscall.ECONNREFUSED), metrics.Dial},
		{op("dial", &net.DNSError{Err: "no such host", IsNotFound: true}), metrics.Dial},
		{op("dial", os.ErrDeadlineExceeded), metrics.DialTimeout},
		{op("dial", errNoHTTP2), metrics.Dial},
		{op("dial", errHungUp), metrics.Dial},
		{errNotTakenIn, metrics.SendTimeout},
		{op("read", os.ErrDeadlineExceeded), metrics.ResponseTimeout},
		{op("read", syscall.ECONNRESET), metrics.Reset},
		{op("write", syscall.EPIPE), metrics.Reset},
		{fmt.Errorf("net/http: HTTP/1.x transport connection broken: %w", io.ErrUnexpectedEOF), metrics.Reset},
		{io.EOF, metrics.Reset},
		{&tls.CertificateVerificationError{Err: errors.New("expired")}, metrics.TLS},
		{op("remote error", tls.AlertError(42)), metrics.TLS},
		{tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"}, metrics.TLS},
		{errStrayAnswer, metrics.Protocol},
		{errors.New("net/http: HTTP/1.x transport connection broken: malformed HTTP status code"), metrics.Protocol},
		{errors.New("stream error: stream ID 1; PROTOCOL_ERROR"), metrics.Protocol},
	} {
		if got := upstreamErrorOf(c.err); got != c.want {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
	}
}

// Whatever an app speaks: it is told apart whether it hung up before its answer
// or within it.
func TestUpstreamErrors_OfEveryKindOfApp(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/public/within" {
				w.Header().Set("Content-Length", "100")
				_, _ = io.WriteString(w, "not a hundred")
				_ = http.NewResponseController(w).Flush()
			}
			panic(http.ErrAbortHandler)
		}))
		if a := g.send(http.MethodPost, "/public/before", "x"); a.status != http.StatusBadGateway {
			t.Errorf("%d %s", a.status, a.body)
		}
		g.wantCounts("ferngate_upstream_errors_total", map[string]float64{"reset": 1})
		conn, r := g.dial()
		write(t, conn, request("GET", "/public/within"))
		_, _ = io.ReadAll(r)
		g.wantCounts("ferngate_upstream_errors_total", map[string]float64{"reset": 1, "broken-off": 1})
	})
}
