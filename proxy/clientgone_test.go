package proxy

import (
	"io"
	"net/http"
	"testing"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// To a client that went away, or said that it has no more to say, nothing is
// answered, least of all an empty 200; the log says 499.
func TestClientGone(t *testing.T) {
	asked := make(chan struct{})
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		asked <- struct{}{}
		<-r.Context().Done()
	})
	for name, leave := range map[string]func(interface{ CloseWrite() error }) error{
		"half closed": func(c interface{ CloseWrite() error }) error { return c.CloseWrite() },
		"closed":      func(c interface{ CloseWrite() error }) error { return c.(io.Closer).Close() },
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, app)
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x"))
			<-asked
			if err := leave(conn.(interface{ CloseWrite() error })); err != nil {
				t.Fatal(err)
			}
			if rest, _ := io.ReadAll(r); len(rest) > 0 {
				t.Errorf("answered %q", rest)
			}
			if status := g.accessLine(t)["status"]; status != int64(metrics.StatusClientGone) {
				t.Errorf("the log says %v", status)
			}
			if n := g.log.FilterMessageSnippet("the upstream failed").Len(); n != 0 {
				t.Errorf("%d failures of the app in the log", n)
			}
		})
	}
}
