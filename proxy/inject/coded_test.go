package inject

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"encoding/base64"
	"errors"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// flusher is what writes an encoding in these tests: other code than the
// injector's where there is some.
type flusher interface {
	io.WriteCloser
	Flush() error
}

var testCodings = map[string]struct {
	header string
	writer func(io.Writer) flusher
	reader func(io.Reader) io.Reader
}{
	"gzip": {"gzip", func(w io.Writer) flusher { return gzip.NewWriter(w) }, func(r io.Reader) io.Reader { return must(gzip.NewReader(r)) }},
	"zlib": {"deflate", func(w io.Writer) flusher { return zlib.NewWriter(w) }, func(r io.Reader) io.Reader { return must(zlib.NewReader(r)) }},
	"bare": {"deflate", func(w io.Writer) flusher { return must(flate.NewWriter(w, 6)) }, func(r io.Reader) io.Reader { return flate.NewReader(r) }},
	"br":   {"br", func(w io.Writer) flusher { return brotli.NewWriter(w) }, func(r io.Reader) io.Reader { return brotli.NewReader(r) }},
	"zstd": {"zstd", func(w io.Writer) flusher { return must(zstd.NewWriter(w)) }, func(r io.Reader) io.Reader { return must(zstd.NewReader(r)) }},
}

// encoded is a text in a coding, flushed between the pieces.
func encoded(t testing.TB, coding string, pieces ...string) [][]byte {
	t.Helper()
	var out [][]byte
	var buffer bytes.Buffer
	w := testCodings[coding].writer(&buffer)
	for i, p := range pieces {
		_, err := io.WriteString(w, p)
		if i == len(pieces)-1 {
			err = errors.Join(err, w.Close())
		} else {
			err = errors.Join(err, w.Flush())
		}
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, bytes.Clone(buffer.Bytes()))
		buffer.Reset()
	}
	return out
}

func decoded(t testing.TB, coding string, body []byte) string {
	t.Helper()
	text, err := io.ReadAll(testCodings[coding].reader(bytes.NewReader(body)))
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(text)
}

const (
	before = "<!doctype html><html><head>"
	after  = "<title>Ärger</title></head><body>"
)

// A document in any encoding is sent in that encoding, and the next one, with
// what is used again, too.
func TestEncodings(t *testing.T) {
	long := strings.Repeat("<p>a paragraph of a long page, and another; ", 10_000)
	for name := range testCodings {
		t.Run(name, func(t *testing.T) {
			for _, rest := range []string{"", "<p>short", long} {
				for _, known := range []bool{true, false} {
					body := encoded(t, name, before+after+rest)[0]
					res, arriving := answerOf("text/html; charset=utf-8", testCodings[name].header, lengthOf(body, known), piecesOf(bytes.Clone(body), 1000)...)
					out, result := finish(t, res)
					if want := before + testElement + after + rest; result != "injected" || decoded(t, name, out) != want {
						t.Errorf("%s: %.200q", result, decoded(t, name, out))
					}
					if res.Header.Get("Content-Encoding") != testCodings[name].header || res.ContentLength >= 0 && (!known || res.ContentLength != int64(len(out))) {
						t.Errorf("headers %v", res.Header)
					}
					if !arriving.closed {
						t.Error("the app's body was not closed")
					}
				}
			}
		})
	}
}

// What stays as it is keeps its very bytes, and its length.
func TestEncodedButNoDocument(t *testing.T) {
	for name := range testCodings {
		for _, text := range []string{"<p>a fragment", "a1b2c3d4e5", strings.Repeat("x", 100_000)} {
			body := encoded(t, name, text)[0]
			res, _ := answerOf("text/html", testCodings[name].header, int64(len(body)), piecesOf(bytes.Clone(body), 100)...)
			if out, result := finish(t, res); result != "no-document" || !bytes.Equal(out, body) || res.ContentLength != int64(len(body)) {
				t.Errorf("%s of %.20q: %s, %d bytes in place of %d", name, text, result, len(out), len(body))
			}
		}
	}
}

