package proxy

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// startSocketApp runs an app that accepts websockets, with what it offers, and
// hands each to serve.
func startSocketApp(t *testing.T, offer websocket.AcceptOptions, serve func(context.Context, *websocket.Conn)) string {
	t.Helper()
	return startApp(t, func(w http.ResponseWriter, r *http.Request) {
		conn, err := websocket.Accept(w, r, &offer)
		if err != nil {
			return // which the client will notice
		}
		defer conn.CloseNow()
		conn.SetReadLimit(-1)
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		serve(ctx, conn)
	})
}

// echo sends every message back, of the same type.
func echo(ctx context.Context, conn *websocket.Conn) {
	for {
		kind, message, err := conn.Read(ctx)
		if err != nil {
			return
		}
		if err := conn.Write(ctx, kind, message); err != nil {
			return
		}
	}
}

// socket opens a websocket through the gateway, by HTTP or HTTPS.
func (g *gateway) socket(ask websocket.DialOptions) (*websocket.Conn, *http.Response) {
	g.t.Helper()
	ask.HTTPClient, ask.Host = &http.Client{Transport: testTransport}, g.host
	conn, res, err := websocket.Dial(g.t.Context(), g.url+"/public/socket", &ask)
	if err != nil {
		g.t.Fatal(err)
	}
	g.t.Cleanup(func() { conn.CloseNow() })
	conn.SetReadLimit(-1)
	return conn, res
}

// startEither runs a gateway by HTTP and one by HTTPS, for what both must do.
func startEither(t *testing.T, app string, test func(*testing.T, *gateway)) {
	t.Run("HTTP", func(t *testing.T) { test(t, startGateway(t, testConfig, app)) })
	t.Run("HTTPS", func(t *testing.T) { test(t, startTLSGateway(t, testConfig, app)) })
}

// Messages of either type and of every size that a frame's length is written
// for, up to a megabyte, in one frame or in many, arrive as they were sent.
func TestWebSocket_Messages(t *testing.T) {
	startEither(t, startSocketApp(t, websocket.AcceptOptions{}, echo), func(t *testing.T, g *gateway) {
		conn, _ := g.socket(websocket.DialOptions{})
		for _, size := range []int{0, 1, 125, 126, quietBuffer - 8, quietBuffer, 65535, 65536, bufferSize + quietBuffer, 1 << 20} {
			message := make([]byte, size)
			_, _ = rand.Read(message) // never fails
			for _, pieces := range []int{1, 7} {
				out, err := conn.Writer(t.Context(), websocket.MessageBinary)
				if err != nil {
					t.Fatal(err)
				}
				for piece := range slices.Chunk(message, size/pieces+1) {
					if _, err := out.Write(piece); err != nil {
						t.Fatal(err)
					}
				}
				if err := out.Close(); err != nil {
					t.Fatal(err)
				}
				if kind, got, err := conn.Read(t.Context()); err != nil || kind != websocket.MessageBinary || !bytes.Equal(got, message) {
					t.Fatalf("%d bytes in %d pieces: %v, %d bytes, %v", size, pieces, kind, len(got), err)
				}
			}
		}
		if err := conn.Write(t.Context(), websocket.MessageText, []byte("Zoë")); err != nil {
			t.Fatal(err)
		}
		if kind, got, err := conn.Read(t.Context()); err != nil || kind != websocket.MessageText || string(got) != "Zoë" {
			t.Errorf("%v %q %v", kind, got, err)
		}
	})
}

// Why a socket is closed is told to the other end, whichever closes it.
func TestWebSocket_CloseCodes(t *testing.T) {
	codes := []websocket.StatusCode{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999}
	told := make(chan error, 1)
	app := startSocketApp(t, websocket.AcceptOptions{}, func(ctx context.Context, conn *websocket.Conn) {
		_, message, err := conn.Read(ctx)
		if err != nil {
			told <- err
			return
		}
		var code websocket.StatusCode
		fmt.Sscan(string(message), &code)
		_ = conn.Close(code, "the app's reason") // the client will tell
	})
	g := startGateway(t, testConfig, app)
	for _, code := range codes {
		conn, _ := g.socket(websocket.DialOptions{})
		if err := conn.Write(t.Context(), websocket.MessageText, fmt.Append(nil, int(code))); err != nil {
			t.Fatal(err)
		}
		_, _, err := conn.Read(t.Context())
		wantClose(t, "the client", err, code, "the app's reason")

		conn, _ = g.socket(websocket.DialOptions{})
		if err := conn.Close(code, "the client's reason"); err != nil {
			t.Errorf("%d: %v", code, err)
		}
		wantClose(t, "the app", <-told, code, "the client's reason")
	}
}

