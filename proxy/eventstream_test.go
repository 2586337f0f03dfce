package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// heartbeats sends an event every half a minute, from the one after the last
// that the client had, and tells when the client is gone.
func heartbeats(gone chan<- struct{}) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		var id int
		_, _ = fmt.Sscan(r.Header.Get("Last-Event-ID"), &id) // without one it is 0
		beat := time.NewTicker(30 * time.Second)
		defer beat.Stop()
		for {
			id++
			fmt.Fprintf(w, "id: %d\n\n", id)
			_ = http.NewResponseController(w).Flush()
			select {
			case <-beat.C:
			case <-r.Context().Done():
				gone <- struct{}{}
				return
			}
		}
	}
}

// wantEvent reads the next event, which is there at once.
func wantEvent(t *testing.T, r *bufio.Reader, id int) {
	t.Helper()
	asked := time.Now()
	got := make([]byte, len(fmt.Sprintf("id: %d\n\n", id)))
	if _, err := io.ReadFull(r, got); err != nil || string(got) != fmt.Sprintf("id: %d\n\n", id) {
		t.Fatalf("%q %v, want event %d", got, err, id)
	}
	if waited := time.Since(asked); waited != 0 {
		t.Errorf("event %d came %v late", id, waited)
	}
}

// Events come as they are sent, for as many hours as there are any, and when the
// client is gone the app is told.
func TestEventStream_Hours(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		gone := make(chan struct{}, 1)
		b := newBubble(t, g, heartbeats(gone))
		res := b.askUnread(t, b.client(t, version), "/public/events", "Last-Event-ID", "41")
		r := bufio.NewReader(res.Body)
		for i := range 12 * 120 {
			wantEvent(t, r, 42+i)
			time.Sleep(30 * time.Second)
		}
		res.Body.Close()
		<-gone
	})
}

// A stream with nothing to say for a day is no fault either.
func TestEventStream_Silence(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "text/event-stream")
			for _, event := range []string{"good morning", "good night"} {
				fmt.Fprintln(w, event)
				_ = http.NewResponseController(w).Flush()
				time.Sleep(24 * time.Hour)
			}
		})
		res := b.askUnread(t, b.client(t, version), "/public/events")
		if all, err := io.ReadAll(res.Body); err != nil || string(all) != "good morning\ngood night\n" {
			t.Errorf("%q %v", all, err)
		}
	})
}

// A stream ends with the session that it is for, within sessionCheck, and is
// whole; one that is for nobody goes on, and so does an answer that has an end
// of its own.
func TestEventStream_EndsWithItsSession(t *testing.T) {
	eachVersion(t, testConfig, func(t *testing.T, g *gateway, version int) {
		gone := make(chan struct{}, 10)
		stream := heartbeats(gone)
		b := newBubble(t, g, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/download" {
				fmt.Fprint(w, "half")
				_ = http.NewResponseController(w).Flush()
				time.Sleep(time.Hour)
				fmt.Fprint(w, "whole")
				return
			}
			stream(w, r)
		})
		client, cookie := b.client(t, version), b.serveSignIn(t, "alice")
		type outcome struct {
			text string
			err  error
			at   time.Time
		}
		outcomes := map[string]chan outcome{}
		for _, path := range []string{"/events", "/opt/events", "/public/events", "/download"} {
			res, over := b.askUnread(t, client, path, "Cookie", cookie), make(chan outcome, 1)
			outcomes[path] = over
			go func() {
				all, err := io.ReadAll(res.Body)
				over <- outcome{string(all), err, time.Now()}
			}()
		}
		time.Sleep(10*time.Minute + time.Second) // between two events, and two looks at the session
		signedOut := time.Now()
		b.serve(http.MethodPost, signOutPath, "", "Cookie", cookie)
		for _, path := range []string{"/events", "/opt/events"} {
			got := <-outcomes[path]
			if got.err != nil || !strings.HasSuffix(got.text, "id: 20\n\nid: 21\n\n") || got.at.Sub(signedOut) > sessionCheck {
				t.Errorf("%s: %q %v, %v later", path, got.text, got.err, got.at.Sub(signedOut))
			}
			<-gone
		}
		if got := <-outcomes["/download"]; got.err != nil || got.text != "halfwhole" {
			t.Errorf("/download: %q %v", got.text, got.err)
		}
		if len(outcomes["/public/events"]) > 0 {
			t.Error("a stream for nobody ended")
		}
	})
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
