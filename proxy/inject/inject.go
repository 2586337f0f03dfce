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
	// EditLater returns how a policy has to read that arrived after the element was sent.
	EditLater(policy string) string
}

// IsHTML reports whether an answer says that it is HTML or XHTML.
func IsHTML(h http.Header) bool {
	kind := readContentType(h.Get("Content-Type"))
	return kind.html || kind.xhtml
}

// Into makes the body of res that of the document with the editor's element in
// it, and its Content-Length the new one, or none if that is not known. It
// waits for the beginning of the body. With an error, which is a Reason or the
// editor's, the body is as it came. Into is not for answers without a body.
func Into(res *http.Response, e Editor) error {
	kind := readContentType(res.Header.Get("Content-Type"))
	coding, known := contentCoding(res.Header["Content-Encoding"])
	switch {
	case !kind.html && !kind.xhtml:
		return NotHTML
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
	w.fill(res.Body, res.ContentLength >= 0)
	pieces, err := w.edit(e)
	if err != nil {
		res.Body = &body{pieces: [][]byte{w.text}, rest: w.unread(res.Body), closer: res.Body, window: w}
		return err
	}
	b := &body{pieces: pieces, rest: w.unread(res.Body), closer: res.Body, window: w}
	if !w.complete() {
		b.rest = newLateScan(w, e, b.rest)
	}
	res.Body = b
	switch {
	case w.complete() && res.ContentLength >= 0:
		setLength(res, res.ContentLength+int64(w.grown))
	default:
		setLength(res, -1)
	}
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

// body is a document that is read in pieces: first those of its edited
// beginning, then the rest.
type body struct {
	pieces [][]byte
	rest   io.Reader
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
	return b.closer.Close()
}

// closed is a body that was closed before it was read.
type closed struct{}

// errClosed is what is read of it.
var errClosed = errors.New("the body was closed")

// Read implements io.Reader.
func (closed) Read([]byte) (int, error) { return 0, errClosed }
