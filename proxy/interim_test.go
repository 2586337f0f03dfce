package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What follows on an HTTP/1.0 connection is not trusted, whatever the answer:
// an interim one before it changes nothing.
func TestHTTP10_InterimAnswer(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
	g := startGateway(t, testConfig, app.url)
	conn, r := g.dial()
	write(t, conn, "POST /public/x HTTP/1.0\r\nHost: app.test\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"+
		"0\r\n\r\nGET /public/smuggled HTTP/1.0\r\nHost: app.test\r\n\r\n")
	var statuses []int
	for {
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			break
		}
		if res.StatusCode >= 200 && !res.Close {
			t.Error("the answer says that the connection goes on")
		}
		statuses = append(statuses, read(t, res).status)
	}
	if final := slices.DeleteFunc(statuses, func(s int) bool { return s < 200 }); !slices.Equal(final, []int{200}) {
		t.Errorf("answered %d", statuses)
	}
	if got := app.next(t); got.line != "POST /public/x HTTP/1.1" {
		t.Errorf("arrived %s", got.line)
	}
	app.none(t)
}

// net/http says 100 by itself when the body is first read, in one goroutine,
// while hints are sent on in another: they must not get into each other.
func TestInterimAnswers_ToExpectContinue(t *testing.T) {
	hints := strings.Repeat("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", 5)
	app := startSocket(t, func(conn net.Conn) {
		r := bufio.NewReader(conn)
		if _, err := http.ReadRequest(r); err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 100 Continue\r\n\r\n"+hints)
		_, _ = io.ReadFull(r, make([]byte, 5))
		_, _ = io.WriteString(conn, hints+"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 2\r\n\r\nok")
	})
	g := startGateway(t, testConfig, app)
	for range 20 {
		conn, r := g.dial()
		write(t, conn, request("POST", "/public/x", "Content-Length: 5", "Expect: 100-continue"))
		statuses := map[int]int{}
		for statuses[200] == 0 {
			res, err := http.ReadResponse(r, nil)
			if err != nil {
				t.Fatal(err)
			}
			if statuses[res.StatusCode]++; res.StatusCode == http.StatusContinue {
				write(t, conn, "hello")
			}
		}
		if statuses[100] != 1 || statuses[103] < 5 {
			t.Errorf("%v", statuses)
		}
	}
}
