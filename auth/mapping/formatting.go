package mapping

import (
	"bytes"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// HTML asks that a formatting element (<b>, <font>) which is left open is
// opened again in every block that follows, with all its attributes (section
// 13.2.4.3), and that <html> and <body> collect the attributes of all their
// tags. A page of 1 MiB can so become 15 GiB of nodes, or take minutes, and
// whoever may write rich text in the app may write such a page. No selector
// needs either. disguise makes the parser take these elements for ones that
// it does not know, and unmask gives them their names back (TestPagesStayBounded).

// mask ends the name of a disguised element. Unicode promises that no text
// holds this character.
const mask = "\ufdd0"

// maxRoots is how many tags of <html> and <body> keep their meaning; a script
// may mention a few before the page has its own.
const maxRoots = 8

// formatting are the elements that are opened again (section 13.2.4.2).
var formatting = map[string]bool{
	"a": true, "b": true, "big": true, "code": true, "em": true, "font": true, "i": true, "nobr": true,
	"s": true, "small": true, "strike": true, "strong": true, "tt": true, "u": true,
}

// disguise puts the mask after every name of such an element that follows a <
// or </. It does not ask what the < stands in: where that is a script or a
// comment depends on what the parser makes of the page so far.
func disguise(page []byte) []byte {
	page = bytes.ReplaceAll(page, []byte(mask), []byte("\ufffd"))
	disguised := make([]byte, 0, len(page)+len(page)/16)
	roots := 0
	for {
		i := bytes.IndexByte(page, '<') + 1
		if i == 0 {
			return append(disguised, page...)
		}
		if i < len(page) && page[i] == '/' {
			i++
		}
		name := tagName(page[i:])
		disguised = append(disguised, page[:i+len(name)]...)
		page = page[i+len(name):]
		if name == "html" || name == "body" {
			roots++
		}
		if formatting[name] || roots > maxRoots && (name == "html" || name == "body") {
			disguised = append(disguised, mask...)
		}
	}
}

// longestName is that of the names to disguise.
const longestName = len("strike")

// tagName returns a tag's name with ASCII letters in lower case, as the
// tokenizer has it, or nothing if it is longer than any that matters.
func tagName(tag []byte) string {
	var name [longestName]byte
	for i, c := range tag {
		switch {
		case strings.IndexByte(" \t\n\f\r/>", c) >= 0:
			return string(name[:i])
		case i == longestName:
			return ""
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		name[i] = c
	}
	return string(name[:len(tag)])
}

// unmask gives the disguised elements their names back.
func unmask(root *html.Node) {
	for n := range root.Descendants() {
		if strings.Contains(n.Data, mask) {
			n.Data = strings.ReplaceAll(n.Data, mask, "")
			if n.Type == html.ElementNode {
				n.DataAtom = atom.Lookup([]byte(n.Data))
			}
		}
		for i, a := range n.Attr {
			if strings.Contains(a.Key, mask) || strings.Contains(a.Val, mask) {
				n.Attr[i].Key, n.Attr[i].Val = strings.ReplaceAll(a.Key, mask, ""), strings.ReplaceAll(a.Val, mask, "")
			}
		}
	}
}
