// Package inject puts one element into an HTML document as it streams by: as
// early as the document allows, with every other byte as it came, but for the
// <meta> policies that the element needs extended. It holds back no more than
// the beginning of a document, and then no more than a token of its head.
package inject

import (
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Editor says what is put into a document.
type Editor interface {
	// Edit is told the <meta> policies of what has arrived of the document, and
	// returns the element, and how the policies have to read. With an error the
	// document stays as it is.
	Edit(policies []string) (element string, extended []string, err error)
	// EditLater returns how a policy has to read that arrived after the headers were sent.
	EditLater(policy string) string
	// Done is called once, if Into returned nil: with nil when the element is in
	// its place, or with a Reason why it is not after all.
	Done(err error)
}

// IsHTML reports whether an answer says that it is HTML or XHTML, and nothing else.
func IsHTML(h http.Header) bool {
	if len(h["Content-Type"]) != 1 {
		return false
	}
	kind := readContentType(h.Get("Content-Type"))
	return kind.html || kind.xhtml
}

// Into makes the body of res that of the document with the editor's element in
// it, and its Content-Length the new one, or none if that is not known. It
// waits for the end of the head where the length is known, for all of a short
// page, and else for no more than the app's first bytes: then the place is found
// as the body is read.
// With an error, which is a Reason or the editor's, the body is as it came. Into
// is for answers of HTML (IsHTML) with a body.
func Into(res *http.Response, e Editor) error {
	kind := readContentType(res.Header.Get("Content-Type"))
	coding, known := contentCoding(res.Header["Content-Encoding"])
	switch {
	case !known:
		return Encoding
	case coding == "":
		return intoPlain(res, kind, e)
	}
	return intoCoded(res, coding, kind, e)
}

// intoPlain is Into for a body without a Content-Encoding.
func intoPlain(res *http.Response, kind contentType, e Editor) error {
	w := newWindow(kind)
	// Where the length is known the rest is on its way, and all policies can be
	// found before it is sent, so that it stays known. A stream is not kept waiting.
	if 0 <= res.ContentLength && res.ContentLength <= limit {
		w.readAll(res.Body) // a short page is written at once: every write costs more than all of this
	} else {
		w.fill(res.Body, res.ContentLength >= 0)
	}
	pieces, err := w.edit(e)
	if err != nil {
		res.Body = &body{pieces: [][]byte{w.text}, rest: w.unread(res.Body), closer: res.Body, window: w}
		return err
	}
	if w.complete() && res.ContentLength >= 0 {
		setLength(res, res.ContentLength+int64(w.grown))
	} else {
		setLength(res, -1)
	}
	res.Body = newBody(w, pieces, e, res.Body, res.Body)
	return nil
}

// setLength makes the answer's length known, or unknown if it is under 0.
func setLength(res *http.Response, n int64) {
	res.ContentLength = n
	if n < 0 {
		delete(res.Header, "Content-Length")
		return
	}
	res.Header["Content-Length"] = []string{strconv.FormatInt(n, 10)}
}

// contentCoding is the one Content-Encoding of a body, "" for none; false if it
// is not known, or one of several.
func contentCoding(lines []string) (string, bool) {
	if len(lines) == 0 {
		return "", true
	}
	coding := strings.ToLower(strings.TrimSpace(strings.Join(lines, ",")))
	switch coding {
	case "identity":
		return "", true
	case "x-gzip": // RFC 9110, section 8.4.1.3
		return "gzip", true
	}
	_, known := codings[coding]
	return coding, known || coding == ""
}

// newBody is the edited text of a window, and what src has after it.
func newBody(w *window, pieces [][]byte, e Editor, src io.Reader, closer io.Closer) *body {
	b := &body{pieces: pieces, rest: w.unread(src), closer: closer, window: w}
	if !w.complete() {
		b.late = newLateScan(w, e, b.rest)
		b.rest = b.late
	}
	return b
}

// body is a document that is read in pieces: first those of its edited
// beginning, then the rest.
type body struct {
	pieces [][]byte
	rest   io.Reader
	late   *lateScan // rest, if that is looked at
	closer io.Closer
	window *window // whose memory the pieces are in; nil once it was given back
}

// Read implements io.Reader.
func (b *body) Read(p []byte) (int, error) {
	if b.window == nil {
		return b.rest.Read(p)
	}
	n := 0
	for len(b.pieces) > 0 && n < len(p) {
		m := copy(p[n:], b.pieces[0])
		n += m
		if b.pieces[0] = b.pieces[0][m:]; len(b.pieces[0]) == 0 {
			b.pieces = b.pieces[1:]
		}
	}
	if len(b.pieces) == 0 {
		b.window.free()
		b.window = nil
	}
	end, ended := b.rest.(failing)
	switch {
	case b.window != nil:
		return n, nil
	case ended:
		return n, end.err
	case n == 0:
		return b.rest.Read(p)
	}
	return n, nil
}

// Close implements io.Closer.
func (b *body) Close() error {
	if b.window != nil {
		b.window.free()
		b.window, b.pieces, b.rest = nil, nil, closed{}
	}
	if b.late != nil {
		b.late.close()
	}
	return b.closer.Close()
}

// closed is a body that was closed before it was read.
type closed struct{}

// errClosed is what is read of it.
var errClosed = errors.New("the body was closed")

// Read implements io.Reader.
func (closed) Read([]byte) (int, error) { return 0, errClosed }
