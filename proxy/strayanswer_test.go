package proxy

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"
)

// An answer that nothing had to be read for is another's, with TLS or without:
// nobody gets it, and the connection is not used again.
func TestStrayAnswer(t *testing.T) {
	for name, wrap := range map[string]func(net.Conn) net.Conn{
		"plain": func(c net.Conn) net.Conn { return c },
		"TLS":   func(c net.Conn) net.Conn { return tls.Client(c, &tls.Config{ServerName: "app.test"}) },
	} {
		t.Run(name, func(t *testing.T) {
			for _, read := range []bool{true, false} {
				near, far := net.Pipe()
				conn := &pacedConn{Conn: near, timeout: time.Minute}
				transport := roundTrip(func(r *http.Request) (*http.Response, error) {
					httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{Conn: wrap(conn), Reused: true})
					if read {
						go func() { _, _ = far.Write([]byte("x")) }()
						_, _ = conn.Read(make([]byte, 1))
					}
					return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(""))}, nil
				})
				_, err := answerTo(transport, httptest.NewRequest(http.MethodPost, "http://app.test/", nil))
				if own := err == nil; own != read || !own && !errors.Is(err, errStrayAnswer) {
					t.Errorf("read: %v, %v", read, err)
				}
				if err := near.SetDeadline(time.Time{}); (err == nil) != read { // it is closed
					t.Errorf("read: %v, then %v", read, err)
				}
			}
		})
	}
}

// The same with net/http as it is, for which many requests at once are needed:
// they have their own answers, or none.
func TestStrayAnswer_ManyAtOnce(t *testing.T) {
	g := startGateway(t, testConfig, startHostile(t, hostileAnswers["more than a length"].wire))
	var people sync.WaitGroup
	for i := range 32 {
		people.Go(func() {
			for range 50 {
				if i%2 == 0 {
					g.get("/public/hostile")
				} else if a := g.get("/public/1"); a.status != http.StatusBadGateway && a.body != "/public/1" {
					t.Errorf("answered %d %q", a.status, a.body)
				}
			}
		})
	}
	people.Wait()
}
