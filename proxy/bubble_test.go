package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// memoryNet is a network without sockets, for bubbles of testing/synctest,
// where hours pass at once. A connection holds nothing: what is written waits
// until it is read.
type memoryNet struct{ *feed }

func newMemoryNet() memoryNet {
	f := newFeed()
	f.addr = &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: 1}
	return memoryNet{f}
}

func (n memoryNet) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case n.conns <- theirs:
		return ours, nil
	case <-n.closed:
		return nil, errors.New("nobody listens")
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// bubble is a gateway, its app and its clients in a bubble. The gateway speaks
// HTTP/1.1 and, without TLS, HTTP/2.
type bubble struct {
	*gateway
	people memoryNet
}

// newBubble starts them; g was made outside.
func newBubble(t *testing.T, g *gateway, app http.HandlerFunc) *bubble {
	t.Helper()
	apps, people := newMemoryNet(), newMemoryNet()
	cfg := g.config()
	transport := g.gw.sites.byHost["app.test"].transport.requests.(*http.Transport)
	transport.DialContext = dialPaced(apps.dial, cfg.Sites[0].Upstream.Timeouts.Send)
	srv := g.httpServer(cfg)
	srv.Protocols = new(http.Protocols)
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetUnencryptedHTTP2(true)
	appServer := &http.Server{Handler: app}
	var servers sync.WaitGroup
	servers.Go(func() { _ = appServer.Serve(apps) }) // until it is closed
	servers.Go(func() { _ = srv.Serve(newPeopleListener(people, g.settings(cfg))) })
	t.Cleanup(func() {
		_ = srv.Close()
		transport.CloseIdleConnections()
		_ = appServer.Close()
		servers.Wait()
		time.Sleep(time.Second) // net/http waits a little before it closes some connections
	})
	return &bubble{g, people}
}

// client speaks HTTP/1.1 or, version 2, HTTP/2 to the gateway.
func (b *bubble) client(t *testing.T, version int) *http.Transport {
	transport := &http.Transport{DialContext: b.people.dial, DisableCompression: true, Protocols: new(http.Protocols)}
	transport.Protocols.SetHTTP1(version == 1)
	transport.Protocols.SetUnencryptedHTTP2(version == 2)
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// askUnread sends a request, without a body, and returns the answer, its body unread.
func (b *bubble) askUnread(t *testing.T, client *http.Transport, target string, headers ...string) *http.Response {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://app.test"+target, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	res, err := client.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	return res
}

// eachVersion runs a test in a bubble for HTTP/1.1, and in another for HTTP/2.
func eachVersion(t *testing.T, text string, test func(t *testing.T, g *gateway, version int)) {
	for version, name := range map[int]string{1: "HTTP/1.1", 2: "HTTP/2"} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, text, "http://127.0.0.1:1")
			synctest.Test(t, func(t *testing.T) { test(t, g, version) })
		})
	}
}
