package inject

import "io"

// lateLimit is how far into a document its head is looked at for policies.
const lateLimit = 64 << 10

// lateScan is the rest of a document whose beginning was sent before the end of
// its head arrived, or even before the place of the element. It holds back a
// token that has not arrived whole, and sends all else.
type lateScan struct {
	src     io.Reader
	editor  Editor
	element string // to put in, until that is done
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
	if w.scanner.mode == beforeHead {
		l.element = w.element
	}
	return l
}

// Read implements io.Reader.
func (l *lateScan) Read(p []byte) (int, error) {
	for len(l.out) == 0 && len(p) > 0 {
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

// close ends the search for a place that was not found.
func (l *lateScan) close() {
	if l.element != "" {
		l.giveUp(BrokenOff)
	}
}

func (l *lateScan) giveUp(why Reason) {
	l.element = ""
	l.scanner.policies = nil // they stay as they are
	l.editor.Done(why)
}

// replacement is a text in place of a part of what is held.
type replacement struct {
	start, end int
	text       []byte
}

// take looks at more of the document, and lets go of what it is through with.
func (l *lateScan) take(more []byte) {
	l.held = append(l.held, more...)
	ended := l.err != nil
	if !ended && len(l.held) <= limit && !l.scanner.mayGoOn(more) {
		return
	}
	known := len(l.scanner.policies)
	through := l.scanner.scan(l.held, l.offset, l.err == io.EOF)
	edits := l.place(nil, ended)
	if l.scanner.refusal != "" || l.offset+len(l.held) > lateLimit || len(l.held)-through > limit {
		l.scanner.mode = over // it is too late to leave the document alone
	}
	if l.scanner.mode == over || ended {
		through = len(l.held)
	}
	for _, p := range l.scanner.policies[known:] {
		start, end := p.start-l.offset, p.end-l.offset
		if extended := l.editor.EditLater(p.content); extended != p.content {
			edits = append(edits, replacement{start, end, withContent(l.held[start:end], extended)})
		}
	}
	at := 0
	for _, e := range edits {
		l.out = append(l.out, l.held[at:e.start]...)
		l.out = append(l.out, e.text...)
		at = e.end
	}
	l.out = append(l.out, l.held[at:through]...)
	l.held = append(l.held[:0], l.held[through:]...)
	l.offset += through
}

// place puts the element in if its place has been found, or gives up.
func (l *lateScan) place(edits []replacement, ended bool) []replacement {
	s := &l.scanner
	switch {
	case l.element == "":
	case s.refusal != "":
		l.giveUp(s.refusal)
	case s.mode != beforeHead:
		at := s.place - l.offset
		edits = append(edits, replacement{at, at, []byte(l.element)})
		l.element = ""
		l.editor.Done(nil)
	case ended:
		l.giveUp(BrokenOff)
	case l.offset+len(l.held) > limit:
		l.giveUp(NoPlace)
		s.mode = over
	}
	return edits
}
