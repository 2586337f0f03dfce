package proxy

import (
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// seen is what went over the wire when a script was run.
type seen struct {
	requests []*message // as the app got them
	answers  []*message // as the client got them
	early    bool       // the last answer came before its request was over
}

// stream keeps what arrives on a connection.
type stream struct {
	mu    sync.Mutex
	more  sync.Cond
	raw   strings.Builder
	ended bool
}

// record keeps all that arrives from now on.
func record(conn net.Conn) *stream {
	s := new(stream)
	s.more.L = &s.mu
	go func() {
		for buf := make([]byte, 64<<10); ; {
			n, err := conn.Read(buf)
			s.mu.Lock()
			s.raw.Write(buf[:n])
			s.ended = err != nil
			s.mu.Unlock()
			s.more.Broadcast()
			if err != nil {
				return
			}
		}
	}()
	return s
}

// await waits until ok says so of what arrived, and returns false if the stream
// ended before.
func (s *stream) await(ok func(raw string, ended bool) bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		if ok(s.raw.String(), s.ended) {
			return true
		}
		if s.ended {
			return false
		}
		s.more.Wait()
	}
}

// scriptedApp is an app that plays its part of one script after the other.
type scriptedApp struct {
	url string

	mu      sync.Mutex
	parts   [][]piece
	arrived []*message
	playing sync.WaitGroup // one for each of arrived
}

// A request that follows each script on its connection, and its answer: they
// show that both sides agree on where the script's messages end.
const (
	syncRequest = "GET /in-sync HTTP/1.1\r\nHost: app.test\r\n\r\n"
	syncAnswer  = "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nin sync"
	syncBody    = "in sync"
)

func startScriptedApp(t *testing.T) *scriptedApp {
	app := new(scriptedApp)
	app.url = startSocket(t, app.serve)
	return app
}

// begin takes a request that arrives, and returns its place and what it is
// answered; nothing where the script has no such request.
func (app *scriptedApp) begin(m *message) (place int, part []piece) {
	app.mu.Lock()
	defer app.mu.Unlock()
	app.playing.Add(1)
	place = len(app.arrived)
	app.arrived = append(app.arrived, m)
	if place >= len(app.parts) {
		return place, []piece{{bytes: usualAnswer}}
	}
	return place, app.parts[place]
}

// serve plays the app's part on one connection.
func (app *scriptedApp) serve(conn net.Conn) {
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := record(conn)
	for n := 0; ; n++ {
		var m *message
		arrives := func(ok func() bool) bool {
			return in.await(func(raw string, ended bool) bool {
				all := readRequests(raw, ended)
				if len(all) <= n || !all[n].headed {
					return false
				}
				m = all[n]
				return ok()
			})
		}
		if !arrives(func() bool { return true }) {
			return
		}
		if strings.Contains(m.start, "/in-sync ") {
			_, _ = io.WriteString(conn, syncAnswer)
			continue
		}
		place, part := app.begin(m)
		goesOn := play(conn, part, arrives, func() *message { return m })
		app.mu.Lock()
		app.arrived[place] = m
		app.mu.Unlock()
		app.playing.Done()
		if !goesOn {
			return
		}
	}
}

// play sends the answer to a request piece by piece, each in its time, and
// reports whether the connection goes on afterwards.
func play(conn net.Conn, part []piece, arrives func(func() bool) bool, request func() *message) bool {
	sent := ""
	for _, p := range part {
		arrives(func() bool { return request().whole || !p.whole && len(request().body) >= p.body })
		if p.closes {
			return false
		}
		if _, err := io.WriteString(conn, p.bytes); err != nil {
			return false
		}
		sent += p.bytes
	}
	if !arrives(func() bool { return request().whole }) {
		return false
	}
	all := readAnswers(sent, false, []*message{request()})
	return len(all) > 0 && !ends(request()) && !ends(all[len(all)-1])
}

// ends reports whether a message is its connection's last (RFC 9112, section 9.3).
func ends(m *message) bool {
	if m.has("Connection", "close") || m.framing == byClose || !m.whole {
		return true
	}
	return strings.Contains(m.start, "HTTP/1.0") && !m.has("Connection", "keep-alive")
}

// play runs a script with the app behind url, which is its own or a gateway's.
func (app *scriptedApp) play(t *testing.T, s *script, url string) seen {
	t.Helper()
	parts := s.parts()
	app.mu.Lock()
	app.parts, app.arrived = parts, nil
	app.mu.Unlock()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := record(conn)
	got, err := s.speak(conn, in)
	if err != nil {
		t.Errorf("%v", err)
	}
	conn.Close()
	app.playing.Wait()
	app.mu.Lock()
	defer app.mu.Unlock()
	last := parts[len(parts)-1]
	return seen{app.arrived, got, !last[len(last)-1].whole}
}

// speak plays the client's part, and returns the answers.
func (s *script) speak(conn net.Conn, in *stream) (got []*message, err error) {
	asked := requests(s.steps)
	arrived := func(enough func() bool) {
		in.await(func(raw string, ended bool) bool {
			got = readAnswers(raw, ended, asked)
			return enough()
		})
	}
	closed := false
	for n, st := range s.steps {
		if !st.client {
			continue
		}
		said := answers(s.steps[:n], asked)
		arrived(func() bool { return asMuch(got, said) })
		if _, err := io.WriteString(conn, st.bytes); err != nil {
			return got, err
		}
		if closed = st.closes; closed {
			_ = conn.(*net.TCPConn).CloseWrite()
		}
	}
	arrived(func() bool { return finals(got) >= finals(answers(s.steps, asked)) })
	switch last := asked[len(asked)-1]; {
	case closed:
	case !last.whole:
		_ = conn.(*net.TCPConn).CloseWrite() // nobody waits for the rest
	case len(got) > 0 && !ends(last) && !ends(got[len(got)-1]):
		before := finals(got)
		if _, err := io.WriteString(conn, syncRequest); err != nil {
			return got, err
		}
		arrived(func() bool { return finals(got) > before })
		n := len(got) - 1
		if finals(got) != before+1 || got[n].body != syncBody {
			return got, fmt.Errorf("out of step: %v", got)
		}
		return got[:n], nil
	}
	arrived(func() bool { return in.ended })
	return got, nil
}

// finals counts the answers that are whole and not interim.
func finals(list []*message) int {
	n := 0
	for _, m := range list {
		if m.whole && !m.interim() {
			n++
		}
	}
	return n
}

// asMuch reports whether what was got goes as far as what was said.
func asMuch(got, said []*message) bool {
	if len(said) == 0 {
		return true
	}
	last := len(said) - 1
	if len(got) <= last || !got[last].headed {
		return false
	}
	return got[last].whole || !said[last].whole && len(got[last].body) >= len(said[last].body)
}
