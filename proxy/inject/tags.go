package inject

import (
	"bytes"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// blanks are what HTML takes for white space.
const blanks = " \t\n\f\r"

func isBlank(text []byte) bool { return len(bytes.Trim(text, blanks)) == 0 }

// leadingBlanks is how much of a token HTML drops before a head: white space.
func leadingBlanks(kind html.TokenType, token []byte) int {
	if kind != html.TextToken {
		return 0
	}
	return len(token) - len(bytes.TrimLeft(token, blanks))
}

// isXMLComment reports whether a comment or a processing instruction, as HTML
// has it, is the same in XML (sections 2.5 and 2.6), where a > does not end one.
func isXMLComment(token []byte) bool {
	if bytes.HasPrefix(token, []byte("<?")) {
		return bytes.HasSuffix(token, []byte("?>"))
	}
	return len(token) >= len("<!---->") && bytes.HasPrefix(token, []byte("<!--")) && bytes.HasSuffix(token, []byte("-->"))
}

// isXMLDoctype reports whether a doctype, as HTML has it, is a whole one in XML
// (section 2.8), where a > within quotes or an internal subset does not end it.
func isXMLDoctype(token []byte) bool {
	return bytes.IndexByte(token, '[') < 0 && bytes.Count(token, []byte(`"`))%2 == 0 && bytes.Count(token, []byte("'"))%2 == 0
}

// isOfHead reports whether a start tag leaves the head open (HTML standard,
// section 13.2.6.4.4).
func isOfHead(name atom.Atom) bool {
	switch name {
	case atom.Html, atom.Head, atom.Base, atom.Basefont, atom.Bgsound, atom.Link, atom.Meta, atom.Title, atom.Noscript,
		atom.Noframes, atom.Style, atom.Script, atom.Template:
		return true
	}
	return false
}

// isRawText reports whether what follows a start tag is text up to its own end
// tag, as the tokenizer has it.
func isRawText(name atom.Atom) bool {
	switch name {
	case atom.Iframe, atom.Noembed, atom.Noframes, atom.Noscript, atom.Plaintext, atom.Script, atom.Style, atom.Textarea, atom.Title, atom.Xmp:
		return true
	}
	return false
}

// tagNameEnd is where the name of a tag ends in it.
func tagNameEnd(tag []byte) int {
	if i := bytes.IndexAny(tag, blanks+"/>"); i > 1 {
		return i
	}
	if i := bytes.IndexAny(tag[2:], blanks+"/>"); i >= 0 { // an end tag
		return i + 2
	}
	return len(tag)
}

// isAMP reports whether the <html> tag at hand says that the page is an AMP one.
func isAMP(z *html.Tokenizer) bool {
	for more := true; more; {
		var key []byte
		key, _, more = z.TagAttr()
		if string(key) == "amp" || string(key) == "⚡" || string(key) == "⚡4email" || string(key) == "amp4email" {
			return true
		}
	}
	return false
}

// attributes are those that matter here of a tag.
type attributes struct{ name, httpEquiv, content, id, src string }

// readAttributes reads those of the tag at hand. Of several of one name the
// tokenizer knows the first alone, as browsers do.
func readAttributes(z *html.Tokenizer) attributes {
	var a attributes
	for more := true; more; {
		var key, value []byte
		key, value, more = z.TagAttr()
		switch string(key) {
		case "name":
			a.name = string(value)
		case "http-equiv":
			a.httpEquiv = string(value)
		case "content":
			a.content = string(value)
		case "id":
			a.id = string(value)
		case "src":
			a.src = string(value)
		}
	}
	return a
}

// equalFold compares with a text in lower case as HTML compares: by ASCII.
func equalFold(text, lower string) bool {
	if len(text) != len(lower) {
		return false
	}
	for i := range len(text) {
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
