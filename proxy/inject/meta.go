package inject

import (
	"bytes"
	"strings"
)

// attributeEscapes are what a value in double quotes wants, in HTML and in XML.
var attributeEscapes = strings.NewReplacer("&", "&amp;", `"`, "&quot;", "<", "&lt;")

// withContent is a <meta> tag with another value of its first content
// attribute; every other byte of it stays. A tag so odd that it would not be
// read back as that stays as it is.
func withContent(tag []byte, content string) []byte {
	start, end := contentValue(tag)
	if start < 0 {
		return tag
	}
	escaped := attributeEscapes.Replace(content)
	out := make([]byte, 0, len(tag)+len(escaped)+2)
	out = append(out, tag[:start]...)
	out = append(out, '"')
	out = append(out, escaped...)
	out = append(out, '"')
	out = append(out, tag[end:]...)
	again := scanner{mode: inHead}
	again.scan(out, 0, true)
	if len(again.policies) != 1 || again.policies[0] != (policy{0, len(out), content}) {
		return tag
	}
	return out
}

// contentValue finds the value of a tag's first content attribute, its quotes
// included, as the tokenizer does (HTML standard, sections 13.2.5.32 to 39).
// start is -1 where there is none.
func contentValue(tag []byte) (start, end int) {
	for at := tagNameEnd(tag); at < len(tag)-1; {
		if bytes.IndexByte([]byte(blanks+"/"), tag[at]) >= 0 {
			at++
			continue
		}
		from := at
		at++ // an = in the first place is part of the name
		at += endOf(tag[at:], blanks+"/>=")
		name := tag[from:at]
		next := at + endOfBlanks(tag[at:])
		if next >= len(tag) || tag[next] != '=' {
			if equalFold(string(name), "content") {
				return -1, -1 // the first one counts, and has no value
			}
			continue
		}
		at = next + 1
		at += endOfBlanks(tag[at:])
		from = at
		switch {
		case at >= len(tag)-1:
		case tag[at] == '"' || tag[at] == '\'':
			at += 1 + bytes.IndexByte(tag[at+1:], tag[at]) + 1
		default:
			at += endOf(tag[at:], blanks+">")
		}
		if equalFold(string(name), "content") {
			return from, at
		}
	}
	return -1, -1
}

// endOf is how many bytes come before the first that is one of stops.
func endOf(b []byte, stops string) int {
	if i := bytes.IndexAny(b, stops); i >= 0 {
		return i
	}
	return len(b)
}

// endOfBlanks is how many bytes of white space come first.
func endOfBlanks(b []byte) int { return len(b) - len(bytes.TrimLeft(b, blanks)) }
