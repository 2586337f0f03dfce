package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// protectedPaths are the targets of testdata/protected_paths.txt.
func protectedPaths(t testing.TB) []string {
	t.Helper()
	text, err := os.ReadFile("testdata/protected_paths.txt")
	if err != nil {
		t.Fatal(err)
	}
	var targets []string
	for line := range strings.SplitSeq(strings.TrimSpace(string(text)), "\n") {
		if line != "#" && !strings.HasPrefix(line, "# ") {
			targets = append(targets, line)
		}
	}
	if len(targets) < 60 {
		t.Fatalf("only %d targets", len(targets))
	}
	return targets
}

// start runs a server program until the test ends.
func start(t *testing.T, program string, args ...string) (stdout io.Reader) {
	t.Helper()
	cmd := exec.Command(program, args...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = t.Output()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait() // it was killed
	})
	return out
}

// startNginx runs an nginx that decodes, merges slashes and resolves dot
// segments before it looks for the path below /admin/.
func startNginx(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close() // nginx cannot be handed a listener
	runNginx(t, t.TempDir(), "tcp", addr, `server {
		listen `+addr+`;
		location /admin/ { return 200 secret; }
		location / { return 200 public; }
	}`)
	return "http://" + addr
}

// runNginx runs an nginx with these servers until the test ends, and returns
// once it listens at an address of theirs.
func runNginx(t *testing.T, dir, network, addr, servers string) {
	t.Helper()
	program := needs(t, "nginx")
	conf := filepath.Join(dir, "nginx.conf")
	text := fmt.Sprintf(`daemon off; master_process off; pid %[1]s/pid; error_log %[1]s/error.log;
events { }
http {
	access_log off; merge_slashes on; default_type text/plain;
	client_body_temp_path %[1]s/body; proxy_temp_path %[1]s/proxy; fastcgi_temp_path %[1]s/fastcgi; uwsgi_temp_path %[1]s/uwsgi; scgi_temp_path %[1]s/scgi;
	%[2]s
}
`, dir, servers)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	start(t, program, "-p", dir, "-c", conf, "-e", filepath.Join(dir, "error.log"))
	for end := time.Now().Add(20 * time.Second); ; runtime.Gosched() {
		conn, err := net.Dial(network, addr)
		if err == nil {
			conn.Close()
			return
		}
		if time.Now().After(end) {
			t.Fatal(err)
		}
	}
}

// startNode runs a Node app that routes as most do: by the pathname of a WHATWG
// URL, for which %2e%2e is a dot segment and %2f no slash.
func startNode(t *testing.T) string {
	t.Helper()
	out := start(t, needs(t, "node"), "-e", `
		const server = require('http').createServer((req, res) => {
			let path
			try { path = new URL(req.url, 'http://app.test').pathname } catch { path = '' }
			res.end(path.startsWith('/admin') ? 'secret' : 'public')
		}).listen(0, '127.0.0.1', () => console.log(server.address().port))`)
	port, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return "http://127.0.0.1:" + strings.TrimSpace(port)
}

// Servers with path rules of their own: no spelling that they take for the
// protected path comes through without a session.
func TestPaths_ServersWithRulesOfTheirOwn(t *testing.T) {
	for name, c := range map[string]struct {
		start func(*testing.T) string
		rules string // a spelling that this server resolves, which shows that it does
	}{
		"nginx": {startNginx, "/public/..%2f/admin//secret"},
		"node":  {startNode, "/x%2fy/%2e%2e/admin/secret"},
	} {
		t.Run(name, func(t *testing.T) {
			upstream := c.start(t)
			direct := &gateway{t: t, url: upstream}
			if a := direct.rawGet(c.rules); a.body != "secret" {
				t.Fatalf("this is no test: %s answers %q to %s", name, a.body, c.rules)
			}
			g := startGateway(t, adminOnly, upstream)
			for _, target := range protectedPaths(t) {
				if a := g.rawGet(target); strings.Contains(a.body, "secret") {
					t.Errorf("%s: %d %s", target, a.status, a.body)
				}
			}
			cookie := "Cookie: " + g.signIn("alice")
			if a := g.rawGet(c.rules, cookie); a.body != "secret" {
				t.Errorf("%s, signed in: %d %s", c.rules, a.status, a.body)
			}
		})
	}
}
