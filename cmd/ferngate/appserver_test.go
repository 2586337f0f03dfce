package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// appServer is an app on a port of its own. Its programs can be stopped and
// started; what they keep lies in dir, and they log each request that they get
// to requests.log there.
type appServer struct {
	t       *testing.T
	dir     string
	port    string
	url     string
	launch  func() []*process // starts the programs and waits until they answer
	running []*process
	settled int // how often the log was waited for
}

func newAppServer(t *testing.T, name string) *appServer {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	// Not t.TempDir, which another user that an app runs as may not enter.
	dir, err := os.MkdirTemp("", "ferngate-"+name+"-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return &appServer{t: t, dir: dir, port: port, url: "http://127.0.0.1:" + port}
}

func (s *appServer) start() {
	s.t.Helper()
	s.running = s.launch()
}

func (s *appServer) stop() {
	s.t.Helper()
	for _, p := range s.running {
		_ = p.terminate(s.t) // not every program calls it success
	}
}

// run runs a program to its end, in dir.
func (s *appServer) run(args ...string) {
	s.t.Helper()
	cmd := exec.CommandContext(s.t.Context(), args[0], args[1:]...)
	cmd.Dir = s.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		s.t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (s *appServer) path(name string) string { return filepath.Join(s.dir, name) }

// request is a line of the log: "METHOD URI cookies=… agent=…", all else ignored.
type request struct{ uri, cookies, agent string }

// requests are those that the app got until now. Some apps log a request only
// after its answer, so one more is sent, whose line ends what is waited for.
func (s *appServer) requests() []request {
	s.t.Helper()
	s.settled++
	last := fmt.Sprintf("/?settled=%d", s.settled)
	if _, err := status(s.url + last); err != nil {
		s.t.Fatal(err)
	}
	var seen []request
	eventually(s.t, "the app's log", func() error {
		log, err := os.ReadFile(s.path("requests.log"))
		if err != nil {
			return err
		}
		seen = seen[:0]
		for line := range strings.Lines(string(log)) {
			_, line, _ = strings.Cut(strings.TrimSuffix(line, "\n"), " ")
			uri, rest, _ := strings.Cut(line, " ")
			_, rest, _ = strings.Cut(rest, "cookies=")
			cookies, agent, _ := strings.Cut(rest, " agent=")
			seen = append(seen, request{uri, cookies, agent})
			if uri == last {
				return nil
			}
		}
		return fmt.Errorf("without %s:\n%s", last, log)
	})
	return seen
}
