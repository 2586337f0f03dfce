package main

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// The app's websockets are behind ferngate what they are in front of it: they
// send every message back.
func (s *followed) websockets(t *testing.T) {
	for name, at := range map[string]string{"directly": s.url, "through ferngate": s.gate} {
		for _, compression := range []websocket.CompressionMode{websocket.CompressionDisabled, websocket.CompressionContextTakeover} {
			t.Run(fmt.Sprint(name, ", compression ", compression), func(t *testing.T) { echoed(t, at+s.websocket, compression) })
		}
	}
}

// echoed says this and that, and goes.
func echoed(t *testing.T, url string, compression websocket.CompressionMode) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	conn, res, err := websocket.Dial(ctx, url, &websocket.DialOptions{CompressionMode: compression, CompressionThreshold: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.CloseNow()
	agreed := strings.HasPrefix(res.Header.Get("Sec-WebSocket-Extensions"), "permessage-deflate")
	if agreed != (compression != websocket.CompressionDisabled) {
		t.Errorf("agreed on %q", res.Header.Get("Sec-WebSocket-Extensions"))
	}
	conn.SetReadLimit(-1)
	megabyte := make([]byte, 1<<20)
	for i := range megabyte {
		megabyte[i] = byte('a' + rand.IntN(26))
	}
	for _, kind := range []websocket.MessageType{websocket.MessageText, websocket.MessageBinary} {
		for _, message := range [][]byte{[]byte("Zoë"), megabyte} {
			if err := conn.Write(ctx, kind, message); err != nil {
				t.Fatal(err)
			}
			if k, got, err := conn.Read(ctx); err != nil || k != kind || !bytes.Equal(got, message) {
				t.Fatalf("%v of %d bytes: %v, %d bytes, %v", kind, len(message), k, len(got), err)
			}
		}
	}
	if err := conn.Close(4711, "goodbye"); err != nil { // waits for the same from the app
		t.Errorf("it was not told goodbye: %v", err)
	}
}
