package proxy

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Requests that two servers could take for different ones, or for more than one.

// smuggling is a line of testdata/smuggling.txt.
type smuggling struct {
	what    string
	status  int      // of the first answer
	arrives []string // at the app, in turn
	raw     string
}

// readSmuggling reads the table, which says of itself what its columns are.
func readSmuggling(t *testing.T) []smuggling {
	t.Helper()
	text, err := os.ReadFile("testdata/smuggling.txt")
	if err != nil {
		t.Fatal(err)
	}
	var all []smuggling
	for line := range strings.Lines(string(text)) {
		if line = strings.TrimSpace(line); line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		columns := strings.SplitN(line, " | ", 4)
		if len(columns) != 4 {
			t.Fatalf("not four columns: %s", line)
		}
		c := smuggling{what: strings.TrimSpace(columns[0])}
		if c.status, err = strconv.Atoi(columns[1]); err != nil {
			t.Fatal(line, err)
		}
		for arrives := range strings.SplitSeq(columns[2], ",") {
			if arrives = strings.TrimSpace(arrives); arrives != "" {
				c.arrives = append(c.arrives, arrives)
			}
		}
		if c.raw, err = strconv.Unquote(`"` + columns[3] + `"`); err != nil {
			t.Fatal(line, err)
		}
		all = append(all, c)
	}
	return all
}

// Each request of the table is sent with another right behind it. It is refused
// and the connection closed, or one request reaches the app that can be read in
// one way only, and the other is its own.
func TestSmuggling(t *testing.T) {
	app := startStrictApp(t)
	g := startGateway(t, testConfig, app.url, func(c *config.Config) { c.Limits.BodyTimeout = 500 * time.Millisecond })
	for _, c := range readSmuggling(t) {
		t.Run(c.what, func(t *testing.T) {
			conn, r := g.dial()
			_, _ = io.WriteString(conn, c.raw+request("GET", "/public/next", "Connection: close")) // it may close before it has all
			method, _, _ := strings.Cut(c.raw, " ")
			res, err := http.ReadResponse(r, &http.Request{Method: method})
			if err != nil {
				t.Fatal(err)
			}
			if res.StatusCode == http.StatusContinue {
				if res, err = http.ReadResponse(r, &http.Request{Method: method}); err != nil {
					t.Fatal(err)
				}
			}
			a := read(t, res)
			rest, err := io.ReadAll(r)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection goes on")
			}
			if a.status != c.status {
				t.Errorf("answered %d %s, want %d", a.status, a.body, c.status)
			}
			arrived, faults := app.take()
			if !slices.Equal(arrived, c.arrives) || len(faults) > 0 {
				t.Errorf("arrived %q, want %q; faults %q", arrived, c.arrives, faults)
			}
			if next := slices.Contains(c.arrives, "GET /public/next"); next != bytes.HasPrefix(rest, []byte("HTTP/1.1 200 OK")) || bytes.Count(rest, []byte("HTTP/1.1")) > 1 {
				t.Errorf("then answered %q", rest)
			}
		})
	}
}
