// Package mapping is the language in which a config says where an app's answer
// names the person, and how an identity is made of that: extractors find
// values, templates compose them, a table adds to them. It does no network I/O
// and trusts nothing that it reads: what is malformed, doubled or too large is
// no value, with a reason that an operator can act on.
package mapping

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/html"
)

// MaxBody is the largest body that is read, in bytes, after its
// Content-Encoding is undone.
const MaxBody = 1 << 20

var (
	// ErrTooLarge is returned for a body larger than MaxBody.
	ErrTooLarge = errors.New("the answer's body is larger than 1 MiB")
	// ErrEncoding is returned for a Content-Encoding that is unknown, that is
	// applied more than once, or that the body does not keep to.
	ErrEncoding = errors.New("the answer's Content-Encoding cannot be undone")
)

// Document is one answer to read values from. What is read of it first is
// parsed then and kept: it is not for several goroutines at once.
type Document struct {
	// Status is the answer's status, 0 for what is no HTTP answer.
	Status int
	// Header are the answer's headers.
	Header http.Header

	kind  kind
	media string // of the body: its media type in lower case, without parameters
	body  []byte // UTF-8 as far as the answer keeps to its own charset

	json *parsed[any]
	html *parsed[*html.Node]
}

// kind is what a document was made of.
type kind int

const (
	answer kind = iota
	claims
	headers
)

// parsed is what parsing a body has given.
type parsed[T any] struct {
	root T
	err  error
}

// Read reads an answer to its end, or to more than MaxBody, and does not close
// it. The body's Content-Encoding may be gzip, x-gzip, br, zstd, or deflate
// with the header of zlib (RFC 9110, section 8.4.1.2) or, as some send it,
// without; a text is converted to UTF-8. The error is ErrTooLarge, wraps
// ErrEncoding, or wraps that of reading the body.
func Read(res *http.Response) (*Document, error) {
	body, err := decompress(res.Body, res.Header)
	if err != nil {
		return nil, err
	}
	d := &Document{Status: res.StatusCode, Header: res.Header, media: mediaType(res.Header)}
	d.body = toUTF8(body, d.media, res.Header.Get("Content-Type"))
	return d, nil
}

// ClaimsDocument makes the claims of a JWT readable by JSON Pointers, and by
// no other extractor. Numbers must be json.Number, as jwt.WithJSONNumber and
// json.Decoder.UseNumber leave them: a float64 has lost its digits and is no value.
func ClaimsDocument(c map[string]any) *Document {
	return &Document{kind: claims, json: &parsed[any]{root: fromMap(c)}}
}

// HeadersDocument makes headers readable by their names, and by no other extractor.
func HeadersDocument(h http.Header) *Document {
	return &Document{kind: headers, Header: h}
}

// lacksBody says why there is no body to read; empty when there is one.
func (d *Document) lacksBody() string {
	switch d.kind {
	case claims:
		return "a JWT has claims only, to be read by json"
	case headers:
		return "there are headers only, to be read by header"
	}
	if len(d.body) == 0 {
		return fmt.Sprintf("the answer (status %d) has no body", d.Status)
	}
	return ""
}

// isMarkup tells whether the body is HTML or XML, in which texts are escaped.
// An answer without Content-Type is judged by its first bytes, as browsers do.
func (d *Document) isMarkup() bool {
	media := d.media
	if media == "" {
		media, _, _ = strings.Cut(http.DetectContentType(d.body), ";")
	}
	return media == "text/html" || media == "text/xml" || media == "application/xml" || strings.HasSuffix(media, "+xml")
}

// typeName is the body's type as a person reads it.
func (d *Document) typeName() string {
	if d.media == "" {
		return "of no Content-Type"
	}
	return plain(d.media)
}

// mediaType returns a body's type, lower-case and without parameters.
func mediaType(h http.Header) string {
	media, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil { // a parameter is malformed, or given twice
		media, _, _ = strings.Cut(h.Get("Content-Type"), ";")
	}
	return strings.ToLower(strings.TrimSpace(media))
}

// readBounded reads to the end, or fails with ErrTooLarge.
func readBounded(r io.Reader) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, MaxBody+1))
	if err == nil && len(body) > MaxBody {
		err = ErrTooLarge
	}
	return body, err
}

// headerNames are the names of an answer's headers, in order.
func headerNames(h http.Header) []string { return slices.Sorted(maps.Keys(h)) }
