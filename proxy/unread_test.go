package proxy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// Bodies that nobody reads to their end: the app answers early, the gateway
// answers by itself, or the client goes away.

// wantGivenUp fails the test unless the connection ends without another word.
func wantGivenUp(t *testing.T, what string, r io.Reader) {
	t.Helper()
	if rest, err := io.ReadAll(r); len(rest) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%q: the connection goes on: %q %v", what, rest, err)
	}
}

// wantAnswersToUnfinished sends requests, named "METHOD target", whose body
// begins and does not go on, all at once. Each must have its answer, and its
// connection's end.
func (g *gateway) wantAnswersToUnfinished(t *testing.T, answers map[string]int) {
	t.Helper()
	type open struct {
		raw  string
		want int
		r    *bufio.Reader
	}
	var all []open
	for what, want := range answers {
		method, target, _ := strings.Cut(what, " ")
		const form = "Content-Type: application/x-www-form-urlencoded"
		for _, raw := range []string{
			request(method, target, form, "Content-Length: 1000"),
			request(method, target, form, "Content-Length: 1000") + "a",
			request(method, target, form, "Transfer-Encoding: chunked") + "5\r\nhello\r\n",
			request(method, target, form, "Transfer-Encoding: chunked") + "5\r\nhe",
		} {
			conn, r := g.dial()
			write(t, conn, raw)
			all = append(all, open{raw, want, r})
		}
	}
	for _, o := range all {
		if a := readAnswer(t, o.r); a.status != o.want {
			t.Errorf("%q: %d %s, want %d", o.raw, a.status, a.body, o.want)
		}
		wantGivenUp(t, o.raw, o.r)
	}
}

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

// An app that answers before the body is over: the client has that answer, and
// the connection, on which nobody knows where the next request begins, ends.
func TestEarlyAnswer(t *testing.T) {
	for name, wire := range map[string]string{
		"goes on": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno",
		"closes":  "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGateway(t, testConfig, startEarly(t, wire), func(c *config.Config) { c.Limits.BodyTimeout = 250 * time.Millisecond })
			g.wantAnswersToUnfinished(t, map[string]int{"POST /public/x": http.StatusUnauthorized, "GET /public/x": http.StatusUnauthorized})
		})
	}
}

// The answer does not wait for the rest of the body, however long that may take:
// an upload that is refused is not worth sending on.
func TestEarlyAnswer_AtOnce(t *testing.T) {
	for name, wire := range map[string]string{
		"with a length": "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno",
		"in chunks":     "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n",
		"no body":       "HTTP/1.1 303 See Other\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n",
		"closes":        "HTTP/1.1 401 Unauthorized\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := startGateway(t, testConfig, startEarly(t, wire), func(c *config.Config) { c.Limits.BodyTimeout = time.Hour })
			for _, raw := range []string{
				request("POST", "/public/x", "Content-Length: 1000") + "a",
				request("POST", "/public/x", "Content-Length: 1000000000") + "a",
				request("POST", "/public/x", "Transfer-Encoding: chunked") + "5\r\nhe",
			} {
				conn, r := g.dial()
				write(t, conn, raw)
				res, err := http.ReadResponse(r, nil)
				if err != nil {
					t.Fatalf("%q: %v", raw, err)
				}
				if a := read(t, res); a.status < 300 || !res.Close {
					t.Errorf("%q: %d, closes: %t", raw, a.status, res.Close)
				}
				// What comes late is the rest of that body, and no request.
				_, _ = io.WriteString(conn, request("GET", "/public/smuggled"))
				_ = conn.(*net.TCPConn).CloseWrite() // it may be over already
				wantGivenUp(t, raw, r)
			}
			if n := g.log.FilterField(zap.String("method", "GET")).Len(); n > 0 {
				t.Errorf("%d requests that were none", n)
			}
		})
	}
}

// startEarly runs an app that answers each connection's first request with
// these bytes when its head is there, and takes whatever comes after it.
func startEarly(t *testing.T, wire string) string {
	t.Helper()
	return startSocket(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		for line := ""; line != "\r\n"; {
			var err error
			if line, err = r.ReadString('\n'); err != nil {
				return
			}
		}
		_, _ = io.WriteString(conn, wire)
		_, _ = io.Copy(io.Discard, r)
	})
}

