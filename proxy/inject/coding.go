package inject

import (
	"bufio"
	"io"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
)

// coding is a content coding (RFC 9110, section 8.4.1): how it is undone and
// done again. What is done again need not be as small: it is done once for
// each answer, and costs most of what an injected page costs.
type coding struct {
	decoders, encoders *sync.Pool // of decoder and encoder
}

// decoder undoes a coding. It reads what it has got to the end before it asks
// for more, so that what an app flushed comes out.
type decoder interface {
	io.Reader
	// Reset begins anew with the body that in holds.
	Reset(in *bufio.Reader) error
}

// encoder does a coding.
type encoder interface {
	io.WriteCloser
	Flush() error
	Reset(io.Writer)
}

var codings = map[string]coding{
	"gzip": {
		decoders: &sync.Pool{New: func() any { return new(gunzip) }},
		encoders: &sync.Pool{New: func() any { return must(gzip.NewWriterLevel(io.Discard, gzipLevel)) }},
	},
	"deflate": {
		decoders: &sync.Pool{New: func() any { return new(inflate) }},
		encoders: &sync.Pool{New: func() any { return must(zlib.NewWriterLevel(io.Discard, gzipLevel)) }},
	},
	"br": {
		decoders: &sync.Pool{New: func() any { return unbrotli{brotli.NewReader(nil)} }},
		encoders: &sync.Pool{New: func() any {
			return brotli.NewWriterOptions(io.Discard, brotli.WriterOptions{Quality: brotliQuality, LGWin: windowBits})
		}},
	},
	"zstd": {
		decoders: &sync.Pool{New: func() any {
			return unzstd{must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true), zstd.WithDecoderMaxWindow(maxZstdWindow)))}
		}},
		encoders: &sync.Pool{New: func() any {
			return must(zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1), zstd.WithLowerEncoderMem(true),
				zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithWindowSize(1<<windowBits)))
		}},
	},
	bareDeflate: {
		decoders: &sync.Pool{New: func() any { return new(inflate) }},
		encoders: &sync.Pool{New: func() any { return must(flate.NewWriter(io.Discard, gzipLevel)) }},
	},
}

// bareDeflate is deflate without the wrapping that RFC 9110 asks for, which
// some apps send and every browser takes.
const bareDeflate = "deflate without zlib"

const (
	gzipLevel     = 1
	brotliQuality = 1
	windowBits    = 18      // how far back br and zstd may look here: memory for each answer
	maxZstdWindow = 8 << 20 // how far back an app's zstd may look (RFC 9659, section 3)
)

// must is for what fails only if the program is wrong: its options are constants.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// gunzip undoes gzip. Members that follow each other are one text (RFC 1952,
// section 2.2); what is no member after one is overlooked, as browsers do.
type gunzip struct {
	in *bufio.Reader
	gz *gzip.Reader
}

// Reset implements decoder.
func (g *gunzip) Reset(in *bufio.Reader) (err error) {
	g.in = in
	if g.gz == nil {
		g.gz, err = gzip.NewReader(in)
	} else {
		err = g.gz.Reset(in)
	}
	if err == nil {
		g.gz.Multistream(false)
	}
	return err
}

// Read implements io.Reader.
func (g *gunzip) Read(p []byte) (int, error) {
	n, err := g.gz.Read(p)
	if err != io.EOF {
		return n, err
	}
	if head, _ := g.in.Peek(2); len(head) < 2 || head[0] != 0x1f || head[1] != 0x8b {
		return n, err
	}
	return n, g.Reset(g.in)
}

// inflate undoes deflate, with or without zlib's wrapping.
type inflate struct {
	io.Reader
	wrapped, bare io.ReadCloser // nil while not needed yet
}

// Reset implements decoder.
func (f *inflate) Reset(in *bufio.Reader) (err error) {
	if !isZlib(in) {
		if f.bare == nil {
			f.bare = flate.NewReader(in)
		}
		f.Reader = f.bare
		return f.bare.(flate.Resetter).Reset(in, nil)
	}
	if f.wrapped == nil {
		f.wrapped, err = zlib.NewReader(in)
	} else {
		err = f.wrapped.(zlib.Resetter).Reset(in, nil)
	}
	f.Reader = f.wrapped
	return err
}

// isZlib tells the two apart by the first two bytes (RFC 1950, section 2.2). A
// bare stream that begins so would be a stored block with padding that is not
// zero, which nobody writes.
func isZlib(in *bufio.Reader) bool {
	head, err := in.Peek(2)
	return err == nil && head[0]&0x0f == 8 && (int(head[0])<<8|int(head[1]))%31 == 0
}

// unbrotli undoes br.
type unbrotli struct{ *brotli.Reader }

// Reset implements decoder.
func (u unbrotli) Reset(in *bufio.Reader) error { return u.Reader.Reset(in) }

// unzstd undoes zstd.
type unzstd struct{ *zstd.Decoder }

// Reset implements decoder.
func (u unzstd) Reset(in *bufio.Reader) error { return u.Decoder.Reset(in) }
