package proxy

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ferngate/ferngate/config"
)

// served is a Server that a test has started, and the config's text that it is by.
type served struct {
	*Server
	t    *testing.T
	log  *observer.ObservedLogs
	zap  *zap.Logger
	path string
	app  string
}

// startServer serves a config in which {app} stands for an app that says ok.
func startServer(t *testing.T, text string) *served {
	t.Helper()
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "ok") }))
	t.Cleanup(app.Close)
	core, logs := observer.New(zap.DebugLevel)
	s := &served{t: t, log: logs, zap: zap.New(core), path: filepath.Join(t.TempDir(), "ferngate.yaml"), app: app.URL}
	s.Server = NewServer(func(_, address string) (net.Listener, error) { return net.Listen("tcp", address) })
	if err := s.apply(text); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for _, l := range s.listeners {
			l.stop()
			_ = l.current.Load().server.Close()
		}
	})
	return s
}

// apply has the server serve by another text.
func (s *served) apply(text string) error {
	s.t.Helper()
	if err := os.WriteFile(s.path, []byte(strings.ReplaceAll(text, "{app}", s.app)), 0o600); err != nil {
		s.t.Fatal(err)
	}
	cfg, _, err := config.Load(s.path)
	if err != nil {
		s.t.Fatal(err)
	}
	return s.Apply(cfg, s.zap)
}

// dial connects to an address, and returns how to send a GET there and what its
// answer is.
func dial(t *testing.T, addr net.Addr) (get func() (string, error)) {
	t.Helper()
	conn, err := net.Dial("tcp", addr.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return getter(conn)
}

// getter is how to send a GET over a connection, and what its answer is.
func getter(conn net.Conn) (get func() (string, error)) {
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	in := bufio.NewReader(conn)
	return func() (string, error) {
		if _, err := io.WriteString(conn, "GET / HTTP/1.1\r\nHost: app.test\r\n\r\n"); err != nil {
			return "", err
		}
		res, err := http.ReadResponse(in, nil)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		body, err := io.ReadAll(res.Body)
		return fmt.Sprint(res.StatusCode, " ", string(body), " close=", res.Close), err
	}
}

func wantOK(t *testing.T, what string, get func() (string, error)) {
	t.Helper()
	if got, err := get(); err != nil || got != "200 ok close=false" {
		t.Errorf("%s: %q %v", what, got, err)
	}
}

const anySite = "admin: { listen: 127.0.0.1:0 }\nsites: [{ upstream: '{app}' }]\n"

// A connection stays open, and is served, while the config changes again and again:
// with it the settings of new connections, and the address that they come to.
func TestServer_ConnectionsOutliveTheirConfig(t *testing.T) {
	s := startServer(t, "listen: 127.0.0.1:0\n"+anySite)
	first := s.Addr()
	get := dial(t, first)
	wantOK(t, "at first", get)
	for _, change := range []string{
		"listen: 127.0.0.1:0\nlimits: { header_timeout: 3s }\n",
		"listen: 127.0.0.1:0\nlimits: { header_size: 8KiB }\nproxy_protocol: true\ntrusted_proxies: [192.0.2.1]\n",
		"listen: localhost:0\n", // which is another address
	} {
		if err := s.apply(change + anySite); err != nil {
			t.Fatal(err)
		}
		wantOK(t, change, get)
		wantOK(t, "a new one after "+change, dial(t, s.Addr()))
	}
	if s.Addr().String() == first.String() {
		t.Error("the address is the one before")
	}
	if conn, err := net.Dial("tcp", first.String()); !errors.Is(err, syscall.ECONNREFUSED) {
		conn.Close()
		t.Errorf("the first address is still listened at: %v", err)
	}
	if s.log.FilterMessageSnippet("no longer listening").Len() != 1 {
		t.Errorf("it does not say that an address is given up: %v", s.log.All())
	}
}

// New connections have the limits of the config in force, whatever those that are
// open have.
func TestServer_NewConnectionsHaveNewLimits(t *testing.T) {
	s := startServer(t, "listen: 127.0.0.1:0\n"+anySite)
	if err := s.apply("listen: 127.0.0.1:0\nlimits: { header_size: 4KiB }\n" + anySite); err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultTransport.RoundTrip(must(http.NewRequest(http.MethodGet, "http://"+s.Addr().String()+"/?"+strings.Repeat("x", 8<<10), nil)))
	if err != nil || res.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("%v %v", res, err)
	}
}

// Where one of the addresses cannot be had nothing is given up, and nothing new stays.
func TestServer_AnAddressThatIsTaken(t *testing.T) {
	taken := anyPort(t)
	defer taken.Close()
	s := startServer(t, "listen: 127.0.0.1:0\n"+anySite)
	before := s.Addr()
	other := anyPort(t)
	other.Close() // and free again
	err := s.apply(fmt.Sprintf("listen: %s\nadmin: { listen: %s }\nsites: [{ upstream: '{app}' }]\n", other.Addr(), taken.Addr()))
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Fatal(err)
	}
	wantOK(t, "at the address before", dial(t, before))
	if conn, err := net.Dial("tcp", other.Addr().String()); err == nil {
		conn.Close()
		t.Error("the new address is listened at")
	}
}

