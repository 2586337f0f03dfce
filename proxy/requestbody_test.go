package proxy

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Where the gateway answers by itself, a body that does not come holds the
// connection no longer than any other.
func TestSlowBody_OwnAnswer(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url, fast)
	g.wantAnswersToUnfinished(t, map[string]int{
		"POST /x":                   http.StatusUnauthorized,
		"POST /staff/x":             http.StatusUnauthorized,
		"GET /api/ferndesk-token":   http.StatusUnauthorized,
		"POST /api/ferndesk-token":  http.StatusMethodNotAllowed,
		"POST /.ferngate/nothing":   http.StatusNotFound,
		"GET /.ferngate/sign-in":    http.StatusOK,
		"POST /.ferngate/sign-in":   http.StatusRequestTimeout,
		"POST /.ferngate/sign-out":  http.StatusRequestTimeout,
		"DELETE /.ferngate/sign-in": http.StatusMethodNotAllowed,
		"OPTIONS *":                 http.StatusNoContent,
		"POST /%00":                 http.StatusBadRequest,
	})
	app.none(t)
}

// The body crosses the limit in one goroutine while the answer, which the app
// gave early, is copied in another: the race detector has nothing to say, and
// what follows on the connection is no request, whichever of the two was first.
func TestBodySize_CrossedDuringAnEarlyAnswer(t *testing.T) {
	const limit = 1000
	g := startGateway(t, testConfig, startEarly(t, "HTTP/1.1 200 OK\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nok"), fast,
		func(c *config.Config) { c.Limits.BodySize = limit })
	answered := make(chan struct{})
	proxy := g.gw.sites.byHost["app.test"].proxy
	modify := proxy.ModifyResponse
	for _, crossedFirst := range []bool{false, true} {
		proxy.ModifyResponse = func(res *http.Response) error {
			answered <- struct{}{}
			for crossedFirst && exchangeOf(res.Request).body.failed() == nil {
				runtime.Gosched()
			}
			return modify(res)
		}
		for range 5 {
			conn, r := g.dial()
			write(t, conn, request("POST", "/public/x", "Transfer-Encoding: chunked")+fmt.Sprintf("%x\r\n%s\r\n", limit, strings.Repeat("a", limit)))
			<-answered
			write(t, conn, "5\r\nabcde\r\n")
			if a := readAnswer(t, r); a.status != http.StatusOK || a.body != "ok" {
				t.Errorf("%d %s", a.status, a.body)
			}
			wantGivenUp(t, fmt.Sprint("crossed first: ", crossedFirst), r)
		}
	}
}

// deadlines is a ResponseWriter that, as net/http's, must not be used any more
// when its handler has returned.
type deadlines struct {
	*httptest.ResponseRecorder
	body     *io.PipeWriter
	returned atomic.Bool
}

// SetReadDeadline is what http.ResponseController calls.
func (w *deadlines) SetReadDeadline(at time.Time) error {
	if w.returned.Load() {
		panic("the answer is complete")
	}
	if !at.IsZero() && at.Before(time.Now()) {
		return w.body.CloseWithError(os.ErrDeadlineExceeded)
	}
	return nil
}

// Transport may read on, or begin to, when the answer is complete: what it reads
// with is not the handler's any more, and over HTTP/2 to touch it is a panic.
func TestRequestBody_ReadAfterTheAnswer(t *testing.T) {
	body, client := io.Pipe()
	w := &deadlines{ResponseRecorder: httptest.NewRecorder(), body: client}
	r := httptest.NewRequest(http.MethodPost, "/public/x", body)
	limits := config.Limits{BodyTimeout: time.Minute, BodySize: 1000}
	b := newRequestBody(begin(w, r, limits), r, limits, stripHeaders{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = io.Copy(io.Discard, b)
	}()
	write := func() { _, _ = io.WriteString(client, "hello") }
	write()
	write() // which is taken in the second call of Read
	b.over()
	w.returned.Store(true)
	write() // for the Read that was under way
	write() // for one that began afterwards
	client.Close()
	<-done
}

// Where trailers are to come net/http must not find out by itself, in another
// goroutine, whether a GET has a body: it reads the map that they are added to.
func TestTrailersOfAGetAreNotProbedFor(t *testing.T) {
	encodings := make(chan []string, 1)
	g := startTLSGateway(t, testConfig, "http://127.0.0.1:1")
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
		encodings <- r.TransferEncoding
		return &http.Response{StatusCode: http.StatusNoContent, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}))
	c := dialH2(t, g)
	for _, trailer := range []string{"", "x-sum"} {
		fields := h2Plain
		if trailer != "" {
			fields = h2With("trailer", trailer)
		}
		stream := c.openFields(0, fields...)
		c.write(h2Data, h2EndStream, stream, []byte("hello"))
		if status, _ := c.answer(stream); status != http.StatusNoContent {
			t.Fatalf("%d", status)
		}
		if got := <-encodings; slices.Equal(got, []string{"chunked"}) != (trailer != "") {
			t.Errorf("trailer %q: %q", trailer, got)
		}
	}
}