// A client that asked whether to send its body, and is told no, has its answer
// at once: no time-out has a part in it.
func TestEarlyAnswer_ToExpectContinue(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusUnauthorized) })
	g := startGateway(t, testConfig, app, func(c *config.Config) { c.Limits.BodyTimeout = time.Hour })
	for _, target := range []string{"/public/x", "/x", "/.ferngate/nothing"} {
		conn, r := g.dial()
		write(t, conn, request("POST", target, "Content-Length: 1000", "Expect: 100-continue"))
		if a := readAnswer(t, r); a.status < 400 {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	g = startGateway(t, testConfig, app, fast)
	conn, r := g.dial()
	write(t, conn, request("POST", "/public/x", "Content-Length: 1000", "Expect: 100-continue"))
	if a := readAnswer(t, r); a.status != http.StatusUnauthorized {
		t.Errorf("%d %s", a.status, a.body)
	}
	wantGivenUp(t, "100-continue", r)
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

// To a client that went away, or said that it has no more to say, nothing is
// answered, least of all an empty 200; the log says 499.
func TestClientGone(t *testing.T) {
	asked := make(chan struct{})
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	for name, leave := range map[string]func(interface{ CloseWrite() error }) error{
		"half closed": func(c interface{ CloseWrite() error }) error { return c.CloseWrite() },
		"closed":      func(c interface{ CloseWrite() error }) error { return c.(io.Closer).Close() },
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, app)
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x"))
			<-asked
			if err := leave(conn.(interface{ CloseWrite() error })); err != nil {
				t.Fatal(err)
			}
			if rest, _ := io.ReadAll(r); len(rest) > 0 {
				t.Errorf("answered %q", rest)
			}
			if status := g.accessLine(t)["status"]; status != int64(statusClientGone) {
				t.Errorf("the log says %v", status)
			}
			if n := g.log.FilterMessageSnippet("the upstream failed").Len(); n != 0 {
				t.Errorf("%d failures of the app in the log", n)
			}
		})
	}
}

// What follows on an HTTP/1.0 connection is not trusted, whatever the answer:
// an interim one before it changes nothing.
func TestHTTP10_InterimAnswer(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	g := startGateway(t, testConfig, app.url)
	conn, r := g.dial()
	write(t, conn, "POST /public/x HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"0\r\n\r\nGET /public/smuggled HTTP/1.0\r\nHost: app.test\r\n\r\n")
	var statuses []int
	for {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			break
		}
		if res.StatusCode >= 200 && !res.Close {
			t.Error("the answer says that the connection goes on")
		}
		statuses = append(statuses, read(t, res).status)
	}
	if final := slices.DeleteFunc(statuses, func(s int) bool { return s < 200 }); !slices.Equal(final, []int{200}) {
		t.Errorf("answered %d", statuses)
	}
	if got := app.next(t); got.line != "POST /public/x HTTP/1.1" {
		t.Errorf("arrived %s", got.line)
	}
	app.none(t)
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

// The same of an app that would have gone on with its connection: Transport then
// reads the body after the answer, and nobody may wait for it without a limit.
func TestEarlyAnswer_ToExpectContinueOfAnAppThatGoesOn(t *testing.T) {
	g := startGateway(t, testConfig, startEarly(t, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\n\r\nno"), fast)
	for range 5 {
		conn, r := g.dial()
		write(t, conn, request("POST", "/public/x", "Content-Length: 1000", "Expect: 100-continue"))
		a := readAnswer(t, r)
		if a.status == http.StatusContinue {
			a = readAnswer(t, r)
		}
		if a.status != http.StatusUnauthorized {
			t.Errorf("%d %s", a.status, a.body)
		}
		wantGivenUp(t, "100-continue", r)
	}
}

// net/http says 100 by itself when the body is first read, in one goroutine,
// while hints are sent on in another: they must not get into each other.
func TestInterimAnswers_ToExpectContinue(t *testing.T) {
	hints := strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 5)
	app := startSocket(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n"+hints)
		_, _ = io.ReadFull(r, make([]byte, 5))
		_, _ = io.WriteString(conn, hints+"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
	})
	g := startGateway(t, testConfig, app)
	for range 20 {
		conn, r := g.dial()
		write(t, conn, request("POST", "/public/x", "Content-Length: 5", "Expect: 100-continue"))
		statuses := map[int]int{}
		for statuses[200] == 0 {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			if statuses[res.StatusCode]++; res.StatusCode == http.StatusContinue {
				write(t, conn, "hello")
			}
		}
		if statuses[100] != 1 || statuses[103] < 5 {
			t.Errorf("%v", statuses)
		}
	}
}
