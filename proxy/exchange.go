package proxy

import (
	"context"
	"net/http"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// exchange is one request and its answer: what the steps of Gateway.ServeHTTP
// found out, and the one wrapper around the ResponseWriter.
type exchange struct {
	http.ResponseWriter
	id    string // the request id, shown on error pages and in the log
	start time.Time

	http10      bool
	target      target
	client      client
	site        *site         // nil until the host was found to be ours
	secure      bool          // whether the browser speaks HTTPS to the site
	request     *http.Request // as it came; where a proxy asks about one, that one
	forwardAuth bool          // whether a proxy asks about it, and forwards it itself
	readings    []string      // of its path
	verdict     auth.Verdict
	session     *auth.Opened // who asks; nil where nobody does or nothing needed it
	body        *requestBody // nil for a request without one
	sending     *sendWatch   // nil but for HTTP/2

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

	access  metrics.Access // what is counted of the path
	began   time.Time      // when the final answer did; zero while it has not
	unsent  bool           // whether the client did not take the answer
	lasting metrics.Gauge  // of the answers that last; nil for others

	unwanted    reason // why the answer gets no widget if it is HTML; "" if it may
	revalidates string // the tag of the copy with the widget that a 304 speaks of; "" if there is none
	injected    bool   // whether the answer's body is another than the app's

	closeAfter bool // whether the connection is to end after the answer
	proxied    bool // the answer is the app's
	status     int  // of the final answer; 0 while there is none
	bytes      int64
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
