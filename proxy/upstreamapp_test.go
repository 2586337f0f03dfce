package proxy

import (
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// appKind is a way for an app to listen, and what upstream must say of it.
type appKind struct {
	upstream string // with {at} for where it listens
	unix     bool
	secure   bool
	protocol string // that it speaks, as http.Request.Proto has it
}

// appKinds are all ways to reach an app.
var appKinds = map[string]appKind{
	"http":          {upstream: "http://{at}", protocol: "HTTP/1.1"},
	"https":         {upstream: "{ url: https://{at}, tls: { ca_file: ca.pem, server_name: app.internal } }", secure: true, protocol: "HTTP/1.1"},
	"unix":          {upstream: "unix://{at}", unix: true, protocol: "HTTP/1.1"},
	"h2c":           {upstream: "{ url: http://{at}, protocol: h2 }", protocol: "HTTP/2.0"},
	"h2":            {upstream: "{ url: https://{at}, protocol: h2, tls: { ca_file: ca.pem, server_name: app.internal } }", secure: true, protocol: "HTTP/2.0"},
	"h2c over unix": {upstream: "{ url: unix://{at}, protocol: h2 }", unix: true, protocol: "HTTP/2.0"},
}

// appStreams is how many requests such an app takes on one HTTP/2 connection.
const appStreams = 10

// startKind runs an app of a kind, which takes HTTP/1.1 beside HTTP/2, and
// returns the upstream for it.
func startKind(t *testing.T, kind appKind, handle http.HandlerFunc) (upstream string) {
	t.Helper()
	srv := &http.Server{Handler: handle, ReadHeaderTimeout: time.Minute, ErrorLog: log.New(io.Discard, "", 0), Protocols: new(http.Protocols)}
	srv.Protocols.SetHTTP1(true)
	srv.Protocols.SetHTTP2(kind.secure)
	srv.Protocols.SetUnencryptedHTTP2(!kind.secure)
	srv.HTTP2 = &http.HTTP2Config{MaxConcurrentStreams: appStreams}
	l := listenAs(t, kind)
	t.Cleanup(func() { srv.Close() })
	if kind.secure {
		srv.TLSConfig = &tls.Config{Certificates: []tls.Certificate{testAuthority.issue(t, "app.internal")}}
		go srv.ServeTLS(l, "", "")
	} else {
		go srv.Serve(l)
	}
	return strings.ReplaceAll(kind.upstream, "{at}", l.Addr().String())
}

// listenAs listens as a kind of app does.
func listenAs(t *testing.T, kind appKind) net.Listener {
	t.Helper()
	network, at := "tcp", "127.0.0.1:0"
	if kind.unix {
		network, at = "unix", filepath.Join(t.TempDir(), "app.sock")
	}
	l, err := net.Listen(network, at)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	return l
}

// eachKind runs a test in front of an app of each kind.
func eachKind(t *testing.T, test func(t *testing.T, kind appKind)) {
	for name, kind := range appKinds {
		t.Run(name, func(t *testing.T) { test(t, kind) })
	}
}

// impatient makes one time-out of the app's short.
func impatient(c *config.Config) { c.Sites[0].Upstream.Timeouts.ResponseHeader = 50 * time.Millisecond }

// ready is what the admin listener says of the sites' apps.
func (g *gateway) ready() int {
	w := httptest.NewRecorder()
	g.gw.admin.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	return w.Code
}
