package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// crowdConfig is what a crowd is served by. Connections to the app that are not
// used go soon, so that what is left afterwards can be counted.
const crowdConfig = `listen: 127.0.0.1:%s
admin: { listen: 127.0.0.1:%s }
drain_delay: 1s
drain_timeout: 2s
session: { keys: [file:session.key] }
limits: { header_timeout: %ds }
sites:
  - upstream: { url: "%s", timeouts: { idle: 1s } }
    sign_in: { password: { users_file: users.yaml } }
    access: [{ path: /staff%d/, require: required }]
`

// TestReload_UnderLoad: two hundred reloads, of good and bad configs and users
// files, cost none of 200 people a request, and none of 50 their websocket; and
// afterwards there is nothing left of them. Nor does the end of the process.
func TestReload_UnderLoad(t *testing.T) {
	need(t, "")
	const reloads, people, sockets = 200, 200, 50
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	adminPort, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	app := startEchoApp(t)
	dir := t.TempDir()
	key := strings.Repeat("0123456789abcdef", 4)
	good := func(i int) string { return fmt.Sprintf(crowdConfig, port, adminPort, i%3+5, app.URL, i) }
	writeFiles(t, dir, map[string]string{"ferngate.yaml": good(0), "users.yaml": "users: []\n", "session.key": key})
	gate := start(t, dir, "ferngate", "serve")
	admin := "http://127.0.0.1:" + adminPort
	gate.answers(t, admin+"/healthz")

	warm := gather(t, "127.0.0.1:"+port, people, sockets)
	warm.leave(t)
	before := gate.atRest(t, admin, 0)

	crowd := gather(t, "127.0.0.1:"+port, people, sockets)
	for i := range reloads {
		file, text := "ferngate.yaml", good(i)
		switch i % 4 {
		case 1:
			text = strings.Replace(text, "require:", "demand:", 1)
		case 2:
			file, text = "users.yaml", "users: [{ login: alice }]\n"
		case 3:
			file, text = "users.yaml", "users: []\n"
		}
		write := filepath.Join(dir, file)
		if err := os.WriteFile(write+".new", []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		count := gate.reloads(t, admin)
		if err := os.Rename(write+".new", write); err != nil {
			t.Fatal(err)
		}
		if err := gate.cmd.Process.Signal(syscall.SIGHUP); err != nil {
			t.Fatal(err)
		}
		eventually(t, "reload", func() error {
			if now := gate.reloads(t, admin); now == count {
				return fmt.Errorf("there were %d before, and no more since", count)
			}
			return nil
		})
	}
	crowd.leave(t)
	after := gate.atRest(t, admin, before)
	t.Logf("%d reloads; files and goroutines at rest: %d, then %d", gate.reloads(t, admin), before, after)

	last := gather(t, "127.0.0.1:"+port, people, sockets)
	if err := gate.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// A load balancer sends nobody more from when /readyz is red.
	eventually(t, "/readyz", func() error {
		if got, err := status(admin + "/readyz"); got != http.StatusServiceUnavailable {
			return fmt.Errorf("%d %v", got, err)
		}
		return nil
	})
	last.leave(t)
	if <-gate.exited; gate.err != nil {
		t.Errorf("it ended with %v", gate.err)
	}
}

// reloads is how many there were, good and bad.
func (p *process) reloads(t *testing.T, admin string) int {
	t.Helper()
	return p.metric(t, admin, "ferngate_reloads_total")
}

// metric is the sum of a metric over its labels.
func (p *process) metric(t *testing.T, admin, name string) (sum int) {
	t.Helper()
	res, err := http.Get(admin + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for lines := bufio.NewScanner(res.Body); lines.Scan(); {
		series, value, _ := strings.Cut(lines.Text(), " ")
		if series, _, _ = strings.Cut(series, "{"); series == name {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Fatal(err)
			}
			sum += int(n)
		}
	}
	return sum
}

// atRest waits until the process has no more open files and goroutines than level,
// together, or, where that is 0, until their number is the same twice; it returns it.
func (p *process) atRest(t *testing.T, admin string, level int) (now int) {
	t.Helper()
	last := 0
	eventually(t, "files and goroutines at rest", func() error {
		files, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.cmd.Process.Pid))
		if err != nil {
			t.Skip("missing: /proc, to count open files in")
		}
		now = len(files) + p.metric(t, admin, "go_goroutines")
		if still := now == last; level > 0 && now <= level || level == 0 && still && p.metric(t, admin, "ferngate_open_websockets") == 0 && len(files) < 50 {
			return nil
		}
		last = now
		return fmt.Errorf("%d files, %d with goroutines, at most %d are to be left", len(files), now, level)
	})
	return now
}
