package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// proxyProtocol makes the tests' own client a trusted proxy that sends PROXY headers.
func proxyProtocol(text string) string { return "proxy_protocol: true\n" + behindProxy(text) }

// The client's address is that of the header, and what X-Forwarded-* say counts
// if that address is a trusted proxy's, or if the proxy speaks for itself.
func TestProxyProtocol(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, "trusted_proxies: [127.0.0.0/8, 192.0.2.0/24]\nproxy_protocol: true\n"+testConfig, app.url)
	const forwarded = "X-Forwarded-For: 198.51.100.7"
	for name, c := range map[string]struct{ header, client, via string }{
		"v1":                  {v1Header, "203.0.113.9", "203.0.113.9"},
		"v2":                  {v2Header, "203.0.113.9", "203.0.113.9"},
		"v2, IPv6 and TLVs":   {v2(proxyOn, 0x21, endsOf("[2001:db8::9]:5", "[::1]:443")+tlvs), "2001:db8::9", "2001:db8::9"},
		"from a trusted hop":  {"PROXY TCP4 192.0.2.5 192.0.2.1 51234 443\r\n", "198.51.100.7", "198.51.100.7, 192.0.2.5"},
		"the proxy's own":     {v2(proxyLocal, 0, ""), "198.51.100.7", "198.51.100.7, 127.0.0.1"},
		"of a unix socket":    {v2(proxyOn, 0x31, strings.Repeat("\x00", 216)), "127.0.0.1", "127.0.0.1"},
		"of an unknown, v1":   {"PROXY UNKNOWN\r\n", "127.0.0.1", "127.0.0.1"},
		"longer than a read":  {v2(proxyOn, 0x11, endsOf("203.0.113.9:5", "192.0.2.1:443")+strings.Repeat(tlvs, 500)), "203.0.113.9", "203.0.113.9"},
		"IPv4 written as v6":  {"PROXY TCP6 ::ffff:203.0.113.9 ::1 5 443\r\n", "203.0.113.9", "203.0.113.9"},
		"a trusted one as v6": {"PROXY TCP6 ::ffff:192.0.2.5 ::1 5 443\r\n", "198.51.100.7", "198.51.100.7, 192.0.2.5"},
	} {
		t.Run(name, func(t *testing.T) {
			conn, r := g.dial()
			write(t, conn, c.header+request("GET", "/public/1", forwarded)+request("GET", "/public/2", forwarded))
			for range 2 { // all requests of the connection
				if a := readAnswer(t, r); a.status != http.StatusOK {
					t.Fatalf("%d %s", a.status, a.body)
				}
				if via := strings.Join(app.next(t).values("X-Forwarded-For"), "|"); via != c.via {
					t.Errorf("X-Forwarded-For is %q, want %q", via, c.via)
				}
			}
			if line := g.accessLine(t); line["client"] != c.client {
				t.Errorf("the log has client %v, want %s", line["client"], c.client)
			}
			g.log.TakeAll()
		})
	}
}

// A trusted peer's connection that does not begin with a header is closed without
// an answer, and the operator told.
func TestProxyProtocol_Missing(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, proxyProtocol(testConfig), app.url)
	for name, sent := range map[string]string{
		"a request":          request("GET", "/public/x"),
		"a malformed header": "PROXY TCP4 203.0.113.9\r\n" + request("GET", "/public/x"),
		"half a header":      v2Header[:20] + "\r\n\r\n",
		"behind white space": " " + v1Header + request("GET", "/public/x"),
	} {
		t.Run(name, func(t *testing.T) {
			conn, r := g.dial()
			write(t, conn, sent)
			_ = conn.(*net.TCPConn).CloseWrite()
			if answered, err := io.ReadAll(r); len(answered) > 0 || err != nil && !errors.Is(err, syscall.ECONNRESET) {
				t.Errorf("answered %q, %v", answered, err)
			}
			app.none(t)
			lines := g.log.FilterMessage("a trusted proxy's connection without a proper PROXY header is closed").FilterLevelExact(zap.WarnLevel).All()
			g.log.TakeAll()
			if len(lines) != 1 || !strings.HasPrefix(lines[0].ContextMap()["peer"].(string), "127.0.0.1:") {
				t.Errorf("the log says %v", lines)
			}
		})
	}
}

