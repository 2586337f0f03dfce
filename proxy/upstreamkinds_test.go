package proxy

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// However the app is reached, it gets what the browser sent.
func TestUpstream_RequestAsSent(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(w http.ResponseWriter, r *http.Request) {
			body, err := io.ReadAll(r.Body)
			fmt.Fprintf(w, "%s %s %s %s\n%q %v %v\n%q %q", r.Proto, r.Method, r.Host, r.RequestURI, body, err, r.ContentLength, r.Header["X-Twice"], r.Trailer)
		}))
		for _, target := range []string{"/public/x", "/public/a%2Fb;c=1?x=1;y=%zz&&", `/public/a"b|c\d`, "/public/?", "/public/%41/\xff"} {
			a := g.raw(request("PATCH", target, "X-Twice: 1", "X-Twice: 2", "Content-Length: 5")+"hello", 1)[0]
			if want := kind.protocol + " PATCH app.test " + target + "\n\"hello\" <nil> 5\n[\"1\" \"2\"] map[]"; a.body != want {
				t.Errorf("%d %s, want %s", a.status, a.body, want)
			}
		}
		a := g.raw(request("POST", "/public/x", "Transfer-Encoding: chunked", "Trailer: X-Sum")+"5\r\nhello\r\n0\r\nX-Sum: 42\r\n\r\n", 1)[0]
		if want := kind.protocol + " POST app.test /public/x\n\"hello\" <nil> -1\n[] map[\"X-Sum\":[\"42\"]]"; a.body != want {
			t.Errorf("%d %s, want %s", a.status, a.body, want)
		}
		if a := g.get("/public/x"); !strings.Contains(a.body, "\"\" <nil> 0") {
			t.Errorf("a GET has a body: %s", a.body)
		}
	})
}

// And the browser what the app answered.
func TestUpstream_AnswerAsSent(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(w http.ResponseWriter, r *http.Request) {
			h := w.Header()
			h["Content-Type"], h["Set-Cookie"] = nil, []string{"a=1", "b=2; weird", "ferngate=faked"}
			h.Set("Location", "http://127.0.0.1/x")
			h.Set("Trailer", "X-Sum")
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(299)
			fmt.Fprint(w, "<html>")
			_ = http.NewResponseController(w).Flush()
			h.Set("X-Sum", "42")
			h.Set(http.TrailerPrefix+"X-Ferngate-User", "faked")
			h.Set(http.TrailerPrefix+"X-Late", "1")
		}))
		conn, r := g.dial()
		write(t, conn, request("GET", "/public/x"))
		if hints, err := http.ReadResponse(r, nil); err != nil || hints.StatusCode != http.StatusEarlyHints {
			t.Fatalf("%v %v", hints, err)
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatal(err)
		}
		a := read(t, res)
		if a.status != 299 || a.body != "<html>" || a.header.Get("Location") != "http://127.0.0.1/x" || len(a.header["Content-Type"]) > 0 ||
			!slices.Equal(a.header["Set-Cookie"], []string{"a=1", "b=2; weird"}) {
			t.Errorf("%d %q %q", a.status, a.header, a.body)
		}
		if got := fmt.Sprint(res.Trailer); got != "map[X-Late:[1] X-Sum:[42]]" {
			t.Errorf("trailers %s", got)
		}
	})
}

// Websockets work through all of them: an HTTP/2 app is asked in HTTP/1.1.
func TestUpstream_WebSocket(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, echoApp))
		conn, r, res := g.openWebSocket("/socket", "Cookie: "+g.signIn("alice"))
		if res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%d", res.StatusCode)
		}
		wantMessage(t, r, "user 1001")
		writeFrame(conn, []byte("hi"))
		wantMessage(t, r, "hi")
	})
}

// Events arrive as they are sent, and streams that stay open keep no other
// request waiting: not even more of them than an HTTP/2 app takes on one connection.
func TestUpstream_EventStreams(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/public/events" {
				fmt.Fprint(w, "a page")
				return
			}
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: 1\n\n")
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		}))
		for range 3 * appStreams {
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/events"))
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			event := make([]byte, len("data: 1\n\n"))
			if _, err := io.ReadFull(res.Body, event); err != nil || string(event) != "data: 1\n\n" {
				t.Fatalf("%q %v", event, err)
			}
		}
		if a := g.get("/public/page"); a.body != "a page" {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

// An app that answers before it has the body, or does not want it at all, is
// heard, and the next request on the connection to it is none the worse for it.
func TestUpstream_BodyNotWanted(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/public/no" {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			n, err := io.Copy(io.Discard, r.Body)
			fmt.Fprint(w, n, err)
		}))
		conn, r := g.dial()
		write(t, conn, request("POST", "/public/no", "Content-Length: 5", "Expect: 100-continue"))
		if a := readAnswer(t, r); a.status != http.StatusForbidden {
			t.Errorf("before the body: %d %s", a.status, a.body)
		}
		conn, r = g.dial()
		write(t, conn, request("POST", "/public/yes", "Content-Length: 5", "Expect: 100-continue"))
		if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != http.StatusContinue {
			t.Fatalf("%v %v", res, err)
		}
		write(t, conn, "hello")
		if a := readAnswer(t, r); a.body != "5 <nil>" {
			t.Errorf("%d %s", a.status, a.body)
		}
		for range 3 {
			if a := g.raw(request("POST", "/public/no", "Content-Length: 65536")+strings.Repeat("a", 1<<16), 1)[0]; a.status != http.StatusForbidden {
				t.Errorf("instead of the body: %d %s", a.status, a.body)
			}
			if a := g.send(http.MethodPost, "/public/yes", "hello"); a.body != "5 <nil>" {
				t.Errorf("%d %s", a.status, a.body)
			}
		}
	})
}

// What is slow, and what is not there, is told apart for all of them.
func TestUpstream_TooSlow(t *testing.T) {
	release := make(chan struct{})
	defer close(release)
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, func(_ http.ResponseWriter, r *http.Request) {
			select {
			case <-release:
			case <-r.Context().Done():
			}
		}), impatient)
		if a := g.get("/public/x"); a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, "timeouts.response_header: 50ms") {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

// An app that takes the connection and says nothing: with TLS it does not even
// get as far as a request.
func TestUpstream_Mute(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		l := listenAs(t, kind) // its queue takes connections
		g := startGateway(t, testConfig, strings.ReplaceAll(kind.upstream, "{at}", l.Addr().String()), fast)
		want := "timeouts.response_header: 50ms"
		if kind.secure {
			want = "timeouts.dial: 50ms"
		}
		if a := g.get("/public/x"); a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, want) {
			t.Errorf("%d %s", a.status, a.body)
		}
	})
}

func TestUpstream_Down(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		l := listenAs(t, kind)
		l.Close()
		g := startGateway(t, testConfig, strings.ReplaceAll(kind.upstream, "{at}", l.Addr().String()))
		if a := g.get("/public/x"); a.status != http.StatusBadGateway {
			t.Errorf("%d %s", a.status, a.body)
		}
		if ready := g.ready(); ready != http.StatusServiceUnavailable {
			t.Errorf("readiness: %d", ready)
		}
		if kind.unix && !strings.Contains(g.logText(t), "unix://"+l.Addr().String()) {
			t.Errorf("the log names no socket: %s", g.logText(t))
		}
	})
}

func TestUpstream_Ready(t *testing.T) {
	eachKind(t, func(t *testing.T, kind appKind) {
		g := startGateway(t, testConfig, startKind(t, kind, http.NotFound))
		if ready := g.ready(); ready != http.StatusOK {
			t.Errorf("%d", ready)
		}
	})
}
