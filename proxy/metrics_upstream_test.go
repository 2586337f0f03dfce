package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

func TestMetrics_UpstreamErrors(t *testing.T) {
	answers := func(text string) func(*testing.T) string {
		return func(t *testing.T) string {
			return startSocket(t, func(conn net.Conn) {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, text) // the gateway will notice
				}
			})
		}
	}
	for kind, start := range map[string]func(t *testing.T) string{
		"dial": func(*testing.T) string { return "http://127.0.0.1:1" },
		"response-timeout": func(t *testing.T) string {
			return startApp(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		},
		"reset":    answers(""),
		"protocol": answers("220 smtp.test ESMTP\r\n\r\n"),
		"tls": func(t *testing.T) string {
			return strings.Replace(startApp(t, func(http.ResponseWriter, *http.Request) {}), "http:", "https:", 1)
		},
		"broken-off": answers("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred"),
	} {
		t.Run(kind, func(t *testing.T) {
			g := startGateway(t, testConfig, start(t), impatient)
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x"))
			_, _ = io.ReadAll(io.LimitReader(r, 10)) // the answer, or its beginning
			g.wantCounts("ferngate_upstream_errors_total", map[string]float64{kind: 1})
		})
	}
}

// A client that goes away is no error of the app's.
func TestMetrics_ClientGoneIsNoUpstreamError(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the beginning")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	g := startGateway(t, testConfig, app)
	conn, r := g.dial()
	write(t, conn, request("GET", "/public/x"))
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 200 none": 1})
	g.wantCounts("ferngate_upstream_errors_total", map[string]float64{})
}
