package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"
)

// Unwrap lets http.ResponseController reach what net/http's writer can do.
func (x *exchange) Unwrap() http.ResponseWriter { return x.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (x *exchange) WriteHeader(status int) {
	h := x.Header()
	if status < http.StatusOK {
		x.writeInterim(status)
		return
	}
	if x.status == 0 {
		x.status, x.began = status, time.Now()
		x.demandHTTPS()
		if x.proxied && len(h["Content-Type"]) == 0 {
			h["Content-Type"] = nil // net/http would guess one, text/html among them
		}
		if x.proxied && status == http.StatusNotModified {
			// What it says of the page that it stands for (RFC 9110, sections 8.6 and 15.4.5).
			respell(h, "Content-Type")
			respell(h, "Content-Length")
		}
		if x.closeAfter || x.http10 || x.request.ProtoMajor == 1 && x.body.unfinished() {
			// net/http overlooks a Transfer-Encoding of an HTTP/1.0 request; what
			// follows on the connection cannot be trusted (RFC 9112, section 6.1).
			// Nor can what follows an early answer: net/http takes what it could not
			// read of the body for the next request (TestEarlyAnswer_AtOnce).
			h.Set("Connection", "close") // over HTTP/2 net/http sends a GOAWAY for it
		}
	}
	x.ResponseWriter.WriteHeader(status)
}

// writeInterim sends an interim answer of the app's on.
func (x *exchange) writeInterim(status int) {
	if x.http10 || status == http.StatusSwitchingProtocols {
		return // HTTP/1.0 knows none (RFC 9110, section 15.2), and a 101 is none but of HTTP/2, where it is nothing
	}
	expects := len(x.request.Header["Expect"]) > 0
	if expects && status == http.StatusContinue {
		return // net/http sends one when the body is read, which the app's sets off: it would come twice
	}
	dropOwnHeaders(x.Header())
	for _, name := range []string{"Connection", "Keep-Alive", "Proxy-Connection", "Transfer-Encoding", "Upgrade"} {
		x.Header().Del(name) // of the app's connection (RFC 9110, section 7.6.1), which ReverseProxy leaves here
	}
	if send := func() { x.ResponseWriter.WriteHeader(status) }; expects {
		x.body.apartFromContinue(send)
	} else {
		send()
	}
}

// Write implements http.ResponseWriter.
func (x *exchange) Write(p []byte) (int, error) {
	return x.send(func() (int, error) { return x.ResponseWriter.Write(p) })
}

// WriteString implements io.StringWriter, which net/http's writer does too.
func (x *exchange) WriteString(s string) (int, error) {
	return x.send(func() (int, error) { return io.WriteString(x.ResponseWriter, s) })
}

// send writes a piece of the answer, which must not take too long, and counts it.
func (x *exchange) send(write func() (int, error)) (int, error) {
	if x.status == 0 {
		x.WriteHeader(http.StatusOK)
	}
	x.sending.begin()
	defer x.sending.end()
	n, err := write()
	x.bytes += int64(n)
	x.unsent = x.unsent || err != nil
	return n, err
}

// FlushError is what http.ResponseController calls.
func (x *exchange) FlushError() error {
	x.sending.begin()
	defer x.sending.end()
	err := http.NewResponseController(x.ResponseWriter).Flush()
	x.unsent = x.unsent || err != nil
	return err
}

// Hijack implements http.Hijacker for an upgraded connection, whose answer does
// not come through WriteHeader.
func (x *exchange) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(x.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	x.status, x.began = http.StatusSwitchingProtocols, time.Now()
	x.lasts(x.site.counts.WebSockets)
	conn, rw = newTunnel(conn, rw)
	return conn, rw, nil
}