// Where an app flushes, what it wrote is there to be read.
func TestEncodedStreamsAreFlushed(t *testing.T) {
	for name := range testCodings {
		t.Run(name, func(t *testing.T) {
			pieces := encoded(t, name, before+after, "<p>one", "<p>two", "")
			res, body := answerOf("text/html", testCodings[name].header, -1, pieces[0])
			if err := Into(res, new(testEditor)); err != nil {
				t.Fatal(err)
			}
			var got []byte
			for i, want := range []string{before + testElement + after, "<p>one", "<p>two"} {
				body.pieces = [][]byte{pieces[i]}
				if i == 0 {
					body.pieces = nil
				}
				// Reading on at the end would be an error: an app that is waited for.
				body.err = errors.New("nothing more has arrived")
				p := make([]byte, 4096)
				n, err := res.Body.Read(p)
				if err != nil {
					t.Fatalf("flush %d: %v", i, err)
				}
				got = append(got, p[:n]...)
				if text := partly(name, got); !strings.HasSuffix(text, want) {
					t.Errorf("after flush %d there is %q", i, text)
				}
			}
			body.pieces, body.err = [][]byte{pieces[3]}, nil
			rest, err := io.ReadAll(res.Body)
			if err != nil {
				t.Fatal(err)
			}
			if text := decoded(t, name, append(got, rest...)); text != before+testElement+after+"<p>one<p>two" {
				t.Errorf("in all %q", text)
			}
		})
	}
}

// partly is the text of a body that goes on.
func partly(coding string, body []byte) string {
	text, _ := io.ReadAll(testCodings[coding].reader(bytes.NewReader(body)))
	return string(text)
}

// A body that is not what it is said to be, or breaks off, ends as it would have without us.
func TestBrokenEncodings(t *testing.T) {
	page := before + after + strings.Repeat("<p>and on", 1000)
	for name := range testCodings {
		whole := encoded(t, name, page)[0]
		for _, test := range []struct {
			what, want string
			body       []byte
			header     string
		}{
			{"plain text", "malformed", []byte(page), testCodings[name].header},
			{"another encoding", "encoding", whole, "compress"},
			{"two encodings", "encoding", whole, testCodings[name].header + ", gzip"},
			{"nothing", "no-document", nil, testCodings[name].header},
		} {
			res, _ := answerOf("text/html", test.header, int64(len(test.body)), bytes.Clone(test.body))
			if out, result := finish(t, res); result != test.want && !(result == "broken-off" && test.want == "malformed") || !bytes.Equal(out, test.body) {
				t.Errorf("%s, %s: %s, %d bytes in place of %d", name, test.what, result, len(out), len(test.body))
			}
		}
		// Broken off in the middle: it does not end as if it were whole.
		cut := whole[:len(whole)*3/4]
		res, _ := answerOf("text/html", testCodings[name].header, -1, bytes.Clone(cut))
		err := Into(res, new(testEditor))
		out, broken := io.ReadAll(res.Body)
		if err == nil && broken == nil || err != nil && !bytes.Equal(out, cut) {
			t.Errorf("%s, broken off: %s, %d bytes, then %v", name, outcome(err), len(out), broken)
		}
	}
}

// Members that follow each other are one text, and what is behind the last is not looked at.
func TestGzipMembers(t *testing.T) {
	body := append(encoded(t, "gzip", before+after)[0], encoded(t, "gzip", "<p>second member")[0]...)
	for _, trailing := range []string{"", "\x00\x00padding"} {
		res, _ := answerOf("text/html", "gzip", -1, append(bytes.Clone(body), trailing...))
		if out, result := finish(t, res); result != "injected" || decoded(t, "gzip", out) != before+testElement+after+"<p>second member" {
			t.Errorf("%s: %q", result, decoded(t, "gzip", out))
		}
	}
}

// An answer that is next to nothing but encoding is not waited for.
func TestEmptyMembersWithoutEnd(t *testing.T) {
	empty := encoded(t, "gzip", "")[0]
	body := bytes.Repeat(empty, 1<<14)
	res, _ := answerOf("text/html", "gzip", -1, bytes.Clone(body))
	if out, result := finish(t, res); result != "no-document" || !bytes.Equal(out, body) {
		t.Errorf("%s, %d bytes in place of %d", result, len(out), len(body))
	}
}

