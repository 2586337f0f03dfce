package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Neither use nor renewal carries a session beyond its lifetime, and none
// beyond the idle time; what scripts ask for by themselves is no use.
func TestSessionEnds(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1", func(c *config.Config) { c.Session.Lifetime = 30 * time.Hour })
	g.stub()
	synctest.Test(t, func(t *testing.T) {
		cookie := g.serveSignIn(t, "alice")
		for range 11 { // the widget's token, once an hour
			time.Sleep(time.Hour)
			if a := g.serve(http.MethodGet, "/api/ferndesk-token", "", "Cookie", cookie); a.status != http.StatusOK || len(a.header["Set-Cookie"]) > 0 {
				t.Fatalf("%d %v", a.status, a.header)
			}
		}
		time.Sleep(time.Hour)
		if a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie); a.status != http.StatusUnauthorized {
			t.Errorf("idle for twelve hours: %d", a.status)
		}
		cookie = g.serveSignIn(t, "alice")
		for range 5 { // pages, every six hours
			a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie, "Accept", "text/html")
			if a.status != http.StatusOK {
				t.Fatalf("%d", a.status)
			}
			if len(a.header["Set-Cookie"]) > 0 {
				cookie = cookieOf(t, a)
			}
			time.Sleep(6 * time.Hour)
		}
		if a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie); a.status != http.StatusUnauthorized {
			t.Errorf("after thirty hours: %d", a.status)
		}
	})
}

// hijacked is a ResponseWriter that hands out its connection.
type hijacked struct {
	*httptest.ResponseRecorder
	conn net.Conn
}

// Hijack implements http.Hijacker.
func (w hijacked) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return w.conn, bufio.NewReadWriter(bufio.NewReader(w.conn), bufio.NewWriter(w.conn)), nil
}

// An open websocket ends, within sessionCheck, when its person loses the group
// that the path asks for, and not before.
func TestSocketEndsWithItsGroup(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		ours, apps := net.Pipe()
		go func() { _, _ = io.Copy(apps, apps) }() // the app sends every byte back
		g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusSwitchingProtocols, ProtoMajor: 1, ProtoMinor: 1, Request: r, Body: ours,
				Header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
			}, nil
		}))
		r := httptest.NewRequest(http.MethodGet, "http://app.test/staff/socket", nil)
		r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Cookie": {g.serveSignIn(t, "alice")}}
		server, client := net.Pipe()
		go g.gw.ServeHTTP(hijacked{httptest.NewRecorder(), server}, r)
		in := bufio.NewReader(client)
		if res, err := http.ReadResponse(in, r); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatalf("%v %v", res, err)
		}
		change := func(groups string) {
			t.Helper()
			if err := g.writeUsers(t, strings.Replace(usersText(), "[staff, printers]", groups, 1)); err != nil {
				t.Fatal(err)
			}
			time.Sleep(sessionCheck + time.Millisecond)
			synctest.Wait()
		}
		change("[staff]")
		if _, err := client.Write([]byte("x")); err != nil {
			t.Fatal(err)
		}
		if b, err := in.ReadByte(); err != nil || b != 'x' {
			t.Fatalf("still among the staff, but %q %v", b, err)
		}
		change("[printers]")
		_ = client.SetReadDeadline(time.Now().Add(time.Second)) // or the bubble's clock would run on to the session's end
		if b, err := in.ReadByte(); err != io.EOF {
			t.Errorf("no longer among the staff, but %q %v", b, err)
		}
	})
}
