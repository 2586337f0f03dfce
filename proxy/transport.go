package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/ferngate/ferngate/config"
)

// maxIdleConns is how many unused connections to an app are kept: enough for a
// busy one, whose every request would otherwise pay for a handshake.
const maxIdleConns = 1024

// maxResponseHeader bounds the headers of an app's answer, in bytes.
const maxResponseHeader = 1 << 20

// expectContinue is how long a body waits for an app that may never send a 100
// (RFC 9110, section 10.1.1, has the client decide; curl waits as long).
const expectContinue = time.Second

// NewTransport connects to one app, directly: proxies of the environment are
// for programs that fetch things. The error says what is wrong with tls.ca_file.
func NewTransport(cfg config.Upstream) (*http.Transport, error) {
	t := &http.Transport{
		DialContext:            (&net.Dialer{Timeout: cfg.Timeouts.Dial}).DialContext,
		TLSHandshakeTimeout:    cfg.Timeouts.Dial,
		ResponseHeaderTimeout:  cfg.Timeouts.ResponseHeader,
		ExpectContinueTimeout:  expectContinue,
		IdleConnTimeout:        cfg.Timeouts.Idle,
		MaxIdleConnsPerHost:    maxIdleConns,
		MaxResponseHeaderBytes: maxResponseHeader,
		DisableCompression:     true, // the client's Accept-Encoding is forwarded, and what comes is sent on
		Protocols:              new(http.Protocols),
	}
	t.Protocols.SetHTTP1(true)
	if cfg.TLS.CAFile != "" {
		pem, err := os.ReadFile(cfg.TLS.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.ca_file: %w", err)
		}
		roots := x509.NewCertPool()
		if !roots.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.ca_file: %s holds no PEM certificate", cfg.TLS.CAFile)
		}
		t.TLSClientConfig = &tls.Config{RootCAs: roots}
	}
	return t, nil
}

// bufferSize is that of ReverseProxy's own buffers.
const bufferSize = 32 << 10

// bufferPool lends the buffers that bodies are copied through. It keeps
// pointers to arrays, so that giving one back allocates nothing.
type bufferPool struct{ pool sync.Pool }

func newBufferPool() *bufferPool {
	return &bufferPool{sync.Pool{New: func() any { return new([bufferSize]byte) }}}
}

// Get implements httputil.BufferPool.
func (p *bufferPool) Get() []byte { return p.pool.Get().(*[bufferSize]byte)[:] }

// Put implements httputil.BufferPool.
func (p *bufferPool) Put(b []byte) { p.pool.Put((*[bufferSize]byte)(b)) }
