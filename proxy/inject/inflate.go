package inject

import (
	"bufio"
	"bytes"
	"hash"
	"hash/adler32"
	"io"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
)

// The decoders here are as lenient as browsers about what comes behind a text:
// a page that a browser shows is not broken off.

// inflateBare undoes deflate without zlib's wrapping.
type inflateBare struct{ flate io.ReadCloser }

// Reset implements decoder.
func (f *inflateBare) Reset(in *bufio.Reader) error {
	if f.flate == nil {
		f.flate = flate.NewReader(in)
		return nil
	}
	return f.flate.(flate.Resetter).Reset(in, nil)
}

// Read implements io.Reader.
func (f *inflateBare) Read(p []byte) (int, error) { return f.flate.Read(p) }

// gunzip undoes gzip. Members that follow each other are one text (RFC 1952,
// section 2.2). A checksum that is wrong or missing is overlooked, and so is
// what is no member after one.
type gunzip struct {
	inflateBare
	in     *bufio.Reader
	header gzip.Reader // reads no more than that
	ended  bool        // whether a member was
}

// Reset implements decoder.
func (g *gunzip) Reset(in *bufio.Reader) error {
	g.in, g.ended = in, false
	if err := g.header.Reset(in); err != nil {
		return err
	}
	return g.inflateBare.Reset(in)
}

// Read implements io.Reader. It looks for another member only when what came
// before was read: that may be all for a long time.
func (g *gunzip) Read(p []byte) (int, error) {
	if g.ended {
		const trailer = 8
		if head, _ := g.in.Peek(trailer + 2); len(head) < trailer+2 || head[trailer] != 0x1f || head[trailer+1] != 0x8b {
			return 0, io.EOF
		}
		if _, err := g.in.Discard(trailer); err != nil {
			return 0, err
		}
		if err := g.Reset(g.in); err != nil {
			return 0, io.EOF // it was none
		}
	}
	n, err := g.inflateBare.Read(p)
	if err == io.EOF {
		g.ended = true
		return n, nil
	}
	return n, err
}

// inflate undoes deflate in zlib's wrapping (RFC 1950). A checksum that is
// missing is overlooked, but not one that is wrong.
type inflate struct {
	inflateBare
	in  *bufio.Reader
	sum hash.Hash32
}

// Reset implements decoder.
func (f *inflate) Reset(in *bufio.Reader) error {
	const dictionary = 0x20
	head, err := in.Peek(2)
	if err != nil {
		return err
	}
	if head[1]&dictionary != 0 {
		return zlib.ErrDictionary
	}
	_, _ = in.Discard(2) // it is there
	f.in, f.sum = in, adler32.New()
	return f.inflateBare.Reset(in)
}

// Read implements io.Reader.
func (f *inflate) Read(p []byte) (int, error) {
	n, err := f.inflateBare.Read(p)
	_, _ = f.sum.Write(p[:n]) // never fails
	if err != io.EOF || n > 0 {
		if err == io.EOF {
			err = nil // the checksum is for the next time: it may take long to come
		}
		return n, err
	}
	if sum, _ := f.in.Peek(4); len(sum) == 4 && !bytes.Equal(sum, f.sum.Sum(nil)) {
		return 0, zlib.ErrChecksum
	}
	return 0, io.EOF
}

// isZlib tells deflate with zlib's wrapping from the bare one by its first two
// bytes (RFC 1950, section 2.2). A bare stream that begins so would be a stored
// block with padding that is not zero, which nobody writes.
func isZlib(in *bufio.Reader) bool {
	head, err := in.Peek(2)
	return err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0
}
