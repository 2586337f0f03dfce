package inject

import (
	"bytes"
	"strings"

	"golang.org/x/text/encoding/htmlindex"
)

// contentType is what a Content-Type says, as far as it matters here.
type contentType struct {
	html, xhtml bool
	charset     string // "" where it says none
}

// readContentType reads a Content-Type as leniently as browsers do.
func readContentType(value string) contentType {
	media, parameters, _ := strings.Cut(value, ";")
	media = strings.ToLower(strings.TrimSpace(media))
	c := contentType{html: media == "text/html", xhtml: media == "application/xhtml+xml"}
	for parameter := range strings.SplitSeq(parameters, ";") {
		name, charset, _ := strings.Cut(parameter, "=")
		if c.charset == "" && strings.EqualFold(strings.TrimSpace(name), "charset") {
			c.charset = strings.Trim(strings.TrimSpace(charset), `"'`)
		}
	}
	return c
}

// writesTagsAsASCII reports whether < and what follows it are the same bytes as
// in ASCII, and never a part of another character (Encoding standard). UTF-16
// is none of these charsets, and neither is ISO-2022-JP.
func writesTagsAsASCII(charset string) bool {
	if charset == "" {
		return true // what a <meta> may say instead is never UTF-16: browsers read that as UTF-8
	}
	encoding, err := htmlindex.Get(charset)
	if err != nil {
		return true // browsers overlook a charset that they do not know
	}
	name, err := htmlindex.Name(encoding)
	return err == nil && name != "utf-16le" && name != "utf-16be" && name != "iso-2022-jp" && name != "replacement"
}

// A mark at the beginning of a document, which counts before its Content-Type.
var utf8Mark, utf16LEMark, utf16BEMark = []byte("\xef\xbb\xbf"), []byte("\xff\xfe"), []byte("\xfe\xff")

// isUTF16 reports whether a document begins with the mark of UTF-16.
func isUTF16(doc []byte) bool {
	return bytes.HasPrefix(doc, utf16LEMark) || bytes.HasPrefix(doc, utf16BEMark)
}
