package proxy

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// A site's own limits count in place of those for all.
func TestLimitsOfASite(t *testing.T) {
	app := startApp(t, func(_ http.ResponseWriter, r *http.Request) { _, _ = r.Body.Read(make([]byte, 100)) })
	text := "limits: { body_size: 4, body_timeout: 1h }\n" + testConfig + "  - { host: own.test, upstream: {upstream}, limits: { body_size: 8 } }\n" +
		"  - { host: none.test, upstream: {upstream}, limits: { body_size: 0 } }\n  - { host: quick.test, upstream: {upstream}, limits: { body_timeout: 1s } }\n"
	g := startGateway(t, text, app, func(c *config.Config) { *c.Sites[3].Limits.BodyTimeout = 20 * time.Millisecond })
	for _, c := range []struct {
		host, body string
		want       int
	}{
		{"app.test", "0123", http.StatusOK}, {"app.test", "01234", http.StatusRequestEntityTooLarge},
		{"own.test", "01234567", http.StatusOK}, {"own.test", "012345678", http.StatusRequestEntityTooLarge},
		{"none.test", strings.Repeat("a", 1<<16), http.StatusOK},
	} {
		if a := g.send(http.MethodPost, "/public/x", c.body, "Host", c.host); a.status != c.want {
			t.Errorf("%s, %d bytes: %d", c.host, len(c.body), a.status)
		}
	}
	conn, r := g.dial()
	write(t, conn, request("POST", "/x", "Host: quick.test", "Content-Length: 4"))
	if a := readAnswer(t, r); a.status != http.StatusRequestTimeout {
		t.Errorf("a slow body: %d %s", a.status, a.body)
	}
}
