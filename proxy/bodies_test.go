package proxy

import (
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Events arrive as they are sent, not when the answer ends.
func TestEventStream(t *testing.T) {
	next := make(chan string)
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for {
			select {
			case event := <-next:
				fmt.Fprintf(w, "data: %s\n\n", event)
				_ = http.NewResponseController(w).Flush()
			case <-r.Context().Done():
				return
			}
		}
	})
	g := startGateway(t, testConfig, app)
	conn, r := g.dial()
	write(t, conn, request("GET", "/public/events"))
	next <- "first"
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		t.Fatal(err)
	}
	want := func(event string) {
		t.Helper()
		got := make([]byte, len(event)+8)
		if _, err := io.ReadFull(res.Body, got); err != nil || string(got) != "data: "+event+"\n\n" {
			t.Fatalf("%q %v", got, err)
		}
	}
	want("first")
	next <- "second"
	want("second")
}

func TestRequestTrailers(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.raw(request("POST", "/public/x", "Transfer-Encoding: chunked", "Trailer: X-Checksum", "TE: trailers")+"2\r\nab\r\n0\r\nX-Checksum: 42\r\n\r\n", 1)
	if got := app.next(t); got.body != "ab" || strings.Join(got.trailer, ",") != "X-Checksum: 42" {
		t.Errorf("%q %q", got.body, got.trailer)
	}
}

// An upload arrives piece by piece, of any length and every byte of it.
func TestChunkedUpload(t *testing.T) {
	arrived := make(chan string)
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		piece := make([]byte, 5)
		_, _ = io.ReadFull(r.Body, piece)
		arrived <- string(piece)
		rest, err := io.ReadAll(r.Body)
		fmt.Fprint(w, len(rest), err, r.ContentLength)
	})
	g := startGateway(t, testConfig, app)
	conn, r := g.dial()
	write(t, conn, request("POST", "/public/x", "Transfer-Encoding: chunked")+"5\r\nfirst\r\n")
	if piece := <-arrived; piece != "first" { // before the upload is over
		t.Errorf("arrived %q", piece)
	}
	blob := make([]byte, 1<<20)
	_, _ = rand.Read(blob) // never fails
	for range 3 {
		write(t, conn, fmt.Sprintf("%x\r\n%s\r\n", len(blob), blob))
	}
	write(t, conn, "0\r\n\r\n")
	if a := readAnswer(t, r); a.body != fmt.Sprint(3<<20, nil, -1) {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// An answer that the app broke off must not look whole.
func TestAppDiesMidBody(t *testing.T) {
	for name, start := range map[string]string{
		"with a length": "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf",
		"in chunks":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, startDying(t, start))
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x"))
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				return // broken off before the headers: not whole either
			}
			if body, err := io.ReadAll(res.Body); err == nil {
				t.Errorf("looks whole: %d %q", res.StatusCode, body)
			}
		})
	}
}

// startDying runs an app that reads a request's head, sends these bytes and hangs up.
func startDying(t *testing.T, bytes string) string {
	t.Helper()
	return startSocket(t, func(conn net.Conn) {
		_, _ = conn.Read(make([]byte, 4096))
		_, _ = io.WriteString(conn, bytes)
	})
}

// What the client did wrong is its 4xx, not the app's 502, and is no failure of the app in the log.
func TestMalformedChunk(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	g := startGateway(t, testConfig, app)
	a := g.raw(request("POST", "/public/x", "Transfer-Encoding: chunked")+"5\r\nhello\r\nnot hex\r\n", 1)[0]
	if a.status != http.StatusBadRequest || !strings.Contains(a.body, `"request_id"`) {
		t.Errorf("%d %s", a.status, a.body)
	}
	if n := g.log.FilterMessageSnippet("the upstream failed").Len(); n != 0 {
		t.Errorf("%d failures of the app in the log", n)
	}
}

func TestBodySize(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, len(body))
	})
	g := startGateway(t, testConfig, app, func(c *config.Config) { c.Limits.BodySize = 10 })
	for raw, want := range map[string]int{
		request("POST", "/public/x", "Content-Length: 10") + "0123456789":                                          http.StatusOK,
		request("POST", "/public/x", "Transfer-Encoding: chunked") + "a\r\n0123456789\r\n0\r\n\r\n":                http.StatusOK,
		request("POST", "/public/x", "Content-Length: 11") + "0123456789a":                                         http.StatusRequestEntityTooLarge,
		request("POST", "/public/x", "Transfer-Encoding: chunked") + "6\r\n012345\r\n5\r\n6789a\r\n0\r\n\r\n":      http.StatusRequestEntityTooLarge,
		request("POST", "/public/x", "Transfer-Encoding: chunked") + "a\r\n0123456789\r\n1\r\na\r\n0\r\n\r\n":      http.StatusRequestEntityTooLarge,
		request("POST", signInPath, "Content-Type: application/x-www-form-urlencoded", "Content-Length: 99999999"): http.StatusRequestEntityTooLarge,
	} {
		if strings.Contains(raw, "99999999") {
			raw += strings.Repeat("a", maxForm+1)
		}
		if a := g.raw(raw, 1)[0]; a.status != want {
			t.Errorf("%.120q: %d %s", raw, a.status, a.body)
		}
	}
	// The limit is for requests: the connection is closed, and the app's next one is fine.
	if a := g.send(http.MethodPost, "/public/x", "hello"); a.body != "5" {
		t.Errorf("afterwards: %d %s", a.status, a.body)
	}
}

