package mapping

import (
	"bytes"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// bom is the mark that some editors put before UTF-8.
var bom = []byte("\ufeff")

// toUTF8 converts a text from the charset that its mark, its Content-Type or
// its <meta> says. JSON is UTF-8 (RFC 8259, section 8.1), whatever they say.
// UTF-8 stays as it is, so that what is invalid in it can still be seen.
func toUTF8(body []byte, media, contentType string) []byte {
	if unmarked, ok := bytes.CutPrefix(body, bom); ok {
		return unmarked
	}
	if !hasCharset(media) {
		return body
	}
	sample := body
	if utf8.Valid(body) {
		// A page that says nothing is taken for what it can be. The letter makes
		// the library see that beyond the 1,024 bytes at which it looks.
		sample = append([]byte("é"), body[:min(len(body), 1022)]...)
	}
	encoding, name, _ := charset.DetermineEncoding(sample, contentType)
	if name == "utf-8" {
		return body
	}
	converted, err := encoding.NewDecoder().Bytes(body)
	if err != nil { // decoders of this library replace what is invalid
		return body
	}
	return converted
}

// hasCharset tells whether bodies of a type are texts in a charset of their own.
func hasCharset(media string) bool {
	return media == "" || strings.HasPrefix(media, "text/") && media != "text/json" ||
		media == "application/xml" || strings.HasSuffix(media, "+xml")
}