// What is wrong behind the text, browsers overlook, so that the page is sent
// whole; a checksum of zlib's is not among it.
func TestWhatIsWrongBehindTheText(t *testing.T) {
	page := before + after + "<p>x"
	z, wrapped := encoded(t, "gzip", page)[0], encoded(t, "zlib", page)[0]
	wrong := func(b []byte, from int) []byte {
		b = bytes.Clone(b)
		b[len(b)-from] ^= 1
		return b
	}
	for _, test := range []struct {
		what, coding string
		body         []byte
	}{
		{"no trailer", "gzip", z[:len(z)-8]},
		{"half a trailer", "gzip", z[:len(z)-4]},
		{"a wrong checksum", "gzip", wrong(z, 8)},
		{"a wrong length", "gzip", wrong(z, 1)},
		{"no checksum", "zlib", wrapped[:len(wrapped)-4]},
		{"what begins like a member", "gzip", append(bytes.Clone(z), "\x1f\x8b and is none"...)},
		{"more", "br", append(bytes.Clone(encoded(t, "br", page)[0]), '\n')},
	} {
		res, _ := answerOf("text/html", testCodings[test.coding].header, -1, test.body)
		if out, result := finish(t, res); result != "injected" || decoded(t, test.coding, out) != before+testElement+after+"<p>x" {
			t.Errorf("%s: %s", test.what, result)
		}
	}
	res, _ := answerOf("text/html", "deflate", -1, wrong(wrapped, 1))
	err := Into(res, new(testEditor))
	if _, broken := io.ReadAll(res.Body); err == nil && broken == nil {
		t.Error("a wrong checksum of zlib's was overlooked")
	}
}

// A text that has ended in its encoding is sent, though the app's answer goes on.
func TestTheEndOfATextIsNotWaitedFor(t *testing.T) {
	for name := range testCodings {
		pieces := encoded(t, name, before+after+"<p>x")
		res, body := answerOf("text/html", testCodings[name].header, -1, pieces[0])
		body.err = errors.New("nothing more has arrived")
		if err := Into(res, new(testEditor)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		var got []byte
		for range 3 { // as many reads as it takes, without one that would wait
			p := make([]byte, 4096)
			n, err := res.Body.Read(p)
			got = append(got, p[:n]...)
			if err != nil {
				break
			}
		}
		if text := partly(name, got); text != before+testElement+after+"<p>x" {
			t.Errorf("%s: there is %q", name, text)
		}
	}
}

// A flush of any length is sent whole before more is waited for.
func TestLongFlushes(t *testing.T) {
	for name := range testCodings {
		for _, size := range []int{readSize - 1, readSize, 2 * readSize, 150_000} {
			noise := make([]byte, size*3/4)
			random := rand.New(rand.NewPCG(1, 2))
			for i := range noise {
				noise[i] = byte(random.Uint32())
			}
			text := base64.StdEncoding.EncodeToString(noise)
			pieces := encoded(t, name, before+after, text, "")
			res, body := answerOf("text/html", testCodings[name].header, -1, pieces[0])
			if err := Into(res, new(testEditor)); err != nil {
				t.Fatal(err)
			}
			body.pieces, body.err = [][]byte{pieces[1]}, errors.New("nothing more has arrived")
			var got []byte
			for p := make([]byte, readSize); ; {
				n, err := res.Body.Read(p)
				got = append(got, p[:n]...)
				if err != nil {
					break
				}
				if strings.HasSuffix(partly(name, got), text) {
					got = nil
					break
				}
			}
			if got != nil {
				t.Errorf("%s: of a flush of %d there is %d after all reads but one that waits", name, len(text), len(partly(name, got)))
			}
		}
	}
}

// A body that breaks off between two members never looks whole.
func TestBrokenOffBetweenMembers(t *testing.T) {
	first := encoded(t, "gzip", before+after)[0]
	res, body := answerOf("text/html", "gzip", int64(len(first)+100), bytes.Clone(first))
	body.err = io.ErrUnexpectedEOF
	err := Into(res, new(testEditor))
	if _, broken := io.ReadAll(res.Body); broken == nil || err == nil && res.ContentLength >= 0 {
		t.Errorf("%v, Content-Length %d, then %v", err, res.ContentLength, broken)
	}
}
