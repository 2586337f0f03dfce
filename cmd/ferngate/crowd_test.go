package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
)

// beat is how often each of a crowd sends something.
const beat = 500 * time.Millisecond

// startEchoApp starts an app that sends back what it is sent, in a request or
// through a websocket.
func startEchoApp(t *testing.T) *httptest.Server {
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/socket" {
			_, _ = io.Copy(w, r.Body)
			return
		}
		conn, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer conn.CloseNow()
		for {
			kind, message, err := conn.Read(r.Context())
			if err != nil || conn.Write(r.Context(), kind, message) != nil {
				return
			}
		}
	}))
	t.Cleanup(app.Close)
	return app
}

// crowd are people who post forms, which no client sends again by itself, and
// others with a websocket open, all at one address.
type crowd struct {
	url       string
	transport *http.Transport
	leaving   atomic.Bool // whether nobody sends anything new
	sent      atomic.Int64

	running sync.WaitGroup
	mu      sync.Mutex
	failed  []string
}

// gather starts them, and returns when all websockets are open, and everybody
// could have sent a form.
func gather(t *testing.T, address string, people, sockets int) *crowd {
	t.Helper()
	c := &crowd{url: "http://" + address, transport: &http.Transport{MaxIdleConnsPerHost: people}}
	for i := range people {
		c.running.Go(func() { c.post(i) })
	}
	for range sockets {
		conn, _, err := websocket.Dial(t.Context(), "ws://"+address+"/socket", nil)
		if err != nil {
			t.Fatal(err)
		}
		c.running.Go(func() { c.talk(conn) })
	}
	eventually(t, "a crowd", func() error {
		if sent := c.sent.Load(); sent < int64(people) {
			return fmt.Errorf("%d forms sent", sent)
		}
		return nil
	})
	return c
}

// post sends one form after the other.
func (c *crowd) post(i int) {
	for range time.Tick(beat) {
		if c.leaving.Load() {
			return
		}
		form := fmt.Sprintf("form %d of %d", c.sent.Add(1), i)
		if got, err := c.send(form); err != nil || got != form {
			c.fails("%s: %q %v", form, got, err)
		}
	}
}

func (c *crowd) send(form string) (string, error) {
	r, err := http.NewRequest(http.MethodPost, c.url, strings.NewReader(form))
	if err != nil {
		return "", err
	}
	res, err := c.transport.RoundTrip(r)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	return string(body), err
}

// talk sends one message after the other, over the same connection.
func (c *crowd) talk(conn *websocket.Conn) {
	defer conn.CloseNow()
	ctx, cancel := context.WithTimeout(context.Background(), 5*patience)
	defer cancel()
	for range time.Tick(beat) {
		if c.leaving.Load() {
			return
		}
		if err := conn.Write(ctx, websocket.MessageText, []byte("hello")); err != nil {
			c.fails("a websocket was dropped: %v", err)
			return
		}
		if _, got, err := conn.Read(ctx); err != nil || string(got) != "hello" {
			c.fails("a websocket was dropped: %q %v", got, err)
			return
		}
	}
}

func (c *crowd) fails(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.failed = append(c.failed, fmt.Sprintf(format, args...))
}

// leave has everybody finish and go, and fails the test with what went wrong.
func (c *crowd) leave(t *testing.T) {
	t.Helper()
	c.leaving.Store(true)
	c.running.Wait()
	c.transport.CloseIdleConnections()
	for i, failure := range c.failed {
		if t.Error(failure); i == 10 {
			t.Fatalf("and %d more", len(c.failed)-i)
		}
	}
	t.Logf("%d requests", c.sent.Load())
}
