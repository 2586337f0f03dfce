package proxy

import (
	"io"
	"net/http"
	"testing"
)

// The access line says why an answer is no better, so that an operator finds
// the cause by the request id.
func TestAccessLog_Reason(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, c := range []struct {
		name    string
		send    func()
		status  int64
		reason  string
		host    string // logged where no site has it
		aborted bool
	}{
		{"nobody on a required path", func() { g.get("/x") }, 401, errSignInNeeded.message, "", false},
		{"a host that is not ours", func() { g.get("/", "Host", "other.test:8080") }, 421, errWrongHost.message, "other.test:8080", false},
		{"a form from elsewhere", func() {
			g.send(http.MethodPost, signInPath, "login=a", "Origin", "https://evil.test", "Sec-Fetch-Site", "cross-site")
		}, 403, errCrossOrigin.message, "", false},
		{"what the app answered", func() { g.get("/public/x") }, 200, "", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			g.log.TakeAll()
			c.send()
			line := g.accessLine(t)
			reason, _ := line["reason"].(string)
			host, _ := line["host"].(string)
			if line["status"] != c.status || reason != c.reason || host != c.host || (line["aborted"] == true) != c.aborted {
				t.Errorf("logged %v", line)
			}
		})
	}
}

// An answer that the app broke off is not logged as a whole one.
func TestAccessLog_Aborted(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, "cut")
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	})
	g := startGateway(t, testConfig, app)
	conn, r := g.dial()
	write(t, conn, request("GET", "/public/x"))
	for {
		if _, err := r.ReadByte(); err != nil {
			break
		}
	}
	if line := g.accessLine(t); line["aborted"] != true {
		t.Errorf("logged %v", line)
	}
}
