package proxy

import (
	"bufio"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// startFull listens at a socket whose queue is full until the connection that
// waits in it is accepted.
func startFull(t *testing.T) net.Listener {
	t.Helper()
	path := filepath.Join(t.TempDir(), "app.sock")
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(syscall.Bind(fd, &syscall.SockaddrUnix{Name: path}), syscall.Listen(fd, 0)); err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(fd), path)
	defer file.Close()
	l, err := net.FileListener(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	waiting, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { waiting.Close() })
	if _, err := net.Dial("unix", path); !errors.Is(err, syscall.EAGAIN) {
		t.Skipf("this system does not refuse when a socket's queue is full: %v", err)
	}
	return l
}

// A socket whose queue is full refuses at once, where a port would have let a
// client wait: the request waits here, no longer than for any connection.
func TestFullQueueOfASocket(t *testing.T) {
	l := startFull(t)
	upstream := "unix://" + l.Addr().String()
	g := startGateway(t, testConfig, upstream, fast)
	if a := g.get("/public/x"); a.status != http.StatusGatewayTimeout || !strings.Contains(a.body, "timeouts.dial: 50ms") {
		t.Errorf("%d %s", a.status, a.body)
	}
	g = startGateway(t, testConfig, upstream)
	app := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })}
	t.Cleanup(func() { app.Close() })
	time.AfterFunc(10*fullQueueWait, func() { _ = app.Serve(l) })
	if a := g.get("/public/x"); a.status != http.StatusTeapot {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// A connection that the app closes when the next request comes: what can be
// sent twice is sent again, anything else may have been done already.
func TestStaleConnection(t *testing.T) {
	for _, name := range []string{"http", "unix"} {
		for method, want := range map[string]int{"GET": http.StatusOK, "PUT": http.StatusBadGateway, "POST": http.StatusBadGateway} {
			t.Run(name+" "+method, func(t *testing.T) {
				l := listenAs(t, appKinds[name])
				lines := make(chan string, 10)
				go func() {
					for stale := true; ; stale = false {
						conn, err := l.Accept()
						if err != nil {
							return
						}
						go func() {
							defer conn.Close()
							r := bufio.NewReader(conn)
							for n := 0; n == 0 || !stale; n++ {
								req, err := http.ReadRequest(r)
								if err != nil {
									return
								}
								lines <- req.Method
								_, _ = conn.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"))
							}
							if req, err := http.ReadRequest(r); err == nil {
								lines <- req.Method + " unanswered"
							}
						}()
					}
				}()
				g := startGateway(t, testConfig, strings.ReplaceAll(appKinds[name].upstream, "{at}", l.Addr().String()))
				g.get("/public/x")
				body := map[string]string{"GET": "", "PUT": "hello", "POST": "hello"}[method]
				if a := g.send(method, "/public/x", body); a.status != want {
					t.Errorf("%d %s, want %d", a.status, a.body, want)
				}
				wants := []string{"GET", method + " unanswered", method}
				if want == http.StatusBadGateway {
					wants = wants[:2]
				}
				for _, want := range wants {
					if line := <-lines; line != want {
						t.Errorf("%s arrived, want %s", line, want)
					}
				}
				if len(lines) > 0 {
					t.Errorf("%s arrived, too", <-lines)
				}
			})
		}
	}
}
