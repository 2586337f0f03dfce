package proxy

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"

	"github.com/ferngate/ferngate/config"
)

// Clients and apps that would bring down more than their own request.

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

// Where trailers are to come net/http must not find out by itself, in another
// goroutine, whether a GET has a body: it reads the map that they are added to.
func TestTrailersOfAGetAreNotProbedFor(t *testing.T) {
	encodings := make(chan []string, 1)
	g := startTLSGateway(t, testConfig, "http://127.0.0.1:1")
	g.gw.sites.byHost["app.test"].proxy.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		encodings <- r.TransferEncoding
		return &http.Response{StatusCode: http.StatusNoContent, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	})
	c := dialH2(t, g)
	for _, trailer := range []string{"", "x-sum"} {
		fields := h2Plain
		if trailer != "" {
			fields = h2With("trailer", trailer)
		}
		stream := c.openFields(0, fields...)
		c.write(h2Data, h2EndStream, stream, []byte("hello"))
		if status, _ := c.answer(stream); status != http.StatusNoContent {
			t.Fatalf("%d", status)
		}
		if got := <-encodings; slices.Equal(got, []string{"chunked"}) != (trailer != "") {
			t.Errorf("trailer %q: %q", trailer, got)
		}
	}
}

// An answer without a body leaves nothing behind.
func TestSendWatch_OverWithTheExchange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &http.Request{ProtoMajor: 2}
		s := newSendWatch(nil, r.WithContext(t.Context()), time.Minute)
		s.last()
		if s.timer.Stop() {
			t.Error("its timer went on")
		}
	})
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

func TestIsEndless(t *testing.T) {
	for kind, want := range map[string]bool{
		"text/event-stream": true, "Text/Event-Stream ; charset=utf-8": true, "text/event-stream; charset": true, "text/event-stream;=": true,
		`text/event-stream; charset="utf-8`: true, "multipart/x-mixed-replace; boundary=a": true,
		"": false, "text/html": false, "text/event-streams": false, "multipart/form-data; boundary=a": false,
	} {
		if got := isEndless(http.Header{"Content-Type": {kind}}); got != want {
			t.Errorf("%s: %v", kind, got)
		}
	}
}
