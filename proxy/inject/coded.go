package inject

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"sync"
)

// readSize is how much of a decoded text is read at once, in bytes.
const readSize = 32 << 10

// intoCoded is Into for a body with a Content-Encoding: it is undone, and done
// again behind the editing. If the document stays as it is, so do its bytes.
func intoCoded(res *http.Response, name string, kind contentType, e Editor) error {
	raw := &recording{src: res.Body}
	in := bufio.NewReader(raw)
	asItCame := func() { res.Body = &replayed{io.MultiReader(bytes.NewReader(raw.recorded), raw.src), raw.src} }
	if _, err := in.Peek(1); err == io.EOF {
		asItCame()
		return NoDocument
	}
	if name == "deflate" && !isZlib(in) {
		name = bareDeflate
	}
	c := codings[name]
	decoder := c.decoders.Get().(decoder)
	if err := decoder.Reset(in); err != nil {
		asItCame()
		return raw.why(err)
	}
	w := newWindow(kind)
	w.fill(decoder, res.ContentLength >= 0)
	var pieces [][]byte
	err := error(Malformed)
	if w.scanner.refusal != "" || !raw.refused {
		pieces, err = w.edit(e)
	}
	if err != nil {
		if w.err != nil && w.err != io.EOF {
			err = raw.why(w.err)
		}
		w.free()
		c.decoders.Put(decoder)
		asItCame()
		return err
	}
	raw.stop()
	text := newBody(w, pieces, e, decoder, raw)
	r := newRecoded(c, decoder, text, in, res.ContentLength < 0)
	res.Body = r
	setLength(res, r.length())
	return nil
}

// recoded is a text in its encoding again.
type recoded struct {
	coding  coding
	decoder decoder
	text    io.ReadCloser
	in      *bufio.Reader // what the decoder reads
	stream  bool          // whether what is there is sent at once, and not only when there is enough
	encoder encoder
	buffers *recodeBuffers // nil once it is closed
	ended   bool           // whether the text did, well
	err     error          // that the body ended with
}

// recodeBuffers are lent to one text after the other.
type recodeBuffers struct {
	text [readSize]byte
	out  bytes.Buffer // what the encoder wrote
}

var recodings = sync.Pool{New: func() any { return new(recodeBuffers) }}

func newRecoded(c coding, d decoder, text io.ReadCloser, in *bufio.Reader, stream bool) *recoded {
	r := &recoded{coding: c, decoder: d, text: text, in: in, stream: stream}
	r.encoder = c.encoders.Get().(encoder)
	r.buffers = recodings.Get().(*recodeBuffers)
	r.encoder.Reset(&r.buffers.out)
	return r
}

// length is how long the text is in its encoding, or -1: that of a short one,
// which is sent at once in any case, is known before its headers are sent. With
// a length, net/http's server and ReverseProxy do without chunks and flushes.
func (r *recoded) length() int64 {
	if r.stream {
		return -1
	}
	r.fill(readSize)
	if r.ended && r.err == nil {
		r.err = r.drain() // the body may have broken off behind the text
	}
	if r.err != io.EOF {
		return -1
	}
	return int64(r.buffers.out.Len())
}

// fill encodes until there is as much as is wanted, or what is to be sent.
func (r *recoded) fill(wanted int) {
	for flushed := false; r.err == nil && !r.ended && !flushed && r.buffers.out.Len() < wanted; {
		flushed, r.err = r.encode()
	}
}

// Read implements io.Reader.
func (r *recoded) Read(p []byte) (int, error) {
	if r.buffers != nil && r.buffers.out.Len() == 0 {
		r.fill(len(p)) // what there is, is sent before more is waited for
	}
	if r.buffers != nil && r.buffers.out.Len() > 0 {
		return r.buffers.out.Read(p)
	}
	if r.ended && r.err == nil {
		r.err = r.drain() // what is left may be a long time coming
	}
	return 0, r.err
}

// encode reads on in the text, and reports whether what there is of it is to be
// sent: of a stream, all that its decoder returns before it asks for more.
func (r *recoded) encode() (flushed bool, err error) {
	n, ended := r.text.Read(r.buffers.text[:])
	if n > 0 {
		if _, err := r.encoder.Write(r.buffers.text[:n]); err != nil {
			return false, err
		}
	}
	switch {
	case ended == io.EOF:
		r.ended = true
		return true, r.encoder.Close()
	case ended != nil:
		_ = r.encoder.Flush() // what came before the fault is sent, as it would have been
		return true, ended
	case r.stream:
		return true, r.encoder.Flush()
	}
	return false, nil
}

// drain reads the body to its end, where its trailers are. Of what is behind
// the encoding's own end browsers take no notice.
func (r *recoded) drain() error {
	if n, err := io.CopyN(io.Discard, r.in, maxRecorded); n < maxRecorded {
		return err // io.EOF, or the app's failure
	}
	return io.EOF
}

// Close implements io.Closer. Nothing is read any more.
func (r *recoded) Close() error {
	if r.buffers != nil {
		r.encoder.Reset(io.Discard)
		r.coding.encoders.Put(r.encoder)
		r.coding.decoders.Put(r.decoder)
		r.buffers.out.Reset()
		recodings.Put(r.buffers)
		r.buffers, r.err = nil, errClosed
	}
	return r.text.Close()
}
