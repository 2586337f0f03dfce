package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// dial opens a connection to send pieces of requests on.
func (g *gateway) dial() (net.Conn, *bufio.Reader) {
	g.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	return conn, bufio.NewReader(conn)
}

// write sends a piece of a request.
func write(t *testing.T, conn net.Conn, text string) {
	t.Helper()
	if _, err := io.WriteString(conn, text); err != nil {
		t.Fatal(err)
	}
}

// readAnswer reads the next answer on a connection.
func readAnswer(t *testing.T, r *bufio.Reader) answer {
	t.Helper()
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	return read(t, res)
}

func TestG1_QueryByteForByte(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, query := range []string{
		"?a=1;b=2", "?q=100%", "?b=2&a=1&b=1", "?", "??", "?a=%zz&%", "?a=+%20%2B", `?x="|\^`, "?a&&&b=&=c", "?/../admin/", "?é",
		"?" + strings.Repeat("a=1&", 10_001),
	} {
		wantForwarded(t, app, "/cgi"+query, g.rawGet("/cgi"+query))
		wantSignIn(t, query, g.rawGet("/admin/cgi"+query))
	}
	app.none(t)
}

// What frames a message in two ways is refused, or framed in one way for the app.
func TestG7_Framing(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	const smuggled = "GET /x HTTP/1.1\r\nHost: app.test\r\n\r\n"
	for what, raw := range map[string]string{
		"two lengths":            request("POST", "/public/x", "Content-Length: 5", "Content-Length: 6") + "hello!",
		"a list of lengths":      request("POST", "/public/x", "Content-Length: 5, 6") + "hello!",
		"a signed length":        request("POST", "/public/x", "Content-Length: +5") + "hello",
		"a space before colon":   request("POST", "/public/x", "Transfer-Encoding : chunked") + "0\r\n\r\n",
		"a trailer of no name":   request("POST", "/public/x", "Transfer-Encoding: chunked", "Trailer: a b") + "0\r\n\r\n",
		"an unknown encoding":    request("POST", "/public/x", "Transfer-Encoding: chunked, identity") + "0\r\n\r\n",
		"two encodings":          request("POST", "/public/x", "Transfer-Encoding: chunked", "Transfer-Encoding: chunked") + "0\r\n\r\n",
		"a bare CR":              request("GET", "/public/x", "X-A: 1\rX-Ferngate-User: admin"),
		"a NUL in a header":      request("GET", "/public/x", "X-A: 1\x00"),
		"a space in a name":      request("GET", "/public/x", "X A: 1"),
		"a bare LF in a chunk":   request("POST", "/public/x", "Transfer-Encoding: chunked") + "5\nhello\r\n0\r\n\r\n" + smuggled,
		"a huge chunk size":      request("POST", "/public/x", "Transfer-Encoding: chunked") + "fffffffffffffffff\r\nhello",
		"no CRLF after a chunk":  request("POST", "/public/x", "Transfer-Encoding: chunked") + "5\r\nhelloXX0\r\n\r\n" + smuggled,
		"a chunk that is no hex": request("POST", "/public/x", "Transfer-Encoding: chunked") + "zz\r\nhello\r\n0\r\n\r\n" + smuggled,
	} {
		conn, r := g.dial()
		write(t, conn, raw)
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		a := read(t, res)
		if a.status != http.StatusBadRequest && a.status != http.StatusNotImplemented {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
		if _, err := r.ReadByte(); err == nil {
			t.Errorf("%s: the connection goes on", what)
		}
	}
	app.none(t)
	// A length beside chunks: net/http takes the chunks, and the app sees no length (RFC 9112, section 6.1).
	a := g.raw(request("POST", "/public/x", "Content-Length: 99", "Transfer-Encoding: chunked")+"5\r\nhello\r\n0\r\n\r\n", 1)[0]
	got := app.next(t)
	if a.status != http.StatusOK || got.body != "hello" || len(got.values("Content-Length")) > 0 || len(got.values("Transfer-Encoding")) != 1 {
		t.Errorf("%d %q %q", a.status, got.headers, got.body)
	}
}

// An app that answers HEAD with a body, as simple servers do, might have it
// taken for the answer to somebody else's request.
func TestG7_BodyOfAHead(t *testing.T) {
	app := startSocket(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		first, err := http.ReadRequest(r)
		if err != nil {
			return
		}
		if first.Method != http.MethodHead {
			_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nfine")
			return
		}
		const body = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil"
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n", len(body))
		if _, err := http.ReadRequest(r); err == nil { // on the same connection
			_, _ = io.WriteString(conn, body)
		}
	})
	g := startGateway(t, testConfig, app)
	if a := g.send(http.MethodHead, "/public/x", ""); a.status != http.StatusOK || a.header.Get("Content-Length") != "42" {
		t.Errorf("HEAD: %d %v", a.status, a.header)
	}
	if a := g.get("/public/y"); a.body != "fine" {
		t.Errorf("GET: %d %q", a.status, a.body)
	}
}

