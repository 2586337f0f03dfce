package proxy

import (
	"errors"
	"net"
	"strings"
)

var (
	// errNoHTTP2 says that upstream.protocol does not fit the app.
	errNoHTTP2 = errors.New("the app does not speak HTTP/2, which upstream.protocol asks for")
	// errHungUp says all that is known of a new connection which the app ended. In
	// TLS 1.3 it refuses a client's certificate, or misses one, after the handshake.
	errHungUp = errors.New("the app hung up on a new connection: it does not speak HTTP/2, or it asks for a client certificate and not this one")
)

// explainHTTP2 puts what net/http says of an app that does not speak HTTP/2 into
// words for an operator. It has no more than a text to tell by.
func explainHTTP2(err error, network string) error {
	text := err.Error()
	switch {
	case errors.Is(err, errNoHTTP2), // its handshake led to nothing else
		strings.HasSuffix(text, "tls: no application protocol"),  // it refused to by ALPN (RFC 7301, section 3.2)
		strings.Contains(text, "looked like an HTTP/1.1 header"): // it answered HTTP/2 with prior knowledge in HTTP/1.1
		return &net.OpError{Op: "dial", Net: network, Err: errNoHTTP2}
	case text == "http2: client conn could not be established":
		return &net.OpError{Op: "dial", Net: network, Err: errHungUp}
	}
	return err
}
