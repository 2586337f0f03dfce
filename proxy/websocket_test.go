package proxy

import (
	"bufio"
	"context"
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// startEcho runs an app that accepts websockets (RFC 6455) and sends every
// message back, after a first one that says who it was told is there.
func startEcho(t *testing.T) string {
	t.Helper()
	return startApp(t, echoApp)
}

// echoApp is that app.
func echoApp(w http.ResponseWriter, r *http.Request) {
	if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
		fmt.Fprint(w, "no websocket") // a plain request, or one that lost its Upgrade
		return
	}
	conn, rw, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: %s\r\n"+
		"Set-Cookie: ferngate=faked\r\nX-Ferngate-User: faked\r\n\r\n", base64.StdEncoding.EncodeToString(sum[:]))
	writeFrame(conn, []byte("user "+r.Header.Get("X-Ferngate-User")))
	for {
		message, err := readFrame(rw.Reader)
		if err != nil {
			return
		}
		writeFrame(conn, message)
	}
}

// writeFrame writes a short text message, unmasked: masks are for caches that
// tests have none of.
func writeFrame(w io.Writer, message []byte) {
	_, _ = w.Write(append([]byte{0x81, byte(len(message))}, message...)) // the reader will notice
}

// readFrame reads a short message, masked or not.
func readFrame(r io.Reader) ([]byte, error) {
	var head [2]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return nil, err
	}
	var mask [4]byte
	if head[1]&0x80 != 0 {
		if _, err := io.ReadFull(r, mask[:]); err != nil {
			return nil, err
		}
	}
	message := make([]byte, head[1]&0x7f)
	_, err := io.ReadFull(r, message)
	for i := range message {
		message[i] ^= mask[i%4]
	}
	return message, err
}

// openWebSocket shakes hands; of the lines, Connection and Upgrade replace the usual ones.
func (g *gateway) openWebSocket(target string, lines ...string) (net.Conn, *bufio.Reader, *http.Response) {
	g.t.Helper()
	all := strings.Join(lines, "\n")
	if !strings.Contains(all, "Connection:") {
		lines = append(lines, "Connection: Upgrade")
	}
	if !strings.Contains(all, "Upgrade:") {
		lines = append(lines, "Upgrade: websocket")
	}
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	lines = append(lines, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
	if _, err := io.WriteString(conn, request("GET", target, lines...)); err != nil {
		g.t.Fatal(err)
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return conn, r, res
}

// wantMessage reads the next message.
func wantMessage(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	if got, err := readFrame(r); err != nil || string(got) != want {
		t.Errorf("message %q, %v, want %q", got, err, want)
	}
}

func TestG3_WebSocketSpellings(t *testing.T) {
	g := startGateway(t, testConfig, startEcho(t))
	cookie := "Cookie: " + g.signIn("alice")
	for _, lines := range [][]string{
		{cookie},
		{cookie, "Connection: keep-alive, Upgrade", "Upgrade: WebSocket", "Origin: http://app.test"}, // Firefox
		{cookie, "Connection: upgrade", "Upgrade: WEBSOCKET", "Origin: http://APP.test"},
	} {
		conn, r, res := g.openWebSocket("/socket", append(lines, "X-Ferngate-User: admin")...)
		if res.StatusCode != http.StatusSwitchingProtocols || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
			t.Fatalf("%q: %d %v", lines, res.StatusCode, res.Header)
		}
		if v := res.Header.Get("Set-Cookie") + res.Header.Get("X-Ferngate-User"); v != "" {
			t.Errorf("the app faked %q", v)
		}
		wantMessage(t, r, "user 1001")
		mask := []byte{1, 2, 3, 4}
		_, _ = conn.Write(append([]byte{0x81, 0x82}, append(mask, 'h'^1, 'i'^2)...))
		wantMessage(t, r, "hi")
	}
	for _, lines := range [][]string{nil, {"Connection: keep-alive, Upgrade", "Upgrade: WebSocket"}} {
		_, _, res := g.openWebSocket("/socket", lines...)
		if a := read(t, res); a.status != http.StatusUnauthorized || !strings.Contains(a.body, `"request_id"`) {
			t.Errorf("without a session: %d %s", a.status, a.body)
		}
	}
	_, r, res := g.openWebSocket("/opt/socket", "X-Ferngate-User: admin")
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("an optional path: %d", res.StatusCode)
	}
	wantMessage(t, r, "user ")
}

// Any other protocol would be a tunnel past the access rules: the offer is
// overlooked, as a server may (RFC 9110, section 7.8).
func TestG3_OtherProtocols(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, offer := range []string{"h2c", "TLS/1.0", "websocket, h2c", "h2c, websocket", "websocket/13", "weBsocKet2", "HTTP/2.0", "web\u017focket", "websoc\u212aet"} {
		a := g.rawGet("/public/x", "Connection: Upgrade, HTTP2-Settings", "Upgrade: "+offer, "HTTP2-Settings: AAMAAABkAAQAAP__")
		got := app.next(t)
		if a.status != http.StatusOK || len(got.values("Upgrade")) > 0 || len(got.values("Connection")) > 0 || len(got.values("HTTP2-Settings")) > 0 {
			t.Errorf("%s: %d %q", offer, a.status, got.headers)
		}
	}
	g.rawGet("/public/x", "Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c")
	if got := app.next(t); len(got.values("Upgrade")) > 0 {
		t.Errorf("%q", got.headers)
	}
}

