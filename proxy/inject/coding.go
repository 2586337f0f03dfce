package inject

import (
	"bufio"
	"io"
	"strings"
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
		decoders: &sync.Pool{New: func() any { return new(inflateBare) }},
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

// unbrotli undoes br.
type unbrotli struct{ *brotli.Reader }

// Reset implements decoder.
func (u unbrotli) Reset(in *bufio.Reader) error { return u.Reader.Reset(in) }

// Read implements io.Reader. The library has no name for its error about what
// comes behind the text (TestWhatIsWrongBehindTheText).
func (u unbrotli) Read(p []byte) (int, error) {
	n, err := u.Reader.Read(p)
	if err != nil && strings.HasSuffix(err.Error(), "excessive input") {
		err = io.EOF
	}
	return n, err
}

// unzstd undoes zstd.
type unzstd struct{ *zstd.Decoder }

// Reset implements decoder.
func (u unzstd) Reset(in *bufio.Reader) error { return u.Decoder.Reset(in) }
