package mapping

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"compress/zlib"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// maxCompressed is the most that is read of a compressed body. One that takes
// more than it holds is no honest one, and could go on for ever: members of
// gzip and frames of zstd may be empty.
const maxCompressed = MaxBody + 64<<10

// maxWindow is the most that zstd may look back; RFC 8878, section 3.1.1.1.2,
// asks for 8 MiB, which no body of MaxBody makes use of.
const maxWindow = 8 << 20

// decompress reads a body and undoes its Content-Encoding.
func decompress(body io.Reader, h http.Header) ([]byte, error) {
	coding, err := contentCoding(h)
	if err != nil {
		return nil, err
	}
	from := &source{r: body}
	if coding == "" {
		text, err := readBounded(from)
		if from.err != nil {
			return nil, fmt.Errorf("read the answer's body: %w", from.err)
		}
		return text, err
	}
	from.left = maxCompressed
	from.limited = true
	in := bufio.NewReader(from)
	if _, err := in.Peek(1); errors.Is(err, io.EOF) {
		return nil, nil // answers without a body name the encoding that it would have
	}
	text, err := undo(coding, in)
	switch {
	case from.err != nil:
		return nil, fmt.Errorf("read the answer's body: %w", from.err)
	case from.tooLong, errors.Is(err, ErrTooLarge):
		return nil, ErrTooLarge
	case err != nil:
		return nil, fmt.Errorf("%w: it is malformed %s: %w", ErrEncoding, coding, err)
	}
	return text, nil
}

// contentCoding returns the one encoding that a body has, empty for none.
func contentCoding(h http.Header) (string, error) {
	found := ""
	for coding := range strings.SplitSeq(strings.Join(h.Values("Content-Encoding"), ","), ",") {
		coding = strings.ToLower(strings.TrimSpace(coding))
		switch {
		case coding == "" || coding == "identity":
			continue
		case found != "":
			return "", fmt.Errorf("%w: the body is compressed more than once", ErrEncoding)
		}
		switch coding {
		case "gzip", "br", "zstd", "deflate":
			found = coding
		case "x-gzip":
			found = "gzip"
		default:
			return "", fmt.Errorf("%w: %.40q is none of gzip, br, zstd and deflate", ErrEncoding, coding)
		}
	}
	return found, nil
}

// undo decompresses a body that is not empty.
func undo(coding string, in *bufio.Reader) ([]byte, error) {
	switch coding {
	case "gzip":
		r, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		return readBounded(r)
	case "br":
		return readBounded(brotli.NewReader(in))
	case "zstd":
		r, err := zstd.NewReader(in, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxWindow))
		if err != nil {
			return nil, err
		}
		defer r.Close()
		return readBounded(r)
	}
	if !hasZlibHeader(in) {
		return readBounded(flate.NewReader(in))
	}
	r, err := zlib.NewReader(in)
	if err != nil {
		return nil, err
	}
	return readBounded(r)
}

// hasZlibHeader tells deflate as RFC 9110 has it from the bare one (RFC 1950,
// section 2.2). A bare stream that begins so would be a stored block with
// padding that is not zero, which nobody writes.
func hasZlibHeader(in *bufio.Reader) bool {
	head, err := in.Peek(2)
	return err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0
}

// source reads a body, and keeps apart what fails in it and what fails in its encoding.
type source struct {
	r       io.Reader
	limited bool
	left    int64 // if limited
	tooLong bool
	err     error // other than io.EOF
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	if s.limited {
		if s.left <= 0 {
			s.tooLong = true
			return 0, ErrTooLarge
		}
		p = p[:min(int64(len(p)), s.left)]
	}
	n, err := s.r.Read(p)
	s.left -= int64(n)
	if err != nil && err != io.EOF {
		s.err = err
	}
	return n, err
}