// A peer that nobody trusts cannot choose its address: its header is no HTTP. Nor
// does it need one.
func TestProxyProtocol_Spoofed(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, "trusted_proxies: [192.0.2.0/24]\nproxy_protocol: true\n"+testConfig, app.url)
	for name, header := range map[string]string{"v1": v1Header, "v2": v2Header, "local": v2(proxyLocal, 0, "")} {
		if a := g.raw(header+request("GET", "/public/x"), 1)[0]; a.status != http.StatusBadRequest {
			t.Errorf("%s: answered %d", name, a.status)
		}
	}
	app.none(t)
	if a := g.get("/public/x"); a.status != http.StatusOK {
		t.Fatalf("without a header: %d %s", a.status, a.body)
	}
	if via := app.next(t).values("X-Forwarded-For"); len(via) != 1 || via[0] != "127.0.0.1" {
		t.Errorf("X-Forwarded-For is %q", via)
	}
}

// A client that a trusted peer relays, and that has no IP address, is not that
// peer: what it says of itself and of where it comes from is not believed. The
// peer that speaks for itself is.
func TestProxyProtocol_UnknownClient(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, proxyProtocol(`listen: 127.0.0.1:0
session: { keys: [file:session.key] }
sites:
  - host: app.test
    upstream: {upstream}
    sign_in: { assertion: { trusted_header: { login: X-Remote-User }, identity: { user_id: "{login}", email: "{login}@corp.test" } } }
    access: [{ path: /, require: required }]
`), app.url)
	for header, want := range map[string]int{"PROXY UNKNOWN\r\n": http.StatusUnauthorized, v2(proxyOn, 0, ""): http.StatusUnauthorized, v2(proxyLocal, 0, ""): http.StatusOK} {
		conn, r := g.dial()
		write(t, conn, header+request("GET", "/x", "X-Remote-User: alice", "X-Forwarded-Host: app.test", "Host: app.test"))
		if a := readAnswer(t, r); a.status != want {
			t.Errorf("behind %q: %d, want %d", header, a.status, want)
		}
	}
}

// The header comes before TLS.
func TestProxyProtocol_TLS(t *testing.T) {
	app := startRecorder(t, "")
	g := startTLSGateway(t, proxyProtocol(testConfig), app.url)
	address := strings.TrimPrefix(g.url, "https://")
	for _, want := range []string{"HTTP/1.1", "HTTP/2.0"} {
		for _, header := range []string{v1Header, v2Header} {
			transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, Protocols: new(http.Protocols)}
			transport.Protocols.SetHTTP1(want == "HTTP/1.1")
			transport.Protocols.SetHTTP2(want == "HTTP/2.0")
			transport.DialContext = func(_ context.Context, network, _ string) (net.Conn, error) {
				conn, err := net.Dial(network, address)
				if err == nil {
					_, err = io.WriteString(conn, header)
				}
				return conn, err
			}
			r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://app.test/public/x", nil)
			if err != nil {
				t.Fatal(err)
			}
			res, err := transport.RoundTrip(r)
			if err != nil {
				t.Fatal(want, err)
			}
			if a := read(t, res); a.status != http.StatusOK || res.Proto != want {
				t.Errorf("%s: %s %d", want, res.Proto, a.status)
			}
			if via := app.next(t).values("X-Forwarded-For"); len(via) != 1 || via[0] != "203.0.113.9" {
				t.Errorf("%s: X-Forwarded-For is %q", want, via)
			}
			transport.CloseIdleConnections()
		}
	}
}

// A websocket works, and both its directions end for themselves.
func TestProxyProtocol_WebSocket(t *testing.T) {
	g := startGateway(t, proxyProtocol(testConfig), startEcho(t))
	conn, r := g.dial()
	handshake := request("GET", "/public/x", "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")
	write(t, conn, v2Header+handshake)
	res, err := http.ReadResponse(r, nil)
	if err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatal(res, err)
	}
	wantMessage(t, r, "user ")
	writeFrame(conn, []byte("hello"))
	wantMessage(t, r, "hello")
	_ = conn.(*net.TCPConn).CloseWrite()
	if rest, err := io.ReadAll(r); len(rest) > 0 || err != nil {
		t.Errorf("at the end came %q, %v", rest, err)
	}
}

