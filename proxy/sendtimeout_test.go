package proxy

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
)

// Ends that do not take in what is sent to them. The time-outs are those of
// testConfig: a minute.

// A Write may take as long as it likes, and nothing be written for as long, if
// the other end takes in something now and then.
func TestPacedConn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		conn := &pacedConn{Conn: near, timeout: time.Minute}
		read := make(chan string, 1)
		go func() {
			all := make([]byte, 100)
			for i := range all {
				time.Sleep(55 * time.Second)
				_, _ = far.Read(all[i : i+1])
			}
			read <- string(all)
		}()
		message := strings.Repeat("0123456789", 10)
		if n, err := io.WriteString(conn, message); n != len(message) || err != nil {
			t.Fatal(n, err)
		}
		if got := <-read; got != message {
			t.Errorf("arrived %q", got)
		}
		time.Sleep(24 * time.Hour)
		go func() { _, _ = far.Read(make([]byte, 5)) }()
		start := time.Now()
		if n, err := io.WriteString(conn, "hello, and nobody listens"); n != 5 || !errors.Is(err, os.ErrDeadlineExceeded) {
			t.Error(n, err)
		}
		if took := time.Since(start); took < time.Minute || took > 80*time.Second {
			t.Errorf("given up after %v", took)
		}
		// A deadline that somebody sets is theirs.
		start = time.Now()
		_ = conn.SetWriteDeadline(start.Add(5 * time.Second))
		if _, err := io.WriteString(conn, "x"); !errors.Is(err, os.ErrDeadlineExceeded) || time.Since(start) != 5*time.Second {
			t.Error(err, time.Since(start))
		}
	})
}

// sendingForever is an app that sends without an end, and tells how it went. It
// says a length all the same: an answer without one ReverseProxy flushes under a
// mutex, and while somebody waits for that no time passes in a bubble.
func sendingForever(told chan<- error) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "1000000000000")
		piece := make([]byte, 64<<10)
		for {
			if _, err := w.Write(piece); err != nil {
				told <- err
				return
			}
		}
	}
}

// A client that stops taking in an answer loses it, and the app is free.
func TestSendTimeout_Client(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		told := make(chan error, 1)
		b := newBubble(t, g, sendingForever(told))
		start := time.Now()
		b.askUnread(t, b.client(t, version), "/public/x")
		<-told
		if took := time.Since(start); took < time.Minute || took > 80*time.Second {
			t.Errorf("the app was free after %v", took)
		}
		synctest.Wait()
		if aborted := b.accessLine(t)["aborted"]; aborted != true {
			t.Errorf("the log says %v", b.accessLine(t))
		}
	})
}

// A slow one has it, however long it takes; and what it was slow with is over
// then: the connection waits for its next request as long as any.
func TestSendTimeout_SlowClient(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		const size = 12 << 20 // more than what HTTP/2's windows hold
		b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Length", fmt.Sprint(size))
			_, _ = w.Write(make([]byte, size))
		})
		client := b.client(t, version)
		for range 2 {
			res := b.askUnread(t, client, "/public/x")
			start, got := time.Now(), int64(0)
			for got < size {
				time.Sleep(50 * time.Second)
				n, err := io.CopyN(io.Discard, res.Body, min(size/100, size-got))
				if got += n; err != nil {
					t.Fatalf("broken off after %v and %d bytes: %v", time.Since(start), got, err)
				}
			}
			if n, err := io.Copy(io.Discard, res.Body); n != 0 || err != nil {
				t.Error(n, err)
			}
			if time.Since(start) < time.Hour {
				t.Error("not slow at all")
			}
			time.Sleep(100 * time.Second)
		}
	})
}

// The same for a websocket, whichever end is spoken to and does not listen.
func TestSendTimeout_WebSocket(t *testing.T) {
	flood := func(conn net.Conn) { _, _ = io.Copy(conn, zeros{}) } // until it is given up
	deaf := func(net.Conn) {}
	for name, c := range map[string]struct{ client, app func(net.Conn) }{
		"the client is deaf": {deaf, flood},
		"the app is deaf":    {flood, deaf},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, testConfig, "http://127.0.0.1:1")
			synctest.Test(t, func(t *testing.T) {
				over := make(chan struct{})
				b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) {
					conn, _, err := http.NewResponseController(w).Hijack()
					if err != nil {
						t.Error(err)
						return
					}
					defer conn.Close()
					_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
					c.app(conn)
					<-over
				})
				conn, err := b.people.dial(t.Context(), "", "")
				if err != nil {
					t.Fatal(err)
				}
				defer conn.Close()
				if _, err := io.WriteString(conn, request("GET", "/public/x", "Connection: Upgrade", "Upgrade: websocket")); err != nil {
					t.Fatal(err)
				}
				if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
					t.Fatal(res, err)
				}
				start := time.Now()
				c.client(conn)
				for b.log.FilterMessage("request").Len() == 0 { // written when the websocket is over
					time.Sleep(time.Second)
				}
				if took := time.Since(start); took < time.Minute || took > 80*time.Second {
					t.Errorf("the websocket ended after %v", took)
				}
				close(over)
			})
		})
	}
}

// zeros is a stream without an end.
type zeros struct{}

// Read implements io.Reader.
func (zeros) Read(p []byte) (int, error) { return len(p), nil }

// An app that does not take in an upload: the client is told, and which
// time-out it was.
func TestSendTimeout_App(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		hung := make(chan struct{})
		b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) { <-hung })
		defer close(hung)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://app.test/public/x", strings.NewReader(strings.Repeat("a", 16<<20)))
		if err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		res, err := b.client(t, version).RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		if a := read(t, res); a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, "timeouts.send: 1m0s") {
			t.Errorf("%d %s", a.status, a.body)
		}
		if took := time.Since(start); took < time.Minute || took > 80*time.Second {
			t.Errorf("after %v", took)
		}
	})
}

// What net/http still has to send when the handler has returned is not waited
// for without an end either.
func TestSendTimeout_EndOfAnswer(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") })
		conn, err := b.people.dial(t.Context(), "", "")
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		framer := http2.NewFramer(conn, conn)
		sent := make(chan error, 1)
		go func() {
			_, err := io.WriteString(conn, http2.ClientPreface)
			var head bytes.Buffer
			enc := hpack.NewEncoder(&head)
			for _, f := range []hpack.HeaderField{{Name: ":method", Value: "GET"}, {Name: ":scheme", Value: "http"}, {Name: ":authority", Value: "app.test"}, {Name: ":path", Value: "/public/x"}} {
				err = errors.Join(err, enc.WriteField(f))
			}
			noWindow := http2.Setting{ID: http2.SettingInitialWindowSize, Val: 0}
			sent <- errors.Join(err, framer.WriteSettings(noWindow), framer.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: head.Bytes(), EndStream: true, EndHeaders: true}))
		}()
		start := time.Now()
		for {
			frame, err := framer.ReadFrame()
			if err != nil {
				t.Fatal(err)
			}
			if _, reset := frame.(*http2.RSTStreamFrame); reset {
				break
			}
		}
		if err := <-sent; err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != lastBytes*time.Minute {
			t.Errorf("the stream ended after %v", took)
		}
	})
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
