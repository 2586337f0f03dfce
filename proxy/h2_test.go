package proxy

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"encoding/binary"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/http2/hpack"

	"github.com/ferngate/ferngate/config"
)

// h2client speaks as much HTTP/2 (RFC 9113) as it takes to send a :path that no
// client library would.
type h2client struct {
	t      *testing.T
	conn   *tls.Conn
	r      *bufio.Reader
	header *hpack.Decoder
	stream uint32
}

// The frame types and flags that it knows (RFC 9113, section 6).
const (
	h2Data, h2Headers, h2Reset, h2Settings, h2GoAway = 0, 1, 3, 4, 7

	h2EndStream, h2Ack, h2EndHeaders = 1, 1, 4
)

func dialH2(t *testing.T, g *gateway) *h2client {
	t.Helper()
	conn, err := tls.Dial("tcp", strings.TrimPrefix(g.url, "https://"), &tls.Config{
		InsecureSkipVerify: true, // the test's own server
		NextProtos:         []string{"h2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	if p := conn.ConnectionState().NegotiatedProtocol; p != "h2" {
		t.Fatalf("the server speaks %q", p)
	}
	c := &h2client{t: t, conn: conn, r: bufio.NewReader(conn), header: hpack.NewDecoder(4096, nil), stream: 1}
	if _, err := io.WriteString(conn, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	c.write(h2Settings, 0, 0, nil)
	return c
}

func (c *h2client) write(kind, flags byte, stream uint32, payload []byte) {
	c.t.Helper()
	frame := binary.BigEndian.AppendUint32(nil, uint32(len(payload))<<8|uint32(kind))
	frame = binary.BigEndian.AppendUint32(append(frame, flags), stream)
	if _, err := c.conn.Write(append(frame, payload...)); err != nil {
		c.t.Fatal(err)
	}
}

func (c *h2client) read() (kind, flags byte, stream uint32, payload []byte) {
	c.t.Helper()
	kind, flags, stream, payload, err := c.next()
	if err != nil {
		c.t.Fatal(err)
	}
	return kind, flags, stream, payload
}

// next is read where the connection may be over.
func (c *h2client) next() (kind, flags byte, stream uint32, payload []byte, err error) {
	var head [9]byte
	if _, err := io.ReadFull(c.r, head[:]); err != nil {
		return 0, 0, 0, nil, err
	}
	first := binary.BigEndian.Uint32(head[:4])
	payload = make([]byte, first>>8)
	_, err = io.ReadFull(c.r, payload)
	return byte(first), head[4], binary.BigEndian.Uint32(head[5:]), payload, err
}

// send sends a request without a body, and returns the answer's status and
// body: 0 where the server reset the stream.
func (c *h2client) send(method, path string, headers ...string) (status int, body string) {
	c.t.Helper()
	return c.answer(c.open(h2EndStream, method, path, headers...))
}

// open sends a request's head on a new stream.
func (c *h2client) open(flags byte, method, path string, headers ...string) (stream uint32) {
	c.t.Helper()
	return c.openFields(flags, append([]string{":method", method, ":scheme", "https", ":authority", "app.test", ":path", path}, headers...)...)
}

// openFields sends fields, name and value in turn, on a new stream.
func (c *h2client) openFields(flags byte, fields ...string) (stream uint32) {
	c.t.Helper()
	stream = c.stream
	c.stream += 2
	c.write(h2Headers, h2EndHeaders|flags, stream, c.block(fields...))
	return stream
}

// block encodes fields.
func (c *h2client) block(fields ...string) []byte {
	c.t.Helper()
	var block bytes.Buffer
	enc := hpack.NewEncoder(&block)
	enc.SetMaxDynamicTableSize(0) // each block stands for itself
	for i := 0; i < len(fields); i += 2 {
		if err := enc.WriteField(hpack.HeaderField{Name: fields[i], Value: fields[i+1]}); err != nil {
			c.t.Fatal(err)
		}
	}
	return block.Bytes()
}

// answer reads the answer on a stream.
func (c *h2client) answer(stream uint32) (status int, body string) {
	c.t.Helper()
	for {
		kind, flags, id, payload := c.read()
		switch {
		case kind == h2Settings && flags&h2Ack == 0:
			c.write(h2Settings, h2Ack, 0, nil)
		case kind == h2GoAway:
			c.t.Fatalf("the connection is over: %q", payload)
		case id != stream:
		case kind == h2Reset:
			return 0, ""
		case kind == h2Headers:
			if s := c.status(payload); s > 0 {
				status = s
			}
		case kind == h2Data:
			body += string(payload)
		}
		if id == stream && flags&h2EndStream != 0 && (kind == h2Headers || kind == h2Data) {
			return status, body
		}
	}
}

// status is that of an answer's head; 0 is that of trailers.
func (c *h2client) status(block []byte) int {
	c.t.Helper()
	list, err := c.header.DecodeFull(block)
	if err != nil {
		c.t.Fatal(err)
	}
	status, _ := strconv.Atoi(list[0].Value)
	return status
}

// What HTTP/1.1 clients cannot name away, HTTP/2 ones cannot either.
func TestH2_IdentityHeaders(t *testing.T) {
	app := startRecorder(t, "")
	g := startTLSGateway(t, testConfig, app.url)
	c := dialH2(t, g)
	for _, name := range otherSpellings {
		status, body := c.send("GET", "/opt/x", strings.ToLower(name), "admin")
		if status != 200 {
			t.Fatalf("%s: %d %s", name, status, body)
		}
		wantNobody(t, app.next(t))
	}
}

func TestH2_PathArrivesAsSent(t *testing.T) {
	app := startRecorder(t, "")
	g := startTLSGateway(t, adminOnly, app.url)
	c := dialH2(t, g)
	for _, path := range []string{"/a%2Fb;c?x=1;y=%zz&&", "//host/x", "//a/b", "/?", "/a%2fb/%41", `/a"b|c\d`} {
		if status, _ := c.send("GET", path); status != 200 {
			t.Errorf("%s: %d", path, status)
		}
		if got := app.next(t); got.line != "GET "+path+" HTTP/1.1" {
			t.Errorf("%s arrived as %s", path, got.line)
		}
	}
}

// What would end the target, or begin another header, in HTTP/1.1 is no path.
func TestH2_PathThatHTTP1CannotCarry(t *testing.T) {
	app := startRecorder(t, "")
	g := startTLSGateway(t, testConfig, app.url)
	c := dialH2(t, g)
	for _, path := range []string{
		"/admin HTTP/1.0", "/public/x HTTP/1.0", "/public/x?a b", "/public/x?a b HTTP/1.1", " /public/x", "/public/x ", "/public/ x",
		"/public/x\ty", "/public/x?\t", "/public/x\r\nX-Ferngate-User: admin", "/public/x\x00", "/public/x\x7f", "/public/x#y",
		`//a"b`, `//public/x|y`, "https://app.test/public/x", "", "public/x", "*",
	} {
		// net/http resets the stream (0) of what it knows to be malformed by itself.
		if status, body := c.send("GET", path); status != 400 && status != 0 {
			t.Errorf("%q: %d %s", path, status, body)
		}
	}
	for _, path := range []string{"/admin HTTP/1.0", "/public/x?a b", `//a"b`} {
		if status, body := c.send("GET", path); status != 400 {
			t.Errorf("%q: %d %s", path, status, body)
		}
	}
	app.none(t)
}

// An app that answers before the body is over: the stream ends, and with it
// what still reads the body; the connection and the process go on.
func TestH2_EarlyAnswer(t *testing.T) {
	g := startTLSGateway(t, testConfig, startEarly(t, "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno"))
	c := dialH2(t, g)
	for range 5 {
		stream := c.open(0, "POST", "/public/x")
		c.write(h2Data, 0, stream, []byte("hello")) // and no more
		if status, body := c.answer(stream); status != 404 || body != "no" {
			t.Fatalf("%d %s", status, body)
		}
	}
	if status, body := c.send("GET", "/.ferngate/sign-in"); status != 200 {
		t.Errorf("the next request: %d %s", status, body)
	}
}

// The limit is on the client's pauses: an app that is slow to read makes the
// client wait, and that is no pause of the client's.
func TestSlowReader(t *testing.T) {
	const size = 16 << 20 // more than buffers and flow-control windows hold
	limit := func(c *config.Config) { c.Limits.BodyTimeout = time.Second }
	for name, start := range map[string]func(t *testing.T, app string) *gateway{
		"HTTP/1.1": func(t *testing.T, app string) *gateway { return startGateway(t, testConfig, app, limit) },
		"HTTP/2":   func(t *testing.T, app string) *gateway { return startTLSGateway(t, testConfig, app, limit) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			waited := make(chan struct{})
			g := start(t, startApp(t, func(w http.ResponseWriter, r *http.Request) {
				_, _ = io.CopyN(io.Discard, r.Body, 1000)
				<-waited
				n, err := io.Copy(io.Discard, r.Body)
				fmt.Fprint(w, n, err)
			}))
			time.AfterFunc(1500*time.Millisecond, func() { close(waited) })
			if a := g.sendAs(name, http.MethodPost, "/public/x", strings.Repeat("a", size)); a.body != fmt.Sprint(size-1000, nil) {
				t.Errorf("%d %s", a.status, a.body)
			}
		})
	}
}

// sendAs sends a request by this protocol.
func (g *gateway) sendAs(proto, method, target, body string) answer {
	g.t.Helper()
	transport := testTransport.Clone()
	transport.ForceAttemptHTTP2 = proto == "HTTP/2"
	defer transport.CloseIdleConnections()
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+target, strings.NewReader(body))
	if err != nil {
		g.t.Fatal(err)
	}
	req.Host = g.host
	res, err := transport.RoundTrip(req)
	if err != nil {
		g.t.Fatal(err)
	}
	if !strings.HasPrefix(res.Proto, proto) {
		g.t.Errorf("%s was spoken", res.Proto)
	}
	return read(g.t, res)
}