// Unless the app says 101 there is no tunnel: the next request on the
// connection is judged on its own.
func TestG4_UpgradeRefusedByTheApp(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	answers := g.raw(request("GET", "/public/x", "Connection: Upgrade", "Upgrade: websocket")+request("GET", "/x")+request("GET", "/public/y"), 3)
	if answers[0].status != 200 || answers[1].status != 401 || answers[2].status != 200 {
		t.Errorf("%d %d %d", answers[0].status, answers[1].status, answers[2].status)
	}
	for _, want := range []string{"/public/x", "/public/y"} {
		if got := app.next(t); got.line != "GET "+want+" HTTP/1.1" {
			t.Errorf("%s, want %s", got.line, want)
		}
	}
	app.none(t)
}

// A 101 that was not asked for is no tunnel either.
func TestG4_UnaskedUpgrade(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
	g := startGateway(t, testConfig, app.url)
	if a := g.rawGet("/public/x"); a.status != http.StatusBadGateway {
		t.Errorf("%d %v", a.status, a.header)
	}
}

// A page of another origin can open a websocket with our cookie: it is
// anonymous, and refused only where somebody is required (the table's 403 for
// all is decided against: an app may welcome strangers).
func TestG5_CrossSiteWebSocket(t *testing.T) {
	echo := startEcho(t)
	g := startGateway(t, testConfig, echo)
	cookie := "Cookie: " + g.signIn("alice")
	for _, lines := range [][]string{
		{"Origin: https://evil.test"}, {"Origin: null"}, {"Origin: https://app.test"}, {"Origin: http://app.test:8080"}, {"Origin: http://app.test.evil.test"},
		{"Origin: http://app.test", "Origin: https://evil.test"}, {"Origin: "}, {"Origin: app.test"},
	} {
		_, _, res := g.openWebSocket("/socket", append(lines, cookie)...)
		if a := read(t, res); a.status != http.StatusUnauthorized {
			t.Errorf("%q on a required path: %d", lines, a.status)
		}
		_, r, res := g.openWebSocket("/opt/socket", append(lines, cookie)...)
		if res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%q on an optional path: %d", lines, res.StatusCode)
		}
		wantMessage(t, r, "user ")
	}
	// With a public_url the origin is that, whatever the Host.
	public := startGateway(t, strings.Replace(testConfig, "    upstream:", "    public_url: http://app.test:8080\n    upstream:", 1), echo)
	_, r, res := public.openWebSocket("/socket", "Cookie: "+public.signIn("alice"), "Origin: http://app.test:8080")
	if res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("from public_url: %d", res.StatusCode)
	}
	wantMessage(t, r, "user 1001")
}

// However a public_url is written, its origin is as browsers write it: in lower
// case, and without the scheme's own port.
func TestG5_SpellingsOfThePublicURL(t *testing.T) {
	echo := startEcho(t)
	for publicURL, origin := range map[string]string{
		"https://app.test:443": "https://app.test", "HTTPS://App.Test": "https://app.test", "https://app.test:8443": "https://app.test:8443",
		"http://app.test:80": "http://app.test",
	} {
		t.Run(publicURL, func(t *testing.T) {
			g := startGateway(t, strings.Replace(testConfig, "    upstream:", "    public_url: "+publicURL+"\n    upstream:", 1), echo)
			cookie := "Cookie: " + g.signIn("alice")
			_, r, res := g.openWebSocket("/socket", cookie, "Origin: "+origin)
			if res.StatusCode != http.StatusSwitchingProtocols {
				t.Fatalf("from %s: %d", origin, res.StatusCode)
			}
			wantMessage(t, r, "user 1001")
			_, _, res = g.openWebSocket("/socket", cookie, "Origin: https://app.test:444")
			if a := read(t, res); a.status != http.StatusUnauthorized {
				t.Errorf("from another port: %d", a.status)
			}
			a := g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}}, "Origin", origin)
			if a.status != http.StatusSeeOther {
				t.Errorf("sign-in from %s: %d %s", origin, a.status, a.body)
			}
		})
	}
}

// A socket ends with the session that it was opened under: within sessionCheck.
func TestG6_SessionEndsDuringASocket(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1", func(c *config.Config) { c.Session.Lifetime = 13 * time.Hour })
	s := g.gw.sites.byHost["app.test"]
	synctest.Test(t, func(t *testing.T) {
		open := func() (ctx context.Context, cookie string) {
			cookie = g.serveSignIn(t, "alice")
			r := httptest.NewRequest(http.MethodGet, "/socket", nil)
			r.Header = http.Header{"Upgrade": {"websocket"}, "Cookie": {cookie}}
			r, stop := s.keepSocket(&exchange{session: s.sessions.Open(r, false), request: r}, r)
			t.Cleanup(stop)
			return r.Context(), cookie
		}
		signedOut, cookie := open()
		stays, _ := open()
		time.Sleep(12*time.Hour + 30*time.Minute)
		if signedOut.Err() != nil || stays.Err() != nil {
			t.Fatal("a socket that is open ended with the idle time")
		}
		g.serve(http.MethodPost, signOutPath, "", "Cookie", cookie)
		time.Sleep(sessionCheck + time.Millisecond)
		if signedOut.Err() == nil || stays.Err() != nil {
			t.Errorf("after sign-out: %v, of another session: %v", signedOut.Err(), stays.Err())
		}
		time.Sleep(30*time.Minute + sessionCheck)
		if stays.Err() == nil {
			t.Error("after its lifetime the socket is still open")
		}
	})
}