// A reload that turns it on counts for the connections that come afterwards.
func TestProxyProtocol_Reload(t *testing.T) {
	app := startRecorder(t, "")
	alone := func(c *config.Config) { c.Admin.Listen = "" }
	before, after := newGateway(t, testConfig, app.url, alone), newGateway(t, proxyProtocol(testConfig), app.url, alone)
	s := NewServer(func(_, address string) (net.Listener, error) { return net.Listen("tcp", address) })
	if err := s.Apply(before.config(), before.logger); err != nil {
		t.Fatal(err)
	}
	defer s.Drain(context.Background())
	after.url = "http://" + s.Addr().String()
	ask := func(conn net.Conn, r *bufio.Reader, header string) string {
		write(t, conn, header+request("GET", "/public/x"))
		if a := readAnswer(t, r); a.status != http.StatusOK {
			t.Fatalf("%d %s", a.status, a.body)
		}
		return strings.Join(app.next(t).values("X-Forwarded-For"), "|")
	}
	old, oldReader := after.dial()
	defer old.Close()
	ask(old, oldReader, "")
	if err := s.Apply(after.config(), after.logger); err != nil {
		t.Fatal(err)
	}
	if via := ask(old, oldReader, ""); via != "127.0.0.1" {
		t.Errorf("on the old connection X-Forwarded-For is %q", via)
	}
	fresh, freshReader := after.dial()
	defer fresh.Close()
	if via := ask(fresh, freshReader, v1Header); via != "203.0.113.9" {
		t.Errorf("on a new one it is %q", via)
	}
}

// What watches the sending sees through it to the kernel's queue.
func TestProxyConn_SendQueue(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	_, isSyscall := any(&proxyConn{Conn: near}).(syscall.Conn)
	if raw, err := (&proxyConn{Conn: near}).SyscallConn(); !isSyscall || raw == nil || err != nil {
		t.Error(raw, err)
	}
	if queue := sendQueue(&proxyConn{Conn: &net.UnixConn{}}); queue != 0 {
		t.Errorf("%d bytes wait in no connection", queue)
	}
}

// fromProxy gives a bubble's connections a trusted proxy's address.
type fromProxy struct{ net.Listener }

// Accept implements net.Listener.
func (l fromProxy) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	return addressed{conn, &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1234}}, err
}

// addressed is a connection with an address of its own.
type addressed struct {
	net.Conn
	addr net.Addr
}

// RemoteAddr implements net.Conn.
func (c addressed) RemoteAddr() net.Addr { return c.addr }

// Connections that send no header, or too slowly, end after limits.header_timeout;
// meanwhile others are served, and a header in time leaves the request as long
// again.
func TestProxyProtocol_Slow(t *testing.T) {
	g := newGateway(t, proxyProtocol(testConfig), "http://127.0.0.1:1") // header_timeout: 10s
	synctest.Test(t, func(t *testing.T) {
		people := newMemoryNet()
		cfg := g.config()
		srv := g.httpServer(cfg)
		go func() { _ = srv.Serve(newPeopleListener(fromProxy{people}, g.settings(cfg))) }()
		defer srv.Close()
		dial := func() net.Conn {
			conn, err := people.dial(t.Context(), "", "")
			if err != nil {
				t.Fatal(err)
			}
			return conn
		}

		start, over := time.Now(), make(chan error)
		for range 1000 {
			conn := dial()
			go func() {
				_, err := conn.Read(make([]byte, 1))
				over <- err
			}()
		}
		slow := dial()
		go func() {
			for i := range v1Header { // 44 bytes
				time.Sleep(time.Second)
				if _, err := io.WriteString(slow, v1Header[i:i+1]); err != nil {
					over <- err
					return
				}
			}
			over <- nil
		}()

		// In time, if only just.
		conn := dial()
		defer conn.Close()
		for _, piece := range []string{v1Header[:10], v1Header[10:] + "GET /.ferngate/whoami", " HTTP/1.1\r\nHost: app.test\r\n\r\n"} {
			if _, err := io.WriteString(conn, piece); err != nil {
				t.Fatal(err)
			}
			if time.Since(start) < 18*time.Second {
				time.Sleep(9 * time.Second)
			}
		}
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		if a := read(t, res); a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
		if line := g.accessLine(t); line["client"] != "203.0.113.9" {
			t.Errorf("the log has client %v", line["client"])
		}

		for range 1001 {
			if err := <-over; err == nil {
				t.Error("a connection without a header goes on")
			}
		}
		if took := time.Since(start); took > 19*time.Second {
			t.Errorf("they ended after %v", took)
		}
		if n := g.log.FilterMessage("a trusted proxy's connection without a proper PROXY header is closed").FilterLevelExact(zap.WarnLevel).Len(); n != 1 {
			t.Errorf("%d warnings, want one, of the slow header", n)
		}
	})
}
