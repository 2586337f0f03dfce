package proxy

import (
	"context"
	"crypto/tls"
	"net/http"
	"reflect"
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

// The health check of an HTTP/2 connection, which carries many requests: one
// that a firewall has forgotten, or whose app is gone without a word, is found
// out by a ping. An app that is merely busy has as long to answer as it would
// have to shake hands.
const (
	pingAfter   = 15 * time.Second // with nothing received
	pingTimeout = 15 * time.Second
)

// maxStreamBuffer is how much of an answer an HTTP/2 connection holds for a
// client that is slow to take it, in bytes: others must not wait for it.
const maxStreamBuffer = 1 << 20

// Transport sends requests to one app, directly: proxies of the environment are
// for programs that fetch things.
type Transport struct {
	cfg       config.Upstream
	files     upstreamFiles // below cfg.TLS, as they were read
	connector *connector
	requests  closingTransport
	upgrades  closingTransport // the same where the app is spoken to in HTTP/1.1 alone
}

// closingTransport is what is used of http.Transport.
type closingTransport interface {
	http.RoundTripper
	CloseIdleConnections()
}

// NewTransport prepares what an upstream's config says. The error says what is
// wrong with the files below tls.
func NewTransport(cfg config.Upstream) (*Transport, error) {
	files, err := readUpstreamFiles(cfg.TLS)
	if err != nil {
		return nil, err
	}
	secure, err := files.newTLS(cfg.TLS)
	if err != nil {
		return nil, err
	}
	t := &Transport{cfg: cfg, files: files, connector: newConnector(&cfg)}
	http1 := newHTTPTransport(cfg.Timeouts, t.connector, secure)
	http1.Protocols.SetHTTP1(true)
	t.requests, t.upgrades = http1, http1
	if cfg.Protocol != config.ProtocolHTTP2 {
		return t, nil
	}
	http2 := newHTTPTransport(cfg.Timeouts, t.connector, requireHTTP2(secure))
	http2.Protocols.SetHTTP2(cfg.URL.Scheme == "https")
	http2.Protocols.SetUnencryptedHTTP2(cfg.URL.Scheme != "https")
	http2.HTTP2 = &http.HTTP2Config{
		SendPingTimeout:           pingAfter,
		PingTimeout:               pingTimeout,
		MaxReceiveBufferPerStream: maxStreamBuffer,
	}
	t.requests = http2
	return t, nil
}

// or returns the transport from before where it would send in the same way: its
// connections are there already.
func (t *Transport) or(before *Transport) *Transport {
	if reflect.DeepEqual(t.cfg, before.cfg) && reflect.DeepEqual(t.files, before.files) {
		return before
	}
	return t
}

func newHTTPTransport(timeouts config.UpstreamTimeouts, c *connector, secure *tls.Config) *http.Transport {
	return &http.Transport{
		DialContext:            dialPaced(c.dial, timeouts.Send),
		TLSClientConfig:        secure,
		TLSHandshakeTimeout:    timeouts.Dial,
		ResponseHeaderTimeout:  timeouts.ResponseHeader,
		ExpectContinueTimeout:  expectContinue,
		IdleConnTimeout:        timeouts.Idle,
		MaxIdleConnsPerHost:    maxIdleConns,
		MaxResponseHeaderBytes: maxResponseHeader,
		DisableCompression:     true, // the client's Accept-Encoding is forwarded, and what comes is sent on
		Protocols:              new(http.Protocols),
	}
}

// RoundTrip implements http.RoundTripper. An upgrade, of which only a websocket's
// comes this far, is one of HTTP/1.1: net/http cannot ask for one over HTTP/2
// (RFC 8441).
func (t *Transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if len(r.Header["Upgrade"]) > 0 {
		return answerTo(t.upgrades, r)
	}
	res, err := answerTo(t.requests, r)
	if err != nil && t.requests != t.upgrades {
		err = explainHTTP2(err, t.connector.network)
	}
	return res, err
}

// CloseIdleConnections closes the connections that no request uses.
func (t *Transport) CloseIdleConnections() {
	t.requests.CloseIdleConnections()
	t.upgrades.CloseIdleConnections()
}

// reach connects to the app, and no more, within the time that a request would
// have for it.
func (t *Transport) reach(ctx context.Context) error {
	conn, err := t.connector.dial(ctx, "", "")
	if err != nil {
		return err
	}
	return conn.Close()
}
