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
)

// startUpgrader runs an app that says 101 to each first request and hands the
// connection over.
func startUpgrader(t *testing.T, serve func(conn *net.TCPConn, in io.Reader)) string {
	t.Helper()
	return startSocket(t, func(conn net.Conn) {
		in := bufio.NewReader(conn)
		for line := ""; line != "\r\n"; {
			var err error
			if line, err = in.ReadString('\n'); err != nil {
				return
			}
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n") // the client will notice
		serve(conn.(*net.TCPConn), in)
	})
}

// upgraded opens a websocket of which nothing is known but its bytes.
func (g *gateway) upgraded(lines ...string) (*net.TCPConn, *bufio.Reader) {
	g.t.Helper()
	conn, r, res := g.openWebSocket("/opt/socket", lines...)
	if res.StatusCode != http.StatusSwitchingProtocols {
		g.t.Fatalf("%d %v", res.StatusCode, res.Header)
	}
	return conn.(*net.TCPConn), r
}

// An end that has no more to say is still spoken to, until the other has no
// more to say either.
func TestWebSocket_HalfClose(t *testing.T) {
	heard := make(chan string, 1)
	t.Run("by the client", func(t *testing.T) {
		g := startGateway(t, testConfig, startUpgrader(t, func(conn *net.TCPConn, in io.Reader) {
			all, err := io.ReadAll(in)
			fmt.Fprintf(conn, "heard %q %v", all, err)
		}))
		conn, r := g.upgraded()
		write(t, conn, "last words")
		if err := conn.CloseWrite(); err != nil {
			t.Fatal(err)
		}
		if all, err := io.ReadAll(r); err != nil || string(all) != `heard "last words" <nil>` {
			t.Errorf("%q %v", all, err)
		}
	})
	t.Run("by the app", func(t *testing.T) {
		g := startGateway(t, testConfig, startUpgrader(t, func(conn *net.TCPConn, in io.Reader) {
			fmt.Fprint(conn, "last words")
			_ = conn.CloseWrite() // the client will notice
			all, err := io.ReadAll(in)
			heard <- fmt.Sprintf("heard %q %v", all, err)
		}))
		conn, r := g.upgraded()
		if all, err := io.ReadAll(r); err != nil || string(all) != "last words" {
			t.Errorf("%q %v", all, err)
		}
		write(t, conn, "goodbye")
		_ = conn.Close()
		if h := <-heard; h != `heard "goodbye" <nil>` {
			t.Errorf("the app %s", h)
		}
	})
}

// An end that dies takes the other's connection with it, at once, and nothing
// of the gateway stays behind.
func TestWebSocket_AnEndDies(t *testing.T) {
	reset := func(conn *net.TCPConn) {
		_ = conn.SetLinger(0) // as a killed process's or a crashed machine's: RST
		_ = conn.Close()
	}
	t.Run("the app", func(t *testing.T) {
		g := startGateway(t, testConfig, startUpgrader(t, func(conn *net.TCPConn, in io.Reader) {
			_, _ = io.ReadFull(in, make([]byte, 5))
			reset(conn)
		}))
		conn, r := g.upgraded()
		write(t, conn, "hello")
		wantGivenUp(t, "after the app's death", r)
		if line := g.accessLine(t); line["status"] != int64(http.StatusSwitchingProtocols) {
			t.Errorf("the log says %v", line)
		}
	})
	t.Run("the client", func(t *testing.T) {
		ended := make(chan error, 1)
		g := startGateway(t, testConfig, startUpgrader(t, func(conn *net.TCPConn, in io.Reader) {
			fmt.Fprint(conn, "hello")
			_, err := io.ReadAll(in)
			ended <- err
		}))
		conn, r := g.upgraded()
		if _, err := io.ReadFull(r, make([]byte, 5)); err != nil {
			t.Fatal(err)
		}
		reset(conn)
		if err := <-ended; err != nil {
			t.Errorf("the app sees %v, not an end", err)
		}
		g.accessLine(t)
	})
}

// A request with a body is no websocket's: the body would still be read from a
// connection that is handed on already.
func TestG4_NoUpgradeButOfAPlainGet(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	const offer = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
	for what, raw := range map[string]string{
		"a length":  request("GET", "/public/x", offer, "Content-Length: 5") + "hello",
		"chunks":    request("GET", "/public/x", offer, "Transfer-Encoding: chunked") + "0\r\n\r\n",
		"a POST":    request("POST", "/public/x", offer),
		"HTTP/1.0":  strings.Replace(request("GET", "/public/x", offer), "HTTP/1.1", "HTTP/1.0", 1),
		"lowercase": request("get", "/public/x", offer),
	} {
		g.raw(raw, 1)
		if got := app.next(t); len(got.values("Upgrade")) > 0 {
			t.Errorf("%s: the app was offered %q", what, got.values("Upgrade"))
		}
	}
	g.rawGet("/public/x", strings.Split(offer, "\r\n")...)
	if got := app.next(t); !slices.Equal(got.values("Upgrade"), []string{"websocket"}) {
		t.Errorf("a plain GET: the app was offered %q", got.values("Upgrade"))
	}
}