// Services that nobody is connected to any more are forgotten.
func TestServer_ForgetsWhatIsOver(t *testing.T) {
	s := startServer(t, "listen: 127.0.0.1:0\n"+anySite)
	for i := range 50 {
		if err := s.apply(fmt.Sprintf("listen: 127.0.0.1:0\nlimits: { header_timeout: %ds }\n", i+1) + anySite); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(s.retired); n > 0 {
		t.Errorf("%d are remembered", n)
	}
}

// While it drains /readyz is red, and answers end their connections; after
// drain_delay nothing is accepted, and what runs is finished.
func TestServer_Drain(t *testing.T) {
	began, end := make(chan bool), make(chan bool)
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		began <- true
		<-end
		fmt.Fprint(w, "ok")
	}))
	t.Cleanup(slow.Close)
	s := startServer(t, "listen: 127.0.0.1:0\ndrain_delay: 1s\nsites: [{ upstream: '{app}' }, { host: slow.test, upstream: '"+slow.URL+"' }]\nadmin: { listen: 127.0.0.1:0 }\n")
	people, operators := s.Addr(), s.AdminAddr()
	get := dial(t, people)
	wantOK(t, "before", get)
	running := make(chan string)
	go func() {
		r := must(http.NewRequest(http.MethodGet, "http://"+people.String(), nil))
		r.Host = "slow.test"
		res, err := http.DefaultTransport.RoundTrip(r)
		running <- fmt.Sprint(res.StatusCode, err)
	}()
	<-began
	drained := make(chan bool)
	go func() {
		s.Drain(context.Background())
		close(drained)
	}()
	ready := func() int {
		res, err := http.Get("http://" + operators.String() + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		return res.StatusCode
	}
	for ready() != http.StatusServiceUnavailable {
	}
	if got, err := get(); err != nil || got != "200 ok close=true" {
		t.Errorf("while it drains: %q %v", got, err)
	}
	for { // until the delay is over
		conn, err := net.Dial("tcp", people.String())
		if err != nil {
			break
		}
		conn.Close()
	}
	if ready() != http.StatusServiceUnavailable {
		t.Error("operators cannot see that it drains")
	}
	close(end)
	if got := <-running; got != "200 <nil>" {
		t.Errorf("the request that ran: %s", got)
	}
	<-drained
}

// A connection that was accepted before the end, and whose first request comes only
// then, has its answer.
func TestServer_DrainFresh(t *testing.T) {
	s := startServer(t, "listen: 127.0.0.1:0\nadmin: { listen: '' }\nsites: [{ upstream: '{app}' }]\n")
	people := s.Addr()
	get := dial(t, people)
	for s.listeners[config.ListenKey].current.Load().open.Load() == 0 { // until it is accepted
		runtime.Gosched()
	}
	drained := make(chan bool)
	go func() {
		s.Drain(context.Background())
		close(drained)
	}()
	for { // until nothing more is
		conn, err := net.Dial("tcp", people.String())
		if err != nil {
			break
		}
		conn.Close()
	}
	if got, err := get(); err != nil || got != "200 ok close=true" {
		t.Errorf("%q %v", got, err)
	}
	<-drained
}

// What takes longer than drain_timeout is broken off: requests, and websockets,
// which net/http would leave alone.
func TestServer_DrainTimeout(t *testing.T) {
	s := startServer(t, "listen: 127.0.0.1:0\ndrain_timeout: 1s\nsites: [{ upstream: '"+startEcho(t)+"' }]\nadmin: { listen: '' }\n")
	conn, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	fmt.Fprint(conn, "GET /socket HTTP/1.1\r\nHost: app.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	if res, err := http.ReadResponse(bufio.NewReader(conn), nil); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v %v", res, err)
	}
	s.Drain(context.Background())
	if err := s.apply("listen: 127.0.0.1:0\n" + anySite); err != errDrained {
		t.Errorf("another config: %v", err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("the websocket is still open: %v", err)
	}
	if s.log.FilterMessageSnippet("was cut off").Len() != 1 || s.log.FilterMessage("stopped").Len() != 1 {
		t.Errorf("the log: %v", s.log.All())
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// One app that is down takes nothing from the others: readiness goes with the last.
func TestServer_ReadyWhileAnyAppIs(t *testing.T) {
	const down, up = "{ host: a.test, upstream: 'http://127.0.0.1:1' }", "{ host: b.test, upstream: '{app}' }"
	s := startServer(t, "listen: 127.0.0.1:0\nadmin: { listen: 127.0.0.1:0 }\nsites: ["+up+"]\n")
	for sites, want := range map[string]string{
		up:              `200 {"status":"ok","config":"ok","sites":{"b.test":"ok"}}`,
		down + "," + up: `200 {"status":"degraded","config":"ok","sites":{"a.test":"the upstream cannot be reached","b.test":"ok"}}`,
		down:            `503 {"status":"unavailable","config":"ok","sites":{"a.test":"the upstream cannot be reached"}}`,
	} {
		if err := s.apply("listen: 127.0.0.1:0\nadmin: { listen: 127.0.0.1:0 }\nsites: [" + sites + "]\n"); err != nil {
			t.Fatal(err)
		}
		res, err := http.Get("http://" + s.AdminAddr().String() + "/readyz")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if got := fmt.Sprint(res.StatusCode, " ", strings.TrimSpace(string(body))); err != nil || got != want {
			t.Errorf("%s: got %s %v", sites, got, err)
		}
	}
}
