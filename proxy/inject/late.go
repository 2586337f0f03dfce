package inject

import "io"

// lateLimit is how far into a document its head is looked at for policies.
const lateLimit = 64 << 10

// lateScan is the rest of a document whose head goes on after its beginning was
// sent. It holds back a token that has not arrived whole, and sends all else.
type lateScan struct {
	src     io.Reader
	editor  Editor
	scanner scanner
	offset  int    // of held, in the document
	held    []byte // what the scanner is not through with
	out     []byte // to send
	err     error  // after out
}

// newLateScan goes on where a window ended.
func newLateScan(w *window, e Editor, rest io.Reader) *lateScan {
	shown := w.shown()
	l := &lateScan{src: rest, editor: e, scanner: w.scanner, offset: shown}
	l.held = append(l.held, w.text[shown:]...)
	return l
}

// Read implements io.Reader.
func (l *lateScan) Read(p []byte) (int, error) {
	for len(l.out) == 0 {
		switch {
		case l.err != nil:
			return 0, l.err
		case l.scanner.mode == over:
			return l.src.Read(p)
		}
		n, err := l.src.Read(p)
		l.err = err
		l.take(p[:n])
	}
	n := copy(p, l.out)
	l.out = l.out[n:]
	return n, nil
}

// take looks at more of the document, and lets go of what it is through with.
func (l *lateScan) take(more []byte) {
	l.held = append(l.held, more...)
	ended := l.err != nil
	if !ended && len(l.held) <= limit && !l.scanner.mayGoOn(more) {
		return
	}
	known := len(l.scanner.policies)
	through := l.scanner.scan(l.held, l.offset, ended)
	if l.scanner.refusal != "" || l.offset+len(l.held) > lateLimit || len(l.held)-through > limit {
		l.scanner.mode = over // it is too late to leave the document alone
	}
	if l.scanner.mode == over || ended {
		through = len(l.held)
	}
	at := 0
	for _, p := range l.scanner.policies[known:] {
		start, end := p.start-l.offset, p.end-l.offset
		l.out = append(l.out, l.held[at:start]...)
		tag := l.held[start:end]
		if extended := l.editor.EditLater(p.content); extended != p.content {
			tag = withContent(tag, extended)
		}
		l.out = append(l.out, tag...)
		at = end
	}
	l.out = append(l.out, l.held[at:through]...)
	l.held = append(l.held[:0], l.held[through:]...)
	l.offset += through
}
