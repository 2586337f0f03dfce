package inject

import (
	"bytes"
	"io"
	"sync"
)

// limit is the most of a document that its headers wait for, in bytes.
const limit = 16 << 10

// window is the beginning of a document, held back until the place of the
// element in it is known.
type window struct {
	buffer  *[limit]byte
	text    []byte // what has arrived, in buffer
	err     error  // that ended the reading: io.EOF, or the app's failure
	scanner scanner
	kind    contentType
	through int // how much the scanner is through with

	element string // what is put in
	grown   int    // by how many bytes the edited text is longer
}

// buffers are those of windows.
var buffers = sync.Pool{New: func() any { return new([limit]byte) }}

func newWindow(kind contentType) *window {
	w := &window{buffer: buffers.Get().(*[limit]byte), kind: kind}
	w.text = w.buffer[:0]
	return w
}

// free gives the window's memory back: nothing of text may be read any more.
func (w *window) free() {
	if w.buffer != nil {
		buffers.Put(w.buffer)
		w.buffer, w.text = nil, nil
	}
}

// fill reads until all that is looked for is known, and no more than the limit;
// of a stream, once.
func (w *window) fill(r io.Reader, whole bool) {
	for !w.decided() && w.err == nil && len(w.text) < limit && (whole || !w.began()) {
		had := len(w.text)
		n, err := r.Read(w.buffer[had:])
		w.text, w.err = w.buffer[:had+n], err
		if err != nil || len(w.text) == limit || w.scanner.mayGoOn(w.text[had:]) {
			w.scan()
		}
	}
}

// readAll reads until the end of a text that is no longer than the window.
func (w *window) readAll(r io.Reader) {
	for w.err == nil && len(w.text) < limit {
		n, err := r.Read(w.buffer[len(w.text):])
		w.text, w.err = w.buffer[:len(w.text)+n], err
	}
	w.scan()
}

// began reports whether enough has arrived to tell by a mark in which charset
// it is.
func (w *window) began() bool {
	for _, mark := range [][]byte{utf8Mark, utf16LEMark, utf16BEMark} {
		if len(w.text) < len(mark) && bytes.HasPrefix(mark, w.text) {
			return false
		}
	}
	return true
}

// scan looks at all that has arrived. A mark in the first bytes counts before
// the charset that the Content-Type names.
func (w *window) scan() {
	if !w.began() && w.err == nil {
		return
	}
	w.scanner = scanner{xhtml: w.kind.xhtml}
	marked := 0
	switch {
	case bytes.HasPrefix(w.text, utf8Mark):
		marked = len(utf8Mark)
	case isUTF16(w.text), !writesTagsAsASCII(w.kind.charset):
		w.scanner.refusal = Charset
		return
	}
	w.through = marked + w.scanner.scan(w.text[marked:], marked, w.err == io.EOF)
}

// decided reports whether there is no need to look at more of the document.
func (w *window) decided() bool { return w.scanner.refusal != "" || w.scanner.mode == over }

// complete reports whether nothing after the window is looked at.
func (w *window) complete() bool { return w.scanner.mode == over || w.err != nil }

// unread is what of the body comes after the window.
func (w *window) unread(r io.Reader) io.Reader {
	if w.err != nil {
		return failing{w.err}
	}
	return r
}

// edit returns the pieces of the window's text with the element in its place,
// or the text alone if that comes later.
func (w *window) edit(e Editor) ([][]byte, error) {
	s := &w.scanner
	placed := s.mode != beforeHead
	switch {
	case s.refusal != "":
		return nil, s.refusal
	case !placed && w.err != nil && w.err != io.EOF:
		return nil, BrokenOff
	case !placed && len(w.text) == limit:
		return nil, NoPlace
	case loadsSDK(w.text):
		return nil, OwnSDK
	}
	var policies []string
	for _, p := range s.policies {
		policies = append(policies, p.content)
	}
	element, extended, err := e.Edit(policies)
	if err != nil {
		return nil, err
	}
	w.element = element
	if !placed {
		return [][]byte{w.text[:w.shown()]}, nil
	}
	e.Done(nil)
	pieces := append(make([][]byte, 0, 3+2*len(extended)), w.text[:s.place], []byte(element))
	at := s.place
	w.grown = len(element)
	for i, p := range s.policies {
		if extended[i] == p.content {
			continue
		}
		tag := withContent(w.text[p.start:p.end], extended[i])
		pieces = append(pieces, w.text[at:p.start], tag)
		w.grown += len(tag) - (p.end - p.start)
		at = p.end
	}
	return append(pieces, w.text[at:w.shown()]), nil
}

// shown is how much of the text is sent before more is looked at: not a token
// that has arrived in part, which may be a policy.
func (w *window) shown() int {
	if w.complete() {
		return len(w.text)
	}
	return max(w.through, w.scanner.place)
}

// failing is a body that ends with an error, or io.EOF.
type failing struct{ err error }

// Read implements io.Reader.
func (f failing) Read([]byte) (int, error) { return 0, f.err }
