package proxy

import (
	"bufio"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ferngate/ferngate/config"
)

// overHTTP2 sends a request to a gateway with TLS and returns the answer, its
// body still to be read.
func (g *gateway) overHTTP2(method, target string, body io.Reader, headers ...string) *http.Response {
	g.t.Helper()
	transport := testTransport.Clone()
	transport.ForceAttemptHTTP2 = true
	g.t.Cleanup(transport.CloseIdleConnections)
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+target, body)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Host = g.host
	for i := 0; i < len(headers); i += 2 {
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := transport.RoundTrip(req)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { res.Body.Close() })
	return res
}

// A call as gRPC makes them: both sides speak in turn on one stream, the app
// first, and the call's outcome is in trailers that nobody announced.
func TestH2Upstream_StreamBothWays(t *testing.T) {
	for _, name := range []string{"h2c", "h2", "h2c over unix"} {
		t.Run(name, func(t *testing.T) {
			g := startTLSGateway(t, testConfig, startKind(t, appKinds[name], func(w http.ResponseWriter, r *http.Request) {
				h := w.Header()
				h.Set("Content-Type", "application/grpc")
				h.Set("X-Te", strings.Join(r.Header["Te"], ","))
				_ = http.NewResponseController(w).Flush()
				for lines := bufio.NewScanner(r.Body); lines.Scan(); {
					fmt.Fprintln(w, "heard", lines.Text())
					_ = http.NewResponseController(w).Flush()
				}
				h.Set(http.TrailerPrefix+"Grpc-Status", "0")
				h.Set(http.TrailerPrefix+"X-Ferngate-User", "faked")
			}))
			in, out := io.Pipe()
			res := g.overHTTP2(http.MethodPost, "/public/pkg.Service/Chat", in, "Content-Type", "application/grpc", "Te", "trailers")
			if res.StatusCode != http.StatusOK || res.Header.Get("X-Te") != "trailers" || res.Header.Get("Content-Type") != "application/grpc" {
				t.Fatalf("%d %v", res.StatusCode, res.Header)
			}
			lines := bufio.NewReader(res.Body)
			for i := range 3 {
				fmt.Fprintln(out, i)
				if line, err := lines.ReadString('\n'); err != nil || line != fmt.Sprintf("heard %d\n", i) {
					t.Fatalf("%q %v", line, err)
				}
			}
			out.Close()
			if rest, err := io.ReadAll(lines); err != nil || len(rest) > 0 {
				t.Errorf("%q %v", rest, err)
			}
			if got := fmt.Sprint(res.Trailer); got != "map[Grpc-Status:[0]]" {
				t.Errorf("trailers %s", got)
			}
		})
	}
}

// A call that fails at once is headers alone, which are trailers at the same time.
func TestH2Upstream_NothingButTrailers(t *testing.T) {
	g := startTLSGateway(t, testConfig, startKind(t, appKinds["h2c"], func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.Header().Set("Grpc-Status", "12")
	}))
	res := g.overHTTP2(http.MethodPost, "/public/pkg.Service/No", strings.NewReader("x"), "Te", "trailers")
	if a := read(t, res); a.status != http.StatusOK || a.header.Get("Grpc-Status") != "12" || a.body != "" {
		t.Errorf("%d %v %q", a.status, a.header, a.body)
	}
}

// Over HTTP/2 an answer of known length can have trailers, too.
func TestH2Upstream_TrailersBehindALength(t *testing.T) {
	g := startTLSGateway(t, testConfig, startKind(t, appKinds["h2c"], func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "2")
		w.Header().Set("Trailer", "X-Sum, Set-Cookie, X-Ferngate-User")
		fmt.Fprint(w, "ok")
		w.Header().Set("X-Sum", "42")
		w.Header().Set("X-Ferngate-User", "faked")
		w.Header().Set("Set-Cookie", "ferngate=faked")
	}))
	res := g.overHTTP2(http.MethodGet, "/public/x", nil)
	if a := read(t, res); a.body != "ok" || a.header.Get("Content-Length") != "2" || res.Trailer.Get("X-Sum") != "42" {
		t.Errorf("%v %q %v", a.header, a.body, res.Trailer)
	}
	if v := res.Trailer.Get("X-Ferngate-User") + res.Trailer.Get("Set-Cookie"); v != "" {
		t.Errorf("the app faked %q", v)
	}
}

// An app that does not speak HTTP/2 at all is told of as such. In plain text it
// takes the preface for a request; it must not reset the connection, as servers
// do after a while, since then nobody can tell.
func TestH2Upstream_NotSpoken(t *testing.T) {
	http1 := httptest.NewUnstartedServer(http.HandlerFunc(http.NotFound))
	http1.Config.ErrorLog = log.New(io.Discard, "", 0)
	http1.StartTLS() // which speaks HTTP/1.1 alone
	defer http1.Close()
	for name, upstream := range map[string]string{
		"h2c": "{ url: " + startEarly(t, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n") + ", protocol: h2 }",
		"h2":  "{ url: " + http1.URL + ", protocol: h2 }",
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, upstream)
			if a := g.get("/public/x"); a.status != http.StatusBadGateway {
				t.Errorf("%d %s", a.status, a.body)
			}
			if log := g.logText(t); !strings.Contains(log, "does not speak HTTP/2") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// h2app speaks as much HTTP/2 as it takes to refuse requests.
type h2app struct {
	*http2.Framer
	conn net.Conn
}

// startH2App runs an app that is handed every request's stream, in order and on
// whichever connection it comes.
func startH2App(t *testing.T, serve func(app h2app, stream uint32)) (upstream string) {
	t.Helper()
	url := startSocket(t, func(conn net.Conn) {
		preface := make([]byte, len(http2.ClientPreface))
		if _, err := io.ReadFull(conn, preface); err != nil {
			return
		}
		app := h2app{http2.NewFramer(conn, conn), conn}
		_ = app.WriteSettings()
		for {
			frame, err := app.ReadFrame()
			if err != nil {
				return
			}
			switch frame := frame.(type) {
			case *http2.SettingsFrame:
				if !frame.IsAck() {
					_ = app.WriteSettingsAck()
				}
			case *http2.PingFrame:
				_ = app.WritePing(true, frame.Data)
			case *http2.HeadersFrame:
				serve(app, frame.StreamID)
			}
		}
	})
	return "{ url: " + url + ", protocol: h2 }"
}

// answer answers a request with 200 and no body.
func (a h2app) answer(stream uint32) {
	var block strings.Builder
	_ = hpack.NewEncoder(&block).WriteField(hpack.HeaderField{Name: ":status", Value: "200"})
	_ = a.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: []byte(block.String()), EndHeaders: true, EndStream: true})
}

