package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"
)

// crowd is how many websockets are open at once.
const crowd = 1000

// A crowd of websockets is open at once, each of them passes what is said, and
// what one that is silent takes of the gateway, both its connections together,
// is far from the 64 KiB of buffers alone that io.Copy would hold for it.
func TestWebSocket_Crowd(t *testing.T) {
	app := startUpgrader(t, func(conn *net.TCPConn, in io.Reader) { _, _ = io.Copy(conn, in) })
	g := startGateway(t, testConfig, app)
	cookie := g.signIn("alice")
	var conns []net.Conn
	open := func(url string) (each int64) {
		before := collectedMemory()
		opened := make([]net.Conn, crowd)
		var dials errgroup.Group
		dials.SetLimit(50)
		for i := range opened {
			dials.Go(func() (err error) {
				opened[i], err = greet(strings.TrimPrefix(url, "http://"), cookie)
				return err
			})
		}
		err := dials.Wait()
		for _, conn := range opened {
			if conn != nil {
				t.Cleanup(func() { conn.Close() })
			}
		}
		if err != nil {
			t.Fatal(err)
		}
		conns = opened
		return (collectedMemory() - before) / crowd
	}
	bare := open(app) // what the app and the clients take, which are in this process too
	each := open(g.url) - bare
	t.Logf("%d bytes for each idle websocket", each)
	if each > 2*bufferSize {
		t.Errorf("an idle websocket takes %d bytes", each)
	}
	for i, conn := range conns {
		got := make([]byte, 5)
		write(t, conn, "again")
		if _, err := io.ReadFull(conn, got); err != nil || string(got) != "again" {
			t.Fatalf("websocket %d: %q %v", i, got, err)
		}
	}
}

// greet opens a websocket and has one message sent back.
func greet(address, cookie string) (net.Conn, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	_ = conn.SetDeadline(time.Now().Add(60 * time.Second))
	_, err = io.WriteString(conn, request("GET", "/opt/socket", "Connection: Upgrade", "Upgrade: websocket", "Cookie: "+cookie)+"hello")
	if err != nil {
		return conn, err
	}
	r := bufio.NewReader(conn)
	res, err := http.ReadResponse(r, nil)
	if err != nil {
		return conn, err
	}
	if res.StatusCode != http.StatusSwitchingProtocols {
		return conn, http.ErrNotSupported
	}
	_, err = io.ReadFull(r, make([]byte, 5))
	return conn, err
}

// collectedMemory is that of the heap and the stacks, in bytes, without what nobody needs any more.
func collectedMemory() int64 {
	runtime.GC()
	runtime.GC() // which frees what the first one found in pools
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapInuse + m.StackInuse)
}

// The crowd of a session ends with it, within sessionCheck, the app's
// connections too; another's stays.
func TestWebSocket_CrowdEndsWithItsSession(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		var appsEnded atomic.Int32
		g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
			ours, apps := net.Pipe()
			go func() {
				_, _ = io.Copy(apps, apps)
				appsEnded.Add(1)
			}()
			return &http.Response{
				StatusCode: http.StatusSwitchingProtocols, ProtoMajor: 1, ProtoMinor: 1, Request: r, Body: ours,
				Header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
			}, nil
		}))
		var over sync.WaitGroup
		var ended atomic.Int32
		open := func(cookie string) net.Conn {
			r := httptest.NewRequest(http.MethodGet, "http://app.test/socket", nil)
			r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Cookie": {cookie}}
			server, client := net.Pipe()
			over.Go(func() {
				g.gw.ServeHTTP(hijacked{httptest.NewRecorder(), server}, r)
				ended.Add(1)
			})
			if res, err := http.ReadResponse(bufio.NewReader(client), r); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
				t.Fatal(res, err)
			}
			return client
		}
		alice, bob := g.serveSignIn(t, "alice"), g.serveSignIn(t, "bob")
		for range crowd {
			open(alice)
		}
		bobs := open(bob)
		time.Sleep(2 * sessionCheck)
		if n := ended.Load(); n != 0 {
			t.Fatalf("%d ended while their session went on", n)
		}
		g.serve(http.MethodPost, signOutPath, "", "Cookie", alice)
		time.Sleep(sessionCheck + time.Millisecond)
		synctest.Wait()
		if n, apps := ended.Load(), appsEnded.Load(); n != crowd || apps != crowd {
			t.Errorf("of %d websockets %d ended, and %d of the app's", crowd, n, apps)
		}
		bobs.Close()
		over.Wait()
	})
}
