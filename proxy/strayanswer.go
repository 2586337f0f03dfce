package proxy

import (
	"errors"
	"net/http"
	"net/http/httptrace"
)

var errStrayAnswer = errors.New("an answer was there before the request was sent: the app sends more than it says")

// strayTries is how often a request that changes nothing is sent, should it meet
// with connections that have an answer already.
const strayTries = 3

// answerTo sends a request, and takes no answer for its own which was read before
// the request was sent. net/http looks for such bytes only after it has given the
// connection to the next request, too late now and then, and what an app sent
// behind somebody's answer (a body with a 204, more than its Content-Length) would
// be somebody else's page, or say who they are (TestStrayAnswer).
func answerTo(transport http.RoundTripper, r *http.Request) (*http.Response, error) {
	tries := 1
	if (r.Method == http.MethodGet || r.Method == http.MethodHead) && (r.Body == nil || r.Body == http.NoBody) {
		tries = strayTries
	}
	for ; ; tries-- {
		res, err := tryOnce(transport, r)
		if tries == 1 || !errors.Is(err, errStrayAnswer) {
			return res, err
		}
	}
}

func tryOnce(transport http.RoundTripper, r *http.Request) (*http.Response, error) {
	var conn *pacedConn
	var reads int64
	ctx := httptrace.WithClientTrace(r.Context(), &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		if conn = pacedConnOf(got.Conn); conn != nil {
			reads = conn.reads.Load()
		}
	}})
	res, err := transport.RoundTrip(r.WithContext(ctx))
	if err != nil || conn == nil || conn.reads.Load() > reads {
		return res, err
	}
	_ = conn.Close() // before Body.Close could give it to another request
	_ = res.Body.Close()
	return nil, errStrayAnswer
}
