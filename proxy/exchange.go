package proxy

import (
	"bufio"
	"context"
	"encoding/base32"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// exchange is one request and its answer: what the steps of Gateway.ServeHTTP
// found out, and the one wrapper around the ResponseWriter.
type exchange struct {
	http.ResponseWriter
	id    string // the request id, shown on error pages and in the log
	start time.Time

	http10   bool
	target   target
	client   client
	site     *site         // nil until the host was found to be ours
	secure   bool          // whether the browser speaks HTTPS to the site
	request  *http.Request // as it came
	readings []string      // of its path
	verdict  auth.Verdict
	session  *auth.Opened // who asks; nil where nobody does or nothing needed it
	body     *requestBody // nil for a request without one
	sending  *sendWatch   // nil but for HTTP/2

	opened    bool           // whether the session cookie was looked at
	held      *auth.Opened   // what it holds; nil: nothing that counts
	undecided bool           // whether somebody may ask, but who cannot be told at the moment
	learnt    *auth.Followed // what the session is to remember of the app's own; nil: what it does
	told      bool           // whether that is what this exchange itself tells, by its request and the app's answer
	relayed   []string       // Set-Cookie lines of the app's answer to who is signed in, fit for the client
	probed    time.Duration  // how long the app was asked for that; 0 if it was not

	forwarded    time.Time     // when the app was asked; zero if it was not
	upstreamTime time.Duration // until it answered, or failed to

	reason  string // why the answer is no better; "" where it is the app's or what was asked for
	aborted bool   // the answer was broken off

	unwanted    reason // why the answer gets no widget if it is HTML; "" if it may
	revalidates string // the tag of the copy with the widget that a 304 speaks of; "" if there is none
	injected    bool   // whether the answer's body is another than the app's

	proxied bool // the answer is the app's
	status  int  // of the final answer; 0 while there is none
	bytes   int64
}

type exchangeKey struct{}

// begin opens the exchange of a request. The limits are those of all sites: which
// one it is for is not known yet. Where an answer does not need the body, net/http
// reads that first, and waits for it no longer than limits.body_timeout; whoever
// reads it sets another time-out by waitForBody.
func begin(w http.ResponseWriter, r *http.Request, limits config.Limits) *exchange {
	x := &exchange{ResponseWriter: w, id: newRequestID(), start: time.Now(), request: r, http10: !r.ProtoAtLeast(1, 1)}
	x.sending = newSendWatch(w, r, limits.SendTimeout)
	x.client.addr = peerAddr(r)
	if r.Body != nil && r.Body != http.NoBody {
		x.waitForBody(limits.BodyTimeout)
	}
	return x
}

// waitForBody makes reading the body fail when it takes longer than timeout
// from now on; 0 is for ever.
func (x *exchange) waitForBody(timeout time.Duration) {
	if timeout == 0 {
		x.readBodyUntil(time.Time{})
		return
	}
	x.readBodyUntil(time.Now().Add(timeout))
}

// interruptBody makes reading the body fail, a read that is under way too, until
// the next waitForBody.
func (x *exchange) interruptBody() { x.readBodyUntil(time.Unix(1, 0)) }

func (x *exchange) readBodyUntil(deadline time.Time) {
	// Tests call the handler without a connection, which has no deadlines.
	_ = http.NewResponseController(x.ResponseWriter).SetReadDeadline(deadline)
}

// with returns the request with x in its context, for what ReverseProxy calls
// back: it hands on no more than the request.
func (x *exchange) with(r *http.Request) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
}

// exchangeOf returns the exchange that the request, or one made from it, belongs to.
func exchangeOf(r *http.Request) *exchange {
	return r.Context().Value(exchangeKey{}).(*exchange)
}

// Unwrap lets http.ResponseController reach what net/http's writer can do.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	h := x.Header()
	if status < http.StatusOK {
		x.writeInterim(status)
		return
	}
	if x.status == 0 {
		x.status = status
		if x.proxied && len(h["Content-Type"]) == 0 {
			h["Content-Type"] = nil // net/http would guess one, text/html among them
		}
		if x.proxied && status == http.StatusNotModified {
			keepOf304(h)
		}
		if x.http10 || x.request.ProtoMajor == 1 && x.body.unfinished() {
			// net/http overlooks a Transfer-Encoding of an HTTP/1.0 request; what
			// follows on the connection cannot be trusted (RFC 9112, section 6.1).
			// Nor can what follows an early answer: net/http takes what it could not
			// read of the body for the next request (TestEarlyAnswer_AtOnce).
			h.Set("Connection", "close")
		}
	}
	x.ResponseWriter.WriteHeader(status)
}

// writeInterim sends an interim answer of the app's on.
func (x *exchange) writeInterim(status int) {
	if x.http10 || status == http.StatusSwitchingProtocols {
		return // which knows none (RFC 9110, section 15.2); and a 101 among them is one of HTTP/2, that has none
	}
	expects := len(x.request.Header["Expect"]) > 0
	if expects && status == http.StatusContinue {
		return // net/http sends one when the body is read, which the app's sets off: it would come twice
	}
	dropOwnHeaders(x.Header())
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"} {
		x.Header().Del(name) // of the app's connection (RFC 9110, section 7.6.1), which ReverseProxy leaves here
	}
	if send := func() { x.ResponseWriter.WriteHeader(status) }; expects {
		x.body.apartFromContinue(send)
	} else {
		send()
	}
}

// keepOf304 keeps what a 304 says of the page that it stands for (RFC 9110,
// sections 8.6 and 15.4.5): net/http takes it out, in the spelling that it knows.
func keepOf304(h http.Header) {
	for name, spelling := range map[string]string{"Content-Type": "content-type", "Content-Length": "content-length"} {
		if values := h[name]; len(values) > 0 {
			delete(h, name)
			h[spelling] = values
		}
	}
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	x.sending.begin()
	defer x.sending.end()
	n, err := x.ResponseWriter.Write(p)
	x.bytes += int64(n)
	return n, err
}

// WriteString implements io.StringWriter, which net/http's writer does too.
func (x *exchange) WriteString(s string) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	x.sending.begin()
	defer x.sending.end()
	n, err := io.WriteString(x.ResponseWriter, s)
	x.bytes += int64(n)
	return n, err
}

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	x.sending.begin()
	defer x.sending.end()
	return http.NewResponseController(x.ResponseWriter).Flush()
}

// Hijack implements http.Hijacker for an upgraded connection, whose answer does
// not come through WriteHeader.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	x.status = http.StatusSwitchingProtocols
	conn, rw = newTunnel(conn, rw)
	return conn, rw, nil
}

var requestIDs = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// newRequestID is unique among all replicas for all practical purposes. It is
// no secret, so the fast generator does.
func newRequestID() string {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], rand.Uint64())
	binary.BigEndian.PutUint16(b[8:], uint16(rand.Uint32()))
	return requestIDs.EncodeToString(b[:])
}