// An HTTP/1.0 client cannot chunk; net/http overlooks the header, so what
// follows on the connection is not taken for a request.
func TestG7_ChunksInHTTP10(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	conn, r := g.dial()
	write(t, conn, "POST /public/x HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"0\r\n\r\nGET /public/smuggled HTTP/1.1\r\nHost: app.test\r\n\r\n")
	readAnswer(t, r)
	if rest, _ := io.ReadAll(r); len(rest) > 0 {
		t.Errorf("the connection goes on: %q", rest)
	}
	for len(app.arrived) > 0 {
		if got := app.next(t); strings.Contains(got.line, "smuggled") {
			t.Errorf("smuggled: %s", got.line)
		}
	}
}

func TestG8_ExpectContinue(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/public/no" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		body, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %q", r.URL.Path, body)
	})
	g := startGateway(t, testConfig, app)
	// The app wants the body: the client is told to go on.
	conn, r := g.dial()
	write(t, conn, request("POST", "/public/yes", "Content-Length: 5", "Expect: 100-continue"))
	if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != http.StatusContinue {
		t.Fatalf("%v %v", res, err)
	}
	write(t, conn, "hello")
	if a := readAnswer(t, r); a.body != `/public/yes "hello"` {
		t.Fatalf("%d %s", a.status, a.body)
	}
	// The app does not, and says so; nor do we on a path that asks for sign-in.
	// In either case the body that the client did not send is no request, and
	// the next request, on a new or the same connection, is its own.
	for target, want := range map[string]int{"/public/no": 401, "/x": 401} {
		conn, r := g.dial()
		write(t, conn, request("POST", target, "Content-Length: 5", "Expect: 100-continue"))
		if a := readAnswer(t, r); a.status != want {
			t.Errorf("%s: %d", target, a.status)
		}
		// A client that goes on after all sends its body, then the next request.
		_, _ = io.WriteString(conn, "GET /"+request("GET", "/public/next"))
		if res, err := http.ReadResponse(r, nil); err == nil { // closing is right too
			if a := read(t, res); a.status != http.StatusOK || !strings.HasPrefix(a.body, "/public/next") {
				t.Errorf("after %s: %d %s", target, a.status, a.body)
			}
		}
	}
	if a := g.send(http.MethodPost, "/public/yes", "again"); a.body != `/public/yes "again"` {
		t.Errorf("connections to the app are poisoned: %d %s", a.status, a.body)
	}
}

// An early refusal leaves the rest of the body on the connection: it is no request.
func TestG8_EarlyRefusal(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	inner := request("GET", "/public/smuggled")
	answers := g.raw(request("POST", "/x", fmt.Sprint("Content-Length: ", len(inner)))+inner+request("POST", "/public/next", "Content-Length: 0"), 2)
	if answers[0].status != http.StatusUnauthorized || answers[1].status != http.StatusOK {
		t.Errorf("%d %d", answers[0].status, answers[1].status)
	}
	if got := app.next(t); got.line != "POST /public/next HTTP/1.1" {
		t.Errorf("arrived %s", got.line)
	}
	app.none(t)
}

// The app cannot say what only the gateway says. A Location is the app's own
// and passes as it is: without host_header the app knows its public name.
func TestG9_AppFakesTheGateway(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: http://internal:8080/x\r\n"+
		"Set-Cookie: ferngate=x; Path=/\r\nSet-Cookie: app=1; Path=/\r\nSet-Cookie: __Host-ferngate=; Max-Age=0\r\nSet-Cookie: =ferngate=x\r\n"+
		"Set-Cookie:  ferngate =x\r\nSet-Cookie: \tferngate\t=x\r\nSet-Cookie: ferngate\r\nSet-Cookie: ferngate2=y\r\n"+
		"X-Ferngate-User: admin\r\nx-ferngate-anything: 1\r\n\r\n")
	g := startGateway(t, testConfig, app.url)
	a := g.get("/public/x")
	if want := []string{"app=1; Path=/", "ferngate2=y"}; !slices.Equal(a.header["Set-Cookie"], want) {
		t.Errorf("Set-Cookie %q, want %q", a.header["Set-Cookie"], want)
	}
	for name := range a.header {
		if strings.HasPrefix(name, "X-Ferngate-") {
			t.Errorf("the app said %s", name)
		}
	}
	if location := a.header.Get("Location"); location != "http://internal:8080/x" {
		t.Errorf("Location %s", location)
	}
}

func TestG9_InterimAnswerAndTrailers(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nSet-Cookie: ferngate=x\r\nX-Ferngate-User: admin\r\n\r\n"+
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum, Set-Cookie, X-Ferngate-User\r\n\r\n2\r\nok\r\n0\r\n"+
		"X-Sum: 1\r\nSet-Cookie: ferngate=x\r\nX-Ferngate-User: admin\r\n\r\n")
	g := startGateway(t, testConfig, app.url)
	conn, r := g.dial()
	write(t, conn, request("GET", "/public/x"))
	hints, err := http.ReadResponse(r, nil)
	if err != nil || hints.StatusCode != http.StatusEarlyHints || hints.Header.Get("Link") != "</a>" {
		t.Fatalf("%v %v", hints, err)
	}
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	if a := read(t, res); a.body != "ok" || res.Trailer.Get("X-Sum") != "1" {
		t.Errorf("%q %v", a.body, res.Trailer)
	}
	for what, h := range map[string]http.Header{"103": hints.Header, "200": res.Header, "trailers": res.Trailer} {
		if v := h.Get("Set-Cookie") + h.Get("X-Ferngate-User"); v != "" {
			t.Errorf("%s: the app faked %q", what, v)
		}
	}
}

// fast makes the time-outs of a config short.
func fast(c *config.Config) {
	c.Limits.BodyTimeout = 50 * time.Millisecond
	c.Sites[0].Upstream.Timeouts.ResponseHeader = 50 * time.Millisecond
	c.Sites[0].Upstream.Timeouts.Dial = 50 * time.Millisecond
}
