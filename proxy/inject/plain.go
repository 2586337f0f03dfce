package inject

import "bytes"

// isPlain reports whether there is nothing in a text that a head is looked at
// for, up to where a body begins in it. The tokenizer, which costs more than all
// the rest of an injection, need not read such a head, as nearly all are. A
// policy is looked for in all of the text: at worst it is one of no head.
func isPlain(text []byte) bool {
	body := bodyIn(text)
	if body < 0 || indexFold(text, "-security-policy") >= 0 {
		return false
	}
	head := bytes.ToLower(text[:body])
	return !bytes.Contains(head, []byte("&#")) && // what is written so might be one of these words
		!bytes.Contains(head, []byte("ferngate")) && !bytes.Contains(head, []byte("<frameset"))
}

// bodyIn is where the first <body> is in a text that begins in a head, or -1 if
// that cannot be told so simply.
func bodyIn(text []byte) int {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], '<')
		if next < 0 {
			return -1
		}
		at += next
		rest := text[at:]
		switch {
		case hasPrefixFold(rest, "<body"):
			return at
		case hasPrefixFold(rest, "<template"):
			return -1
		case bytes.HasPrefix(rest, []byte("<!--")):
			end := bytes.Index(rest, []byte("-->"))
			if end < 0 {
				return -1
			}
			at += end
			continue
		}
		for _, name := range [...]string{"script", "style", "title", "noscript", "noframes", "textarea", "iframe", "noembed", "xmp", "plaintext"} {
			if hasPrefixFold(rest[1:], name) {
				end := indexFold(rest, "</"+name)
				if end < 0 {
					return -1
				}
				at += end
				break
			}
		}
	}
}

// indexFold is where a word is in a text, in any case, or -1. The word is in
// lower case, and begins with a sign that has none.
func indexFold(text []byte, word string) int {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], word[0])
		if next < 0 {
			return -1
		}
		if at += next; hasPrefixFold(text[at:], word) {
			return at
		}
	}
}

// hasPrefixFold reports whether a text begins with a word, given in lower case, in any case.
func hasPrefixFold(text []byte, word string) bool {
	for i := range len(word) {
		if i >= len(text) {
			return false
		}
		c := text[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
