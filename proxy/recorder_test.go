package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

// arrived is a request as the app got it: every byte before the body, and the
// body without its framing.
type arrived struct {
	line    string // the request line
	headers []string
	body    string
	trailer []string
}

// recorder is an app that keeps what arrives and answers as it is told to.
type recorder struct {
	url     string
	arrived chan arrived
}

// values returns those of a header that arrived, in any spelling of its name.
func (a arrived) values(name string) []string {
	var values []string
	for _, h := range a.headers {
		n, v, _ := strings.Cut(h, ":")
		if string(foldHeader(nil, n)) == string(foldHeader(nil, name)) {
			values = append(values, strings.TrimSpace(v))
		}
	}
	return values
}

// startRecorder runs an app on a raw socket. Each request is answered with the
// given bytes; "" is a plain 200.
func startRecorder(t *testing.T, answer string) *recorder {
	t.Helper()
	if answer == "" {
		answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n\r\nok"
	}
	rec := &recorder{arrived: make(chan arrived, 1000)}
	rec.url = startSocket(t, func(conn net.Conn) { rec.serve(conn, answer) })
	return rec
}

// startSocket runs an app on a raw socket, which serves each connection in a
// goroutine of its own, and returns its URL.
func startSocket(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				serve(conn)
			}()
		}
	}()
	return "http://" + l.Addr().String()
}

func (rec *recorder) serve(conn net.Conn, answer string) {
	tee := new(strings.Builder)
	r := bufio.NewReader(conn)
	for {
		tee.Reset()
		for { // the head, line by line, as it came
			line, err := r.ReadString('\n')
			if err != nil {
				return
			}
			tee.WriteString(line)
			if line == "\r\n" {
				break
			}
		}
		head := tee.String()
		// Byte by byte, so that nothing of the next request is read.
		req, err := http.ReadRequest(bufio.NewReader(iotest.OneByteReader(io.MultiReader(strings.NewReader(head), r))))
		if err != nil {
			return
		}
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return
		}
		lines := strings.Split(strings.TrimSuffix(head, "\r\n\r\n"), "\r\n")
		a := arrived{line: lines[0], headers: lines[1:], body: string(body)}
		for name, values := range req.Trailer {
			for _, v := range values {
				a.trailer = append(a.trailer, name+": "+v)
			}
		}
		rec.arrived <- a
		if _, err := io.WriteString(conn, answer); err != nil {
			return
		}
	}
}

// next returns what arrived first of what was not looked at yet.
func (rec *recorder) next(t *testing.T) arrived {
	t.Helper()
	select {
	case a := <-rec.arrived:
		return a
	case <-time.After(20 * time.Second):
		t.Fatal("nothing arrived at the app")
		return arrived{}
	}
}

// none fails the test if something arrived at the app.
func (rec *recorder) none(t *testing.T) {
	t.Helper()
	select {
	case a := <-rec.arrived:
		t.Fatalf("this must not reach the app: %s %q", a.line, a.headers)
	default:
	}
}
