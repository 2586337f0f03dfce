package inject

import (
	"bytes"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// testElement stands for what is put into documents.
const testElement = `<script async="" src="/.ferngate/widget.js?v=0123456789abcdef"></script>`

// testEditor puts testElement in, and extends every policy in the same way.
type testEditor struct{ done []string }

func (e *testEditor) Edit(policies []string) (string, []string, error) {
	var extended []string
	for _, p := range policies {
		extended = append(extended, e.EditLater(p))
	}
	return testElement, extended, nil
}

func (*testEditor) EditLater(policy string) string {
	return strings.ReplaceAll(policy, "script-src", "script-src https://static.ferndesk.com")
}

func (e *testEditor) Done(err error) { e.done = append(e.done, outcome(err)) }

// arriving is a body that arrives in pieces, each flushed, or as fast as it is
// read if their length is known.
type arriving struct {
	pieces [][]byte
	err    error // in place of io.EOF
	closed bool
}

func (a *arriving) Read(p []byte) (int, error) {
	for len(a.pieces) > 0 && len(a.pieces[0]) == 0 {
		a.pieces = a.pieces[1:]
	}
	if len(a.pieces) == 0 {
		if a.err != nil {
			return 0, a.err
		}
		return 0, io.EOF
	}
	n := copy(p, a.pieces[0])
	a.pieces[0] = a.pieces[0][n:]
	return n, nil
}

func (a *arriving) Close() error {
	a.closed = true
	return nil
}

// answerOf is an answer of an app's whose body arrives in pieces; with a
// length, it is known.
func answerOf(contentType, contentEncoding string, length int64, pieces ...[]byte) (*http.Response, *arriving) {
	body := &arriving{pieces: pieces}
	h := http.Header{"Content-Type": {contentType}}
	if contentEncoding != "" {
		h.Set("Content-Encoding", contentEncoding)
	}
	res := &http.Response{StatusCode: http.StatusOK, Header: h, Body: body}
	setLength(res, length)
	return res, body
}

// outcome is what became of a document, in a word.
func outcome(err error) string {
	if err == nil {
		return "injected"
	}
	return err.Error()
}

// piecesOf cuts a document into pieces of size bytes; 0 leaves it whole.
func piecesOf(doc []byte, size int) [][]byte {
	if size <= 0 {
		return [][]byte{doc}
	}
	var pieces [][]byte
	for len(doc) > size {
		pieces, doc = append(pieces, doc[:size]), doc[size:]
	}
	return append(pieces, doc)
}

func injectDocument(t testing.TB, doc []byte, contentType string, chunk int) (out []byte, outcome string) {
	t.Helper()
	return injectPieces(t, piecesOf(doc, chunk), contentType)
}

// injectPieces injects a document twice: as a stream, and with its length
// known, which must come to the same, and keep the length true. What speaks
// against the element only later in the head comes too late in a stream.
func injectPieces(t testing.TB, pieces [][]byte, contentType string) ([]byte, string) {
	t.Helper()
	length := 0
	for _, p := range pieces {
		length += len(p)
	}
	res, body := answerOf(contentType, "", -1, bytes.Clone(bytes.Join(pieces, nil)))
	body.pieces = piecesLike(pieces, body.pieces[0])
	streamed, streamedOutcome := finish(t, res)
	res, body = answerOf(contentType, "", int64(length))
	body.pieces = piecesLike(pieces, bytes.Join(pieces, nil))
	known, knownOutcome := finish(t, res)
	tooLate := streamedOutcome == "injected" && slices.Contains([]string{"frameset", "opted-out", "own-sdk"}, knownOutcome) &&
		bytes.Equal(bytes.Replace(streamed, []byte(testElement), nil, 1), known)
	if !tooLate && (streamedOutcome != knownOutcome || !bytes.Equal(streamed, known)) {
		t.Errorf("as a stream it is %s:\n%.500q\nwith its length known %s:\n%.500q", streamedOutcome, streamed, knownOutcome, known)
	}
	if res.ContentLength >= 0 && res.ContentLength != int64(len(known)) {
		t.Errorf("Content-Length %d of %d bytes", res.ContentLength, len(known))
	}
	return known, knownOutcome
}

// piecesLike cuts doc like pieces are.
func piecesLike(pieces [][]byte, doc []byte) [][]byte {
	var out [][]byte
	for _, p := range pieces {
		out, doc = append(out, doc[:len(p):len(p)]), doc[len(p):]
	}
	return out
}

// finish injects into an answer and reads it.
func finish(t testing.TB, res *http.Response) ([]byte, string) {
	t.Helper()
	var e testEditor
	refused := Into(res, &e)
	out, err := io.ReadAll(res.Body)
	if err != nil {
		t.Error(err)
	}
	if err := res.Body.Close(); err != nil {
		t.Error(err)
	}
	if refused != nil {
		e.done = append(e.done, outcome(refused))
	}
	if len(e.done) != 1 {
		t.Errorf("it was told to be done %d times: %v", len(e.done), e.done)
	}
	return out, e.done[0]
}

func TestAnAppThatBreaksOff(t *testing.T) {
	fault := errors.New("connection reset")
	for _, test := range []struct{ doc, want string }{
		{"<!doctype html><html><head><title>x", "<!doctype html><html><head>" + testElement + "<title>x"},
		{"<!doctype html><ht", "<!doctype html><ht"},
		{"", ""},
	} {
		res, body := answerOf("text/html", "", -1, []byte(test.doc))
		body.err = fault
		_ = Into(res, new(testEditor))
		out, err := io.ReadAll(res.Body)
		if string(out) != test.want || !errors.Is(err, fault) {
			t.Errorf("%q: got %q and %v", test.doc, out, err)
		}
	}
}
