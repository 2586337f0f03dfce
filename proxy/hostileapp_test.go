package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// Answers that could be taken for different ones, or for more than one, from an
// app that others have made their own, or that is badly written. Their end must
// not become the beginning of somebody else's answer.

// startHostile runs an app that answers /public/hostile with these bytes and
// goes on, and other requests with their own path.
func startHostile(t *testing.T, wire string) string {
	t.Helper()
	return startSocket(t, func(conn net.Conn) {
		for r := bufio.NewReader(conn); ; {
			req, err := http.ReadRequest(r)
			if err != nil {
				return
			}
			answer := fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(req.URL.Path), req.URL.Path)
			if req.URL.Path == "/public/hostile" {
				answer = wire
			}
			if _, err := io.WriteString(conn, answer); err != nil {
				return
			}
		}
	})
}

// hostileAnswers are those, and what a client is told: the status, 0 where the
// answer breaks off, and the body.
var hostileAnswers = map[string]struct {
	method string
	wire   string
	status int
	body   string
}{
	"two lengths":                {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 4\r\n\r\nevil", 502, ""},
	"two equal lengths":          {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
	"a list of lengths":          {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2, 4\r\n\r\nevil", 502, ""},
	"a signed length":            {"GET", "HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok", 502, ""},
	"a length beside chunks":     {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 99\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, "ok"},
	"an unknown encoding":        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 502, ""},
	"two encodings":              {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 502, ""},
	"a size that is none":        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok\r\n0\r\n\r\n", 0, ""},
	"a bare LF in a size":        {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\nok\r\n0\r\n\r\n", 0, ""},
	"more than a length":         {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, "ok"},
	"more than the chunks":       {"GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, "ok"},
	"a body for a HEAD":          {"HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 41\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, ""},
	"a body with a 304":          {"GET", "HTTP/1.1 304 Not Modified\r\nContent-Length: 41\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 304, ""},
	"a body with a 204":          {"GET", "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 204, ""},
	"a flood of interim answers": {"GET", strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </"+strings.Repeat("a", 1<<16)+">\r\n\r\n", 50) + "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
	"headers without an end":     {"GET", "HTTP/1.1 200 OK\r\nX-A: " + strings.Repeat("a", maxResponseHeader+1<<10) + "\r\n\r\n", 502, ""},
	"a bare CR in a value":       {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\rX-B: 2\r\n\r\nok", 502, ""},
	"NUL in a value":             {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A: 1\x00\r\n\r\nok", 502, ""},
	"no colon":                   {"GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-A\r\n\r\nok", 502, ""},
	"a status of two digits":     {"GET", "HTTP/1.1 20 OK\r\nContent-Length: 2\r\n\r\nok", 502, ""},
	"HTTP/0.9":                   {"GET", "ok, and evil\r\n", 502, ""},
	"an answer to HTTP/2":        {"GET", "HTTP/2.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200, "ok"},
}

func TestHostileApp(t *testing.T) {
	for name, c := range hostileAnswers {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, startHostile(t, c.wire))
			conn, r := g.dial()
			write(t, conn, request(c.method, "/public/hostile"))
			a, err := finalAnswer(r, c.method)
			switch {
			case c.status == 0 && err == nil:
				t.Errorf("looks whole: %d %q", a.status, a.body)
			case c.status != 0 && (err != nil || a.status != c.status || c.body != "" && a.body != c.body):
				t.Errorf("%d %q %v, want %d %q", a.status, a.body, err, c.status, c.body)
			}
			if strings.Contains(a.body, "evil") || a.header.Get("X-B") != "" {
				t.Errorf("%v %q", a.header, a.body)
			}
			// Whoever comes next has their own answer.
			for _, path := range []string{"/public/1", "/public/2", "/public/3"} {
				if a := g.get(path); a.status != http.StatusOK || a.body != path {
					t.Errorf("%s is answered %d %q", path, a.status, a.body)
				}
			}
		})
	}
}

// finalAnswer reads an answer that may break off, past what is interim.
func finalAnswer(r *bufio.Reader, method string) (answer, error) {
	for {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			return answer{}, err
		}
		if res.StatusCode >= http.StatusOK {
			body, err := io.ReadAll(res.Body)
			return answer{res.StatusCode, res.Header, string(body)}, err
		}
	}
}
