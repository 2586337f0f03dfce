package proxy

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// strictApp is an app that takes nothing on trust: it reads what the gateway
// sends by the letter of RFC 9112, and notes what could be read in two ways.
type strictApp struct {
	url string

	mu      sync.Mutex
	arrived []string // "METHOD target body"
	faults  []string
}

// startStrictApp runs one, which answers every request 200.
func startStrictApp(t *testing.T) *strictApp {
	t.Helper()
	app := new(strictApp)
	app.url = startSocket(t, func(conn net.Conn) {
		for r := bufio.NewReader(conn); ; {
			if _, err := r.Peek(1); err != nil {
				return
			}
			request, err := readStrictly(r)
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
				return // broken off: no request
			}
			app.note(request, err)
			if err != nil {
				return
			}
			answer := "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
			if !strings.HasPrefix(request, "HEAD ") {
				answer += "ok"
			}
			_, _ = io.WriteString(conn, answer) // the gateway will notice
		}
	})
	return app
}

// note keeps what arrived.
func (app *strictApp) note(request string, err error) {
	app.mu.Lock()
	defer app.mu.Unlock()
	app.arrived = append(app.arrived, strings.TrimSpace(request))
	if err != nil {
		app.faults = append(app.faults, fmt.Sprintf("%s: %v", request, err))
	}
}

// take returns what has arrived since the last call, and what was wrong with it.
func (app *strictApp) take() (arrived, faults []string) {
	app.mu.Lock()
	defer app.mu.Unlock()
	arrived, faults = app.arrived, app.faults
	app.arrived, app.faults = nil, nil
	return arrived, faults
}

var (
	strictRequestLine = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+ /[^\x00-\x20\x7f]* HTTP/1\\.1$")
	strictField       = regexp.MustCompile("^[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?([^\x00-\x08\x0a-\x1f\x7f]*)$")
	strictLength      = regexp.MustCompile("^(0|[1-9][0-9]*)$")
	strictChunk       = regexp.MustCompile("^[0-9a-f]+$")
)

// readStrictly reads one request.
func readStrictly(r *bufio.Reader) (request string, err error) {
	line, err := strictLine(r)
	if err != nil || !strictRequestLine.MatchString(line) {
		return line, fmt.Errorf("request line %q %w", line, err)
	}
	request = strings.TrimSuffix(line, " HTTP/1.1") + " "
	fields, err := strictFields(r)
	if err != nil {
		return request, err
	}
	lengths, encodings := fields["content-length"], fields["transfer-encoding"]
	switch {
	case len(fields["host"]) != 1:
		return request, fmt.Errorf("%q are the hosts", fields["host"])
	case len(lengths) > 1 || len(encodings) > 1 || len(lengths)+len(encodings) > 1:
		return request, fmt.Errorf("framed by %q and %q", lengths, encodings)
	case len(encodings) == 1 && encodings[0] != "chunked":
		return request, fmt.Errorf("encoded as %q", encodings[0])
	case len(lengths) == 1 && !strictLength.MatchString(lengths[0]):
		return request, fmt.Errorf("%q long", lengths[0])
	case len(lengths) == 1:
		n, err := strconv.Atoi(lengths[0])
		if err != nil {
			return request, err
		}
		body := make([]byte, n)
		_, err = io.ReadFull(r, body)
		return request + string(body), err
	case len(encodings) == 1:
		body, err := strictChunks(r)
		return request + body, err
	}
	return request, nil
}

func strictChunks(r *bufio.Reader) (body string, err error) {
	for {
		size, err := strictLine(r)
		if err != nil || !strictChunk.MatchString(size) {
			return body, fmt.Errorf("chunk size %q %w", size, err)
		}
		n, err := strconv.ParseInt(size, 16, 32)
		if err != nil {
			return body, err
		}
		if n == 0 {
			_, err := strictFields(r) // the trailers
			return body, err
		}
		chunk := make([]byte, n)
		if _, err := io.ReadFull(r, chunk); err != nil {
			return body, err
		}
		body += string(chunk)
		if end, err := strictLine(r); end != "" || err != nil {
			return body, fmt.Errorf("after a chunk: %q %w", end, err)
		}
	}
}

func strictFields(r *bufio.Reader) (map[string][]string, error) {
	fields := map[string][]string{}
	for {
		line, err := strictLine(r)
		if err != nil {
			return nil, err
		}
		if line == "" {
			return fields, nil
		}
		field := strictField.FindStringSubmatch(line)
		if field == nil {
			return nil, fmt.Errorf("field %q", line)
		}
		name, _, _ := strings.Cut(line, ":")
		name = strings.ToLower(name)
		fields[name] = append(fields[name], field[1])
	}
}

// strictLine reads a line, whose CR and LF are its end and nothing else.
func strictLine(r *bufio.Reader) (string, error) {
	line, err := r.ReadString('\n')
	if err != nil {
		return line, err
	}
	text, ended := strings.CutSuffix(line, "\r\n")
	if !ended || strings.ContainsAny(text, "\r\x00") {
		return line, fmt.Errorf("line %q", line)
	}
	return text, nil
}
