package proxy

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

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

// wantGivenUp fails the test unless the connection ends without another word.
func wantGivenUp(t *testing.T, what string, r io.Reader) {
	t.Helper()
	if rest, err := io.ReadAll(r); len(rest) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%q: the connection goes on: %q %v", what, rest, err)
	}
}
