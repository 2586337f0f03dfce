package inject

import "bytes"

// isPlain reports whether there is nothing in a text that a head is looked at
// for, up to where a body begins. The tokenizer, which costs more than all the
// rest of an injection, need not read such a head, as nearly all are. Where
// <body stands in a script the head goes on behind it: a policy there is seen
// all the same, and widget.js sees the rest.
func isPlain(text []byte) bool {
	body := indexFold(text, "<body")
	if body < 0 || indexFold(text, "-security-policy") >= 0 {
		return false
	}
	head := text[:body]
	return !bytes.Contains(head, []byte("&#")) && // what is written so might be one of these words
		!bytes.Contains(head, []byte("ferngate")) && !bytes.Contains(head, []byte("FERNGATE")) && indexFold(head, "<frameset") < 0
}

// indexFold is where a word is in a text, in any case, or -1. The word is in
// lower case, and begins with a sign that has none.
func indexFold(text []byte, word string) int {
	for at := 0; ; at++ {
		next := bytes.IndexByte(text[at:], word[0])
		if at += next; next < 0 || len(text)-at < len(word) {
			return -1
		}
		if text[at+1]|0x20 == word[1] && equalFold(string(text[at:at+len(word)]), word) {
			return at
		}
	}
}
