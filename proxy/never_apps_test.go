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
)

// 7. What the app and the client say to each other arrives as it was said.
func TestNever7_AnswerChanged(t *testing.T) {
	for name, wire := range map[string]string{
		"no Content-Type": "HTTP/1.1 200 OK\r\nDate: Mon, 01 Jan 2001 00:00:00 GMT\r\nServer: Apache/1.3\r\nContent-Length: 15\r\n\r\n<html><b>hi</b>",
		"range":           "HTTP/1.1 206 Partial Content\r\nAccept-Ranges: bytes\r\nContent-Length: 3\r\nContent-Range: bytes 1-3/9\r\nContent-Type: video/mp4\r\nDate: x\r\n\r\nabc",
		"duplicates": "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nDate: x\r\nLink: <a>\r\nLink: <b>\r\nSet-Cookie: a=1; Path=/; weird\r\n" +
			"Set-Cookie: a=2\r\nSet-Cookie: ferngate2=x\r\nVary: A\r\nVary: B\r\nWww-Authenticate: Basic\r\nWww-Authenticate: Negotiate\r\n\r\n",
		"compressed":   "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 8\r\nContent-Type: text/html\r\nDate: x\r\nEtag: \"a\"\r\n\r\n\x1f\x8bnot it",
		"unknown code": "HTTP/1.1 299 Odd\r\nContent-Length: 2\r\nDate: x\r\nX-Powered-By: PHP/4\r\n\r\nok",
		"redirect":     "HTTP/1.1 302 Found\r\nContent-Length: 0\r\nDate: x\r\nLocation: http://internal:8080/x\r\n\r\n",
		"app's 401":    "HTTP/1.1 401 Unauthorized\r\nContent-Length: 2\r\nDate: x\r\nWww-Authenticate: Basic realm=\"app\"\r\n\r\nno",
		"not modified": "HTTP/1.1 304 Not Modified\r\nDate: x\r\nEtag: W/\"1\"\r\n\r\n",
		"no content":   "HTTP/1.1 204 No Content\r\nDate: x\r\nX-A: 1\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, startRecorder(t, wire).url)
			direct, err := http.ReadResponse(bufio.NewReader(strings.NewReader(wire)), nil)
			if err != nil {
				t.Fatal(err)
			}
			want, got := read(t, direct), g.rawGet("/public/x", "Range: bytes=1-3")
			if got.status != want.status || got.body != want.body {
				t.Errorf("%d %q, want %d %q", got.status, got.body, want.status, want.body)
			}
			if g, w := fmt.Sprint(got.header), fmt.Sprint(want.header); g != w { // maps print sorted
				t.Errorf("got  %s\nwant %s", g, w)
			}
		})
	}
}

func TestNever7_RequestChanged(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	lines := []string{
		"Host: app.test", "Accept-Encoding: br;q=1, weird", "Authorization: Basic YTpi", "Content-Length: 5", "Content-Type: text/odd; x",
		"Cookie: a=1;b=\"2\" ;; ferngate2=x; =y", "Range: bytes=1-3", "X-Twice: 1", "X-Twice: 2", "X-Csrf-Token: abc", "X-Http-Method-Override: PUT",
	}
	g.raw(request("PATCH", "/public/x%2Fy;z=1?a=1;b=%zz&&c=+%20&", lines...)+"\x00\xff\r\n!", 1)
	got := app.next(t)
	if got.line != "PATCH /public/x%2Fy;z=1?a=1;b=%zz&&c=+%20& HTTP/1.1" || got.body != "\x00\xff\r\n!" {
		t.Errorf("%s %q", got.line, got.body)
	}
	added := []string{"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: app.test", "X-Forwarded-Proto: http", `Forwarded: for=127.0.0.1;proto=http;host="app.test"`}
	want := slices.Concat(lines, added)
	slices.Sort(want)
	slices.Sort(got.headers)
	if !slices.Equal(got.headers, want) {
		t.Errorf("got  %q\nwant %q", got.headers, want)
	}
}

