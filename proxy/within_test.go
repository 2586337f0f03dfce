package proxy

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// Helpers that look inside a running gateway, or around it.

// needs says that a test wants a program that not every machine has. Where
// everything must run, FERNGATE_E2E=1, a missing one is a failure; FERNGATE_E2E=0
// is for a machine that has only Go.
func needs(t *testing.T, program string) string {
	t.Helper()
	if os.Getenv("FERNGATE_E2E") == "0" {
		t.Skip("left out: FERNGATE_E2E=0")
	}
	path, err := exec.LookPath(program)
	if err != nil {
		path, err = exec.LookPath("/usr/sbin/" + program)
	}
	if err == nil {
		return path
	}
	if os.Getenv("FERNGATE_E2E") == "1" {
		t.Fatalf("%s is not installed", program)
	}
	t.Skipf("%s is not installed", program)
	return ""
}

// accessLine is the fields of the last line of the access log, which is written
// just after the client has its answer.
func (g *gateway) accessLine(t *testing.T) map[string]any {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); runtime.Gosched() {
		if lines := g.log.FilterMessage("request").All(); len(lines) > 0 {
			return lines[len(lines)-1].ContextMap()
		}
	}
	t.Fatal("no access log")
	return nil
}

// logText is the whole log as it would be written.
func (g *gateway) logText(t *testing.T) string {
	t.Helper()
	enc := zapcore.NewJSONEncoder(zap.NewProductionEncoderConfig())
	var all strings.Builder
	for _, entry := range g.log.All() {
		line, err := enc.EncodeEntry(entry.Entry, entry.Context)
		if err != nil {
			t.Fatal(err)
		}
		all.Write(line.Bytes())
	}
	return all.String()
}

// writeUsers replaces the users file and has it read; the error is that of reading it.
func (g *gateway) writeUsers(t *testing.T, text string) error {
	t.Helper()
	if err := os.WriteFile(filepath.Join(g.dir, "users.yaml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return g.reload()
}

// usersText is the users file that every test starts with.
func usersText() string { return fmt.Sprintf(testUsers, testHash) }

// roundTrip is an app without a socket.
type roundTrip func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// stub puts an app without a socket behind the site, for bubbles of
// testing/synctest. It answers with the headers, name and value in turn.
func (g *gateway) stub(headers ...string) {
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i < len(headers); i += 2 {
			h.Add(headers[i], headers[i+1])
		}
		return &http.Response{
			StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Header: h, Request: r,
			Body: io.NopCloser(strings.NewReader("ok")), ContentLength: 2,
		}, nil
	}))
}

// reachBy has requests to the app go by another way than the network.
func (g *gateway) reachBy(rt http.RoundTripper) {
	t, way := g.gw.sites.byHost["app.test"].transport, &anotherWay{rt}
	t.requests, t.upgrades = way, way
}

// anotherWay is one that keeps no connections.
type anotherWay struct{ http.RoundTripper }

// CloseIdleConnections implements closingTransport.
func (*anotherWay) CloseIdleConnections() {}

// serve calls the handler, without a connection.
func (g *gateway) serve(method, target, body string, headers ...string) answer {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "app.test"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	g.gw.ServeHTTP(w, r)
	res := w.Result()
	return answer{res.StatusCode, res.Header, w.Body.String()}
}

// serveSignIn is signIn without a connection.
func (g *gateway) serveSignIn(t *testing.T, login string) string {
	t.Helper()
	form := url.Values{"login": {login}, "password": {testPassword}}
	return cookieOf(t, g.serve(http.MethodPost, signInPath, form.Encode(), "Content-Type", "application/x-www-form-urlencoded"))
}