func wantClose(t *testing.T, who string, err error, code websocket.StatusCode, reason string) {
	t.Helper()
	var closed websocket.CloseError
	if !errors.As(err, &closed) || closed.Code != code || closed.Reason != reason {
		t.Errorf("%s was told %v, want %d %q", who, err, code, reason)
	}
}

// Pings are the ends' own, in both directions: the gateway neither answers nor
// sends any.
func TestWebSocket_Pings(t *testing.T) {
	pinged := make(chan error, 1)
	app := startSocketApp(t, websocket.AcceptOptions{}, func(ctx context.Context, conn *websocket.Conn) {
		ctx = conn.CloseRead(ctx) // which answers pings, and hears their answers
		pinged <- conn.Ping(ctx)
		<-ctx.Done()
	})
	conn, _ := startGateway(t, testConfig, app).socket(websocket.DialOptions{})
	ctx := conn.CloseRead(t.Context())
	if err := conn.Ping(ctx); err != nil {
		t.Error("from the client:", err)
	}
	if err := <-pinged; err != nil {
		t.Error("from the app:", err)
	}
}

// Compression and the subprotocol are agreed on by the ends alone.
func TestWebSocket_Negotiation(t *testing.T) {
	app := startSocketApp(t, websocket.AcceptOptions{
		Subprotocols: []string{"v2.test", "v1.test"}, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1,
	}, echo)
	startEither(t, app, func(t *testing.T, g *gateway) {
		conn, res := g.socket(websocket.DialOptions{
			Subprotocols: []string{"v0.test", "v1.test"}, CompressionMode: websocket.CompressionContextTakeover, CompressionThreshold: 1,
		})
		if extension := res.Header.Get("Sec-WebSocket-Extensions"); !strings.HasPrefix(extension, "permessage-deflate") {
			t.Errorf("agreed on %q", extension)
		}
		if conn.Subprotocol() != "v1.test" {
			t.Errorf("agreed on the subprotocol %q", conn.Subprotocol())
		}
		for range 3 { // each of them refers to those before
			message := []byte(strings.Repeat("Alice was beginning to get very tired. ", 1000))
			if err := conn.Write(t.Context(), websocket.MessageText, message); err != nil {
				t.Fatal(err)
			}
			if _, got, err := conn.Read(t.Context()); err != nil || !bytes.Equal(got, message) {
				t.Fatalf("%d bytes, %v", len(got), err)
			}
		}
	})
	// An app that agrees to neither.
	g := startGateway(t, testConfig, startSocketApp(t, websocket.AcceptOptions{}, echo))
	conn, res := g.socket(websocket.DialOptions{Subprotocols: []string{"v1.test"}, CompressionMode: websocket.CompressionContextTakeover})
	if extension := res.Header.Get("Sec-WebSocket-Extensions"); extension != "" || conn.Subprotocol() != "" {
		t.Errorf("agreed on %q and %q", extension, conn.Subprotocol())
	}
}

// What a client sends without waiting for the answer is the socket's first.
func TestWebSocket_EarlyBytes(t *testing.T) {
	g := startGateway(t, testConfig, startEcho(t))
	for _, size := range []int{1, 100} {
		message := strings.Repeat("a", size)
		conn, r := g.dial()
		write(t, conn, request("GET", "/public/socket", "Connection: Upgrade", "Upgrade: websocket")+"\x81"+string(rune(size))+message)
		if res, err := http.ReadResponse(r, nil); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
			t.Fatal(res, err)
		}
		wantMessage(t, r, "user ")
		wantMessage(t, r, message)
		write(t, conn, "\x81\x02hi")
		wantMessage(t, r, "hi")
	}
}
