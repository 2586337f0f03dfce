package config

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/token"
)

// align gives every token the place where its text really stands in the file.
// The lexer loses count after some escapes and line ends, and an excerpt that
// goes by its places could show the secret beside the part it hides
// (FuzzExcerpts). It tells whether the tokens, with white space between them,
// are the whole file; if not, no place can be trusted.
func align(src string, tokens token.Tokens) bool {
	at, rest := place{1, 1}, src
	advance := func(n int) {
		passed := rest[:n]
		rest = rest[n:]
		if lines := strings.Count(passed, "\n"); lines > 0 {
			at = place{at.line + lines, 1}
			passed = passed[strings.LastIndexByte(passed, '\n')+1:]
		}
		at.column += utf8.RuneCountInString(passed)
	}
	skip := func() { advance(len(rest) - len(strings.TrimLeftFunc(rest, unicode.IsSpace))) }
	for _, t := range tokens {
		skip()
		text := strings.TrimSpace(t.Origin)
		start := at
		if t.Type == token.CommentType { // its origin leaves the # out
			text = strings.TrimSpace(firstLine(rest))
		}
		if !strings.HasPrefix(rest, text) {
			return false
		}
		advance(len(text))
		t.Position.Line, t.Position.Column = start.line, start.column
	}
	skip()
	return rest == ""
}

// firstLine cuts a text at its first line end.
func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