func TestSlowBody(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	g := startGateway(t, testConfig, app, fast)
	for _, target := range []string{"/public/x", signInPath} {
		conn, r := g.dial()
		write(t, conn, request("POST", target, "Content-Length: 100", "Content-Type: application/x-www-form-urlencoded", "Accept: text/html")+"a")
		if a := readAnswer(t, r); a.status != http.StatusRequestTimeout || !strings.Contains(a.body, "Request id") {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
		if _, err := r.ReadByte(); err == nil {
			t.Errorf("%s: the connection goes on", target)
		}
	}
}

// The limit is on pauses in a body: not on what comes after it.
func TestSlowAnswerToABody(t *testing.T) {
	waited := make(chan struct{})
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-waited
		fmt.Fprint(w, "done ", r.Context().Err())
	})
	g := startGateway(t, testConfig, app, func(c *config.Config) { c.Limits.BodyTimeout = 20 * time.Millisecond })
	time.AfterFunc(100*time.Millisecond, func() { close(waited) })
	if a := g.send(http.MethodPost, "/public/x", "hello"); a.body != "done <nil>" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Which time-out of the app's passed is named, so that it can be found.
func TestAppTooSlow(t *testing.T) {
	release := make(chan struct{})
	silent := startApp(t, func(http.ResponseWriter, *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	mute, err := net.Listen("tcp", "127.0.0.1:0") // its backlog accepts, and nobody speaks
	if err != nil {
		t.Fatal(err)
	}
	defer mute.Close()
	for name, c := range map[string]struct{ upstream, want string }{
		"no answer":    {silent, "timeouts.response_header: 50ms"},
		"no handshake": {"https://" + mute.Addr().String(), "timeouts.dial: 50ms"},
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, c.upstream, fast)
			if a := g.get("/public/x"); a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, c.want) {
				t.Errorf("%d %s, want %s", a.status, a.body, c.want)
			}
		})
	}
}

// What is no HTTP is the app's failure, and no fault of ours.
func TestAppSpeaksNoHTTP(t *testing.T) {
	for _, start := range []string{
		"HTTP/1.1 099 Odd", "HTTP/1.1 000 Odd", "HTTP/1.1 20 Odd", "HTTP/1.1 1000 Odd", "HTTP/1.1 -20 Odd", "HTTP/1.1 101 Switching Protocols",
		"HTTP/1.1", "HTTP/x 200 OK", "+OK ready",
	} {
		g := startGateway(t, testConfig, startRecorder(t, start+"\r\nContent-Length: 2\r\n\r\nok").url)
		if a := g.get("/public/x"); a.status != http.StatusBadGateway {
			t.Errorf("%s: %d %s", start, a.status, a.body)
		}
		if n := g.log.FilterMessageSnippet("the upstream failed").Len(); n != 1 {
			t.Errorf("%s: %d failures of the app in the log", start, n)
		}
	}
}

func TestAppDown(t *testing.T) {
	g := startGateway(t, testConfig, startDying(t, ""))
	script := g.get("/public/x", "Accept", "*/*")
	if script.status != http.StatusBadGateway || script.header.Get("Content-Type") != "application/json" {
		t.Errorf("%d %v %s", script.status, script.header, script.body)
	}
	id := g.accessLine(t)["request_id"].(string)
	if !strings.Contains(script.body, `"request_id":"`+id+`"`) {
		t.Errorf("request id %s is not in %s", id, script.body)
	}
	for _, headers := range [][]string{{"Accept", "text/html,*/*"}, {"Sec-Fetch-Mode", "navigate", "Accept", "*/*"}} {
		page := g.get("/public/x", headers...)
		if page.status != http.StatusBadGateway || page.header.Get("Content-Type") != "text/html; charset=utf-8" ||
			!strings.Contains(page.body, "Request id") || strings.Contains(page.body, "127.0.0.1") {
			t.Errorf("%q: %d %v %s", headers, page.status, page.header, page.body)
		}
	}
	for _, headers := range [][]string{{"Accept", "text/html", "Sec-Fetch-Mode", "cors"}, {"Accept", "text/html", "X-Requested-With", "XMLHttpRequest"}} {
		if a := g.get("/public/x", headers...); a.header.Get("Content-Type") != "application/json" {
			t.Errorf("%q: %v", headers, a.header)
		}
	}
}
