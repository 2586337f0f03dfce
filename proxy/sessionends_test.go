package proxy

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Neither use nor renewal carries a session beyond its lifetime, and none
// beyond the idle time; what scripts ask for by themselves is no use.
func TestSessionEnds(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1", func(c *config.Config) { c.Session.Lifetime = 30 * time.Hour })
	g.stub()
	synctest.Test(t, func(t *testing.T) {
		cookie := g.serveSignIn(t, "alice")
		for range 11 { // the widget's token, once an hour
			time.Sleep(time.Hour)
			if a := g.serve(http.MethodGet, "/api/ferndesk-token", "", "Cookie", cookie); a.status != http.StatusOK || len(a.header["Set-Cookie"]) > 0 {
				t.Fatalf("%d %v", a.status, a.header)
			}
		}
		time.Sleep(time.Hour)
		if a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie); a.status != http.StatusUnauthorized {
			t.Errorf("idle for twelve hours: %d", a.status)
		}
		cookie = g.serveSignIn(t, "alice")
		for range 5 { // pages, every six hours
			a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie, "Accept", "text/html")
			if a.status != http.StatusOK {
				t.Fatalf("%d", a.status)
			}
			if len(a.header["Set-Cookie"]) > 0 {
				cookie = cookieOf(t, a)
			}
			time.Sleep(6 * time.Hour)
		}
		if a := g.serve(http.MethodGet, "/x", "", "Cookie", cookie); a.status != http.StatusUnauthorized {
			t.Errorf("after thirty hours: %d", a.status)
		}
	})
}