// 8. One site's app is down, or silent: the other site, sign-in and the token
// of the same site go on.
func TestNever8_DeadApp(t *testing.T) {
	app := startRecorder(t, "")
	dead, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead.Close()
	g := startGateway(t, testConfig+"  - { host: other.test, upstream: \""+app.url+"\" }\n", "http://"+dead.Addr().String())
	if a := g.get("/public/x"); a.status != http.StatusBadGateway {
		t.Errorf("the dead app: %d", a.status)
	}
	cookie := g.signIn("alice")
	if a := g.get("/api/ferndesk-token", "Cookie", cookie); a.status != http.StatusOK {
		t.Errorf("token while the app is down: %d %s", a.status, a.body)
	}
	if a := g.get("/x", "Cookie", cookie); a.status != http.StatusBadGateway {
		t.Errorf("the dead app, signed in: %d", a.status)
	}
	if a := g.get("/x", "Host", "other.test"); a.status != http.StatusOK {
		t.Errorf("the other site: %d", a.status)
	}
}

func TestNever8_SilentApp(t *testing.T) {
	app := startRecorder(t, "")
	release := make(chan struct{})
	silent := startApp(t, func(_ http.ResponseWriter, _ *http.Request) { <-release })
	t.Cleanup(func() { close(release) })
	g := startGateway(t, testConfig+"  - { host: other.test, upstream: \""+app.url+"\" }\n", silent)
	for range 50 { // all of them wait
		conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { conn.Close() })
		if _, err := io.WriteString(conn, request("GET", "/public/x")); err != nil {
			t.Fatal(err)
		}
	}
	if a := g.get("/x", "Host", "other.test"); a.status != http.StatusOK {
		t.Errorf("the other site: %d", a.status)
	}
	if a := g.get("/api/ferndesk-token", "Cookie", g.signIn("alice")); a.status != http.StatusOK {
		t.Errorf("token while the app is silent: %d", a.status)
	}
}

// A users file that broke leaves the people as they were; one that lost its
// people leaves the app, anonymously, but for required paths.
func TestNever8_BrokenUsersFile(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	for _, broken := range []string{"users: [", "\x00", "people: []\n", "users: [{ login: x }]\n"} {
		if err := g.writeUsers(t, broken); err == nil {
			t.Fatalf("%q is no fault", broken)
		}
		if a := g.get("/x", "Cookie", cookie); a.status != http.StatusOK {
			t.Errorf("alice, after %q: %d", broken, a.status)
		}
		wantUser(t, app.next(t), "1001")
		g.signIn("bob")
	}
	if err := g.writeUsers(t, "users: []\n"); err != nil {
		t.Fatal(err)
	}
	if a := g.get("/opt/x", "Cookie", cookie); a.status != http.StatusOK {
		t.Errorf("an optional path: %d", a.status)
	}
	wantNobody(t, app.next(t))
	if a := g.get("/x", "Cookie", cookie); a.status != http.StatusUnauthorized {
		t.Errorf("a required path: %d", a.status)
	}
}

// A fault of ours in one request is that request's 500 and no more.
func TestNever8_Panic(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	g.reachBy(roundTrip(func(*http.Request) (*http.Response, error) { panic("a fault") }))
	a := g.serve(http.MethodGet, "/public/x", "", "Accept", "text/html")
	if a.status != http.StatusInternalServerError || strings.Contains(a.body, "a fault") || !strings.Contains(a.body, "Request id") {
		t.Errorf("%d %s", a.status, a.body)
	}
	g.stub()
	if a := g.serve(http.MethodGet, "/public/x", ""); a.status != http.StatusOK {
		t.Errorf("the next request: %d", a.status)
	}
	if n := g.log.FilterMessageSnippet("a fault in ferngate").Len(); n != 1 {
		t.Errorf("logged %d times", n)
	}
}

// startApp runs an app on net/http and returns its URL.
func startApp(t *testing.T, handle http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: handle, ReadHeaderTimeout: time.Minute}
	go srv.Serve(l)
	t.Cleanup(func() { srv.Close() })
	return "http://" + l.Addr().String()
}
