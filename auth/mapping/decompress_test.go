package mapping

import (
	"bytes"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"io"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// codings make bodies of every Content-Encoding that is read.
var codings = map[string]func(io.Writer) io.WriteCloser{
	"gzip":    func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"x-gzip":  func(w io.Writer) io.WriteCloser { return gzip.NewWriter(w) },
	"br":      func(w io.Writer) io.WriteCloser { return brotli.NewWriter(w) },
	"zstd":    func(w io.Writer) io.WriteCloser { return must(zstd.NewWriter(w)) },
	"deflate": func(w io.Writer) io.WriteCloser { return zlib.NewWriter(w) },
	"Deflate": func(w io.Writer) io.WriteCloser { return must(flate.NewWriter(w, flate.BestCompression)) }, // without zlib's header
}

func TestReadUndoesContentEncodings(t *testing.T) {
	const text = `{"user":"alice"}`
	for coding, wrap := range codings {
		d, err := Read(responseOf(200, compressed(text, wrap), "Content-Encoding", coding))
		if err != nil || string(d.body) != text {
			t.Errorf("%s: %v", coding, err)
		}
		d, err = Read(responseOf(302, "", "Content-Encoding", coding))
		if err != nil || len(d.body) != 0 {
			t.Errorf("%s, without a body: %v", coding, err)
		}
	}
	for _, lines := range [][]string{{"Content-Encoding", ""}, {"Content-Encoding", "identity"}, {"Content-Encoding", "identity, ,"}, nil} {
		if d := documentOf(t, 200, text, lines...); string(d.body) != text {
			t.Errorf("%q: %q", lines, d.body)
		}
	}
}

func TestReadRefusesEncodingsThatItCannotUndo(t *testing.T) {
	gz := compressed("hello, hello, hello", codings["gzip"])
	for name, res := range map[string]*http.Response{
		"unknown":                 responseOf(200, "x", "Content-Encoding", "compress"),
		"twice in a line":         responseOf(200, compressed(gz, codings["gzip"]), "Content-Encoding", "gzip, gzip"),
		"twice in two lines":      responseOf(200, compressed(gz, codings["br"]), "Content-Encoding", "gzip", "Content-Encoding", "br"),
		"not what it says":        responseOf(200, "<html>", "Content-Encoding", "gzip"),
		"not what it says, br":    responseOf(200, "<html>", "Content-Encoding", "br"),
		"not what it says, zstd":  responseOf(200, "<html>", "Content-Encoding", "zstd"),
		"not what it says, zlib":  responseOf(200, "<html>", "Content-Encoding", "deflate"),
		"cut short":               responseOf(200, gz[:len(gz)-4], "Content-Encoding", "gzip"),
		"a wrong checksum":        responseOf(200, gz[:len(gz)-8]+"\x00\x00\x00\x00"+gz[len(gz)-4:], "Content-Encoding", "gzip"),
		"something after its end": responseOf(200, gz+"<script>", "Content-Encoding", "gzip"),
	} {
		if d, err := Read(res); !errors.Is(err, ErrEncoding) || d != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestReadSaysWhenTheBodyBreaks(t *testing.T) {
	broken := errors.New("connection reset")
	gz := compressed("hello, hello, hello", codings["gzip"])
	for _, coding := range []string{"", "gzip"} {
		res := responseOf(200, "", "Content-Encoding", coding)
		res.Body = io.NopCloser(io.MultiReader(strings.NewReader(gz[:12]), iotest.ErrReader(broken)))
		if _, err := Read(res); !errors.Is(err, broken) || errors.Is(err, ErrEncoding) {
			t.Errorf("%q: %v", coding, err)
		}
	}
}

// endless never ends, and counts what is read of it.
type endless struct{ read int }

func (e *endless) Read(p []byte) (int, error) {
	e.read += len(p)
	return len(p), nil
}

func TestReadStopsAtMaxBody(t *testing.T) {
	if d := documentOf(t, 200, strings.Repeat("x", MaxBody)); len(d.body) != MaxBody {
		t.Errorf("%d bytes of a body of MaxBody", len(d.body))
	}
	if _, err := Read(responseOf(200, strings.Repeat("x", MaxBody+1))); !errors.Is(err, ErrTooLarge) {
		t.Errorf("one byte more: %v", err)
	}
	source := &endless{}
	res := responseOf(200, "")
	res.Body = io.NopCloser(source)
	if _, err := Read(res); !errors.Is(err, ErrTooLarge) || source.read > 4*MaxBody {
		t.Errorf("a body without end: %v after %d bytes", err, source.read)
	}
}

// Empty members of gzip and empty frames of zstd are valid, and nothing comes of them.
func TestReadStopsWhereNothingComesOfABody(t *testing.T) {
	for _, coding := range []string{"gzip", "zstd"} {
		empty := compressed("", codings[coding])
		if empty == "" { // zstd leaves an empty frame out unless told otherwise
			empty = compressed("", func(w io.Writer) io.WriteCloser { return must(zstd.NewWriter(w, zstd.WithZeroFrames(true))) })
		}
		many := strings.Repeat(empty, 2*MaxBody/len(empty))
		if _, err := Read(responseOf(200, many, "Content-Encoding", coding)); !errors.Is(err, ErrTooLarge) {
			t.Errorf("%s: %v", coding, err)
		}
	}
}

func TestReadOfABombTakesBoundedMemory(t *testing.T) {
	zeros := strings.Repeat("\x00", 16<<20)
	for coding, wrap := range codings {
		bomb := compressed(zeros, wrap)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := Read(responseOf(200, bomb, "Content-Encoding", coding))
		runtime.ReadMemStats(&after)
		if taken := after.TotalAlloc - before.TotalAlloc; !errors.Is(err, ErrTooLarge) || taken > 32<<20 {
			t.Errorf("%s: %v, having taken %d MiB", coding, err, taken>>20)
		}
	}
	// A frame that asks for a window of 1 GiB.
	frame := append([]byte{0x28, 0xb5, 0x2f, 0xfd, 0x00, 0xa0}, bytes.Repeat([]byte{0}, 32)...)
	if _, err := Read(responseOf(200, string(frame), "Content-Encoding", "zstd")); !errors.Is(err, ErrEncoding) {
		t.Errorf("zstd with a window of 1 GiB: %v", err)
	}
}