// What the app says that it has not begun is sent again, by net/http; what it
// may have begun is not, nor what has a body that is gone.
func TestH2Upstream_SentAgain(t *testing.T) {
	refuse := func(app h2app, stream uint32) { _ = app.WriteRSTStream(stream, http2.ErrCodeRefusedStream) }
	for name, c := range map[string]struct {
		first  func(app h2app, stream uint32)
		method string
		body   string
		want   int
	}{
		"refused":                {refuse, "GET", "", http.StatusOK},
		"refused, no idempotent": {refuse, "DELETE", "", http.StatusOK}, // RFC 9113, section 8.7: it was not begun
		"refused, with a body":   {refuse, "POST", "hello", http.StatusBadGateway},
		"going away before": {func(app h2app, stream uint32) {
			_ = app.WriteGoAway(stream-1, http2.ErrCodeNo, []byte("canary"))
		}, "GET", "", http.StatusOK},
		"going away after": {func(app h2app, stream uint32) {
			_ = app.WriteGoAway(stream, http2.ErrCodeInternal, []byte("canary"))
			app.conn.Close()
		}, "GET", "", http.StatusBadGateway},
		"reset":   {func(app h2app, stream uint32) { _ = app.WriteRSTStream(stream, http2.ErrCodeInternal) }, "GET", "", http.StatusBadGateway},
		"hung up": {func(app h2app, stream uint32) { app.conn.Close() }, "GET", "", http.StatusBadGateway},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int32
			g := startGateway(t, testConfig, startH2App(t, func(app h2app, stream uint32) {
				if asked.Add(1) == 1 {
					c.first(app, stream)
					return
				}
				app.answer(stream)
			}))
			if a := g.send(c.method, "/public/x", c.body); a.status != c.want {
				t.Errorf("%d %s, want %d", a.status, a.body, c.want)
			}
			if a := g.get("/public/next"); a.status != http.StatusOK {
				t.Errorf("the next request: %d %s", a.status, a.body)
			}
			if log := g.logText(t); strings.Contains(log, "canary") || strings.Contains(log, "GetBody") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// An app that speaks HTTP/2 and opens no window for an upload is given up.
func TestH2Upstream_TakesInNothing(t *testing.T) {
	given := make(chan struct{}, 1)
	app := startH2App(t, func(h2app, uint32) { given <- struct{}{} })
	g := startGateway(t, testConfig, app, func(c *config.Config) { c.Sites[0].Upstream.Timeouts.Send = 200 * time.Millisecond })
	a := g.send(http.MethodPost, "/public/x", strings.Repeat("a", 200_000)) // a window is 65,535 bytes at first
	if <-given; a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, "timeouts.send") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// What HTTP/2 can say of a status, and HTTP/1.1 cannot, ends nothing but the request.
func TestH2Upstream_Statuses(t *testing.T) {
	for name, c := range map[string]struct {
		statuses []string
		want     int
	}{
		"switching protocols": {[]string{"101", "200"}, http.StatusOK},
		"an interim one":      {[]string{"199", "200"}, http.StatusOK},
		"too large":           {[]string{"1000"}, http.StatusBadGateway},
		"too small":           {[]string{"5"}, http.StatusBadGateway},
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, startH2App(t, func(app h2app, stream uint32) {
				for i, status := range c.statuses {
					var block strings.Builder
					enc := hpack.NewEncoder(&block)
					for _, f := range [][2]string{{":status", status}, {"connection", "upgrade"}, {"upgrade", "websocket"}} {
						_ = enc.WriteField(hpack.HeaderField{Name: f[0], Value: f[1]})
					}
					_ = app.WriteHeaders(http2.HeadersFrameParam{StreamID: stream, BlockFragment: []byte(block.String()), EndHeaders: true, EndStream: i == len(c.statuses)-1})
				}
			}))
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x", "Connection: close"))
			all, err := io.ReadAll(r)
			if err != nil {
				t.Fatal(err)
			}
			heads := strings.Split(string(all), "\r\n\r\n")
			if strings.Contains(heads[0], "101 Switching") || len(heads) > 2 && strings.Contains(strings.ToLower(heads[0]), "upgrade") {
				t.Errorf("the client got %q", heads)
			}
			if final := heads[len(heads)-2]; !strings.Contains(final, " "+http.StatusText(c.want)) {
				t.Errorf("the client got %q, want %d", heads, c.want)
			}
			if log := g.logText(t); strings.Contains(log, "fault in ferngate") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}
