package proxy

import (
	"net/http"
	"slices"
	"testing"
)

// The fields of a plain request over HTTP/2, and one with others in their place
// or behind them.
var h2Plain = []string{":method", "POST", ":scheme", "https", ":authority", "app.test", ":path", "/public/x"}

func h2With(changes ...string) []string {
	fields := slices.Clone(h2Plain)
	for i := 0; i < len(changes); i += 2 {
		if at := slices.Index(fields, changes[i]); at >= 0 && at < len(h2Plain) {
			fields[at+1] = changes[i+1]
		} else {
			fields = append(fields, changes[i], changes[i+1])
		}
	}
	return fields
}

// What HTTP/1.1 would read otherwise than it was meant is refused, on its stream
// alone or with its connection (RFC 9113, section 8.2 and 8.3), and never reaches
// the app.
func TestH2_SmugglingRefused(t *testing.T) {
	app := startStrictApp(t)
	g := startTLSGateway(t, testConfig, app.url)
	// What net/http lets through is refused with a status of the gateway's own; in
	// the other rows it may be the stream or the connection that ends.
	ours := []string{"a blank in the method", "two lengths", "another host", "two hosts", "two hosts, ours second"}
	for name, fields := range map[string][]string{
		"an encoding":              h2With("transfer-encoding", "chunked"),
		"identity":                 h2With("transfer-encoding", "identity"),
		"Connection":               h2With("connection", "close"),
		"Proxy-Connection":         h2With("proxy-connection", "keep-alive"),
		"Keep-Alive":               h2With("keep-alive", "timeout=5"),
		"Upgrade":                  h2With("upgrade", "websocket"),
		"TE of another kind":       h2With("te", "chunked"),
		"a name in upper case":     h2With("Transfer-Encoding", "chunked"),
		"CR LF in a value":         h2With("x-a", "1\r\ntransfer-encoding: chunked"),
		"LF in a value":            h2With("x-a", "1\ntransfer-encoding: chunked"),
		"CR in a value":            h2With("x-a", "1\rtransfer-encoding: chunked"),
		"NUL in a value":           h2With("x-a", "1\x00"),
		"CR LF in a name":          h2With("x-a: 1\r\nx-b", "2"),
		"a colon in a name":        h2With("x-a:", "1"),
		"a blank in a name":        h2With("x a", "1"),
		"an empty name":            h2With("", "1"),
		"CR LF in the method":      h2With(":method", "GET /x HTTP/1.1\r\nHost: app.test\r\n\r\nGET"),
		"a blank in the method":    h2With(":method", "GET /x"),
		"no method":                h2With(":method", ""),
		"CR LF in the path":        h2With(":path", "/public/x HTTP/1.1\r\nX-A: 1"),
		"no path":                  h2Plain[:6],
		"a path in absolute form":  h2With(":path", "http://app.test/public/x"),
		"no scheme":                append(h2Plain[:2:2], h2Plain[4:]...),
		"a scheme with CR LF":      h2With(":scheme", "https://evil.test/\r\nX-A: 1"),
		"a blank in the authority": h2With(":authority", "app.test evil.test"),
		"a user in the authority":  h2With(":authority", "evil.test@app.test"),
		"a path in the authority":  h2With(":authority", "app.test/x"),
		"two methods":              append(h2With(), ":method", "GET"),
		"two paths":                append(h2With(), ":path", "/x"),
		"two authorities":          append(h2With(), ":authority", "evil.test"),
		"a pseudo field behind":    append(h2With("x-a", "1"), ":path", "/x"),
		"an unknown pseudo field":  append([]string{":x", "1"}, h2Plain...),
		"an answer's":              append([]string{":status", "200"}, h2Plain...),
		"extended CONNECT":         append([]string{":protocol", "websocket"}, h2With(":method", "CONNECT")...),
		"CONNECT":                  {":method", "CONNECT", ":authority", "app.test:443"},
		"two lengths":              h2With("content-length", "5", "content-length", "6"),
		"a length that is none":    h2With("content-length", "+5"),
		"a list of lengths":        h2With("content-length", "5, 5"),
		"another host":             h2With("host", "evil.test"),
		"two hosts":                append(h2Plain[:4:4], ":path", "/public/x", "host", "app.test", "host", "evil.test"),
		"two hosts, ours second":   append(h2Plain[:4:4], ":path", "/public/x", "host", "evil.test", "host", "app.test"),
	} {
		t.Run(name, func(t *testing.T) {
			status := dialH2(t, g).refusal(fields)
			switch {
			case slices.Contains(ours, name) && status != http.StatusBadRequest,
				status != 0 && (status < 400 || status > 499):
				t.Errorf("answered %d", status)
			}
			if arrived, faults := app.take(); len(arrived)+len(faults) > 0 {
				t.Errorf("arrived %q, faults %q", arrived, faults)
			}
		})
	}
}

// refusal sends a request, a body of five bytes with it, and returns the
// status: 0 where the stream or the connection ended.
func (c *h2client) refusal(fields []string) (status int) {
	c.t.Helper()
	stream := c.openFields(0, fields...)
	c.write(h2Data, h2EndStream, stream, []byte("hello"))
	for {
		kind, _, id, payload, err := c.next()
		switch {
		case err != nil, kind == h2GoAway, kind == h2Reset && id == stream:
			return 0
		case kind == h2Headers && id == stream:
			return c.status(payload)
		}
	}
}
