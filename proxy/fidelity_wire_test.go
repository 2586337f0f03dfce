package proxy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// message is one request or answer as it went over the wire (RFC 9112), read
// with as little understanding as finding its end takes.
type message struct {
	start   string  // the request line or status line
	fields  []field // in the order they came in
	framing framing
	chunks  string // the lines that say how long each chunk is
	body    string
	trailer []field

	headed bool // the head is complete
	whole  bool // all of it is there
	end    int  // where it ends in what was read
}

// field is one line of a head. What follows the colon is as it came, blanks and
// all; of a line that ends with a bare LF it is part of the value.
type field struct{ name, value string }

// framing is how the end of a body is told (RFC 9112, section 6.3).
type framing string

const (
	unframed framing = "no body"
	byLength framing = "length"
	byChunks framing = "chunks"
	byClose  framing = "close"
)

// is reports whether the field is of this name.
func (f field) is(name string) bool { return strings.EqualFold(f.name, name) }

// values returns those of the header fields of a name.
func (m *message) values(name string) []string {
	var values []string
	for _, f := range m.fields {
		if f.is(name) {
			values = append(values, strings.TrimSpace(f.value))
		}
	}
	return values
}

// has reports whether a field lists a word.
func (m *message) has(name, word string) bool { return hasToken(m.values(name), ",", word) }

// method is the request's.
func (m *message) method() string {
	method, _, _ := strings.Cut(m.start, " ")
	return method
}

// status is the answer's; 0 for what is no answer.
func (m *message) status() int {
	_, rest, _ := strings.Cut(m.start, " ")
	code, _, _ := strings.Cut(rest, " ")
	status, _ := strconv.Atoi(code)
	return status
}

// interim reports whether another answer follows (RFC 9110, section 15.2).
func (m *message) interim() bool { return strings.HasPrefix(m.start, "HTTP/") && m.status()/100 == 1 }

// String is all that is compared of a message, to be read.
func (m *message) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q\n", m.start)
	for _, f := range m.fields {
		fmt.Fprintf(&b, "  %q:%q\n", f.name, f.value)
	}
	fmt.Fprintf(&b, "  framed by %s %q, whole: %t\n", m.framing, m.chunks, m.whole)
	fmt.Fprintf(&b, "  body %q\n", m.body)
	for _, f := range m.trailer {
		fmt.Fprintf(&b, "  trailer %q:%q\n", f.name, f.value)
	}
	return b.String()
}

// clone is a copy that rules may change.
func (m *message) clone() *message {
	c := *m
	c.fields, c.trailer = slices.Clone(m.fields), slices.Clone(m.trailer)
	return &c
}

// wireReader reads messages from what came so far.
type wireReader struct {
	raw   string
	at    int
	ended bool // nothing follows raw
}

// readRequests returns the requests that raw begins, the last one in part.
func readRequests(raw string, ended bool) []*message {
	r := &wireReader{raw: raw, ended: ended}
	var list []*message
	for r.at < len(raw) {
		if rest, empty := strings.CutPrefix(raw[r.at:], "\r\n"); empty {
			r.at = len(raw) - len(rest) // a line that old browsers sent after a form (RFC 9112, section 2.2)
			continue
		}
		m := &message{framing: unframed}
		list = append(list, m)
		if m.start, m.fields, m.headed = r.head(); !m.headed {
			break
		}
		r.body(m)
		if m.end = r.at; !m.whole {
			break
		}
	}
	return list
}

// readAnswers returns the answers to these requests, interim ones among them.
func readAnswers(raw string, ended bool, requests []*message) []*message {
	r := &wireReader{raw: raw, ended: ended}
	var list []*message
	for finals := 0; r.at < len(raw); {
		m := &message{framing: byClose}
		list = append(list, m)
		if m.start, m.fields, m.headed = r.head(); !m.headed {
			break
		}
		bodyless := finals < len(requests) && requests[finals].method() == "HEAD"
		if bodyless || m.status()/100 == 1 || m.status() == 204 || m.status() == 304 {
			m.framing, m.whole = unframed, true
		} else {
			r.body(m)
		}
		if m.end = r.at; !m.whole {
			break
		}
		if !m.interim() {
			finals++
		}
	}
	return list
}

// line returns the next one without its CRLF; of one that ends with a bare LF,
// with that.
func (r *wireReader) line() (string, bool) {
	line, _, found := strings.Cut(r.raw[r.at:], "\n")
	if !found {
		r.at = len(r.raw)
		return line, false
	}
	r.at += len(line) + 1
	if rest, ok := strings.CutSuffix(line, "\r"); ok {
		return rest, true
	}
	return line + "\n", true
}

func (r *wireReader) head() (start string, fields []field, whole bool) {
	start, whole = r.line()
	if !whole {
		return start, nil, false
	}
	fields, whole = r.fields()
	return start, fields, whole
}

// fields reads those up to the empty line. A line that begins with a blank is
// the last one's continuation (RFC 9112, section 5.2).
func (r *wireReader) fields() (fields []field, whole bool) {
	for {
		line, whole := r.line()
		if !whole || strings.Trim(line, "\n") == "" {
			return fields, whole
		}
		if last := len(fields) - 1; last >= 0 && strings.ContainsAny(line[:1], " \t") {
			fields[last].value += "\r\n" + line
			continue
		}
		name, value, _ := strings.Cut(line, ":")
		fields = append(fields, field{name, value})
	}
}

// body reads that of a message whose framing is, without a header that tells it,
// what it says already.
func (r *wireReader) body(m *message) {
	lengths := m.values("Content-Length")
	switch {
	case m.has("Transfer-Encoding", "chunked"):
		m.framing = byChunks
		m.whole = r.chunked(m)
	case len(lengths) > 0:
		m.framing = byLength
		size, _ := strconv.Atoi(lengths[0])
		m.body, m.whole = r.take(size)
	case m.framing == byClose:
		m.body, _ = r.take(len(r.raw))
		m.whole = r.ended
	default:
		m.whole = true
	}
}

func (r *wireReader) take(size int) (string, bool) {
	taken := r.raw[r.at:min(r.at+size, len(r.raw))]
	r.at += len(taken)
	return taken, len(taken) == size
}

func (r *wireReader) chunked(m *message) (whole bool) {
	for {
		line, ok := r.line()
		if !ok {
			return false
		}
		m.chunks += "[" + line + "]"
		digits, _, _ := strings.Cut(line, ";")
		size, err := strconv.ParseInt(strings.TrimSpace(digits), 16, 64)
		if err != nil {
			return false
		}
		if size == 0 {
			m.trailer, whole = r.fields()
			return whole
		}
		data, ok := r.take(int(size))
		m.body += data
		if !ok {
			return false
		}
		if _, ok = r.line(); !ok {
			return false
		}
	}
}
