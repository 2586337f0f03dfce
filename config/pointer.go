package config

import (
	"errors"
	"fmt"
	"strings"
)

// Pointer is a JSON Pointer (RFC 6901). The zero value is the absent one.
type Pointer struct {
	text   string
	tokens []string
}

// errPointer is returned for a text that is no JSON Pointer.
var errPointer = errors.New("malformed JSON Pointer")

// ParsePointer reads a JSON Pointer other than that to the whole document.
func ParsePointer(text string) (Pointer, error) {
	p, problem, _ := parsePointer(text)
	if problem != "" {
		return Pointer{}, fmt.Errorf("%w: it %s", errPointer, problem)
	}
	return p, nil
}

// parsePointer is ParsePointer with the two texts of a fault: what is wrong and
// what to write instead; the first is empty when nothing is.
func parsePointer(text string) (p Pointer, problem, mend string) {
	switch {
	case text == "":
		return Pointer{}, "is empty, and points to the whole answer", "write a JSON Pointer such as /user/email, or leave the key out"
	case text[0] != '/':
		return Pointer{}, "does not begin with /", "write a JSON Pointer (RFC 6901), such as " + likePointer(text)
	}
	p.text = text
	for token := range strings.SplitSeq(text[1:], "/") {
		rest := strings.NewReplacer("~0", "", "~1", "").Replace(token)
		if strings.Contains(rest, "~") {
			return Pointer{}, "holds a ~ without 0 or 1 after it", "write ~0 for ~, and ~1 for a / that is part of a name"
		}
		// Section 4: first ~1, then ~0, so that ~01 becomes ~1.
		p.tokens = append(p.tokens, strings.ReplaceAll(strings.ReplaceAll(token, "~1", "/"), "~0", "~"))
	}
	return p, "", ""
}

// likePointer is the pointer that a text in another notation most likely means:
// user.name, $.user.name (JSONPath) and #/user/name (a pointer in a URL).
func likePointer(text string) string {
	text = strings.Trim(strings.TrimLeft(text, "$#"), "./")
	if !strings.Contains(text, "/") {
		text = strings.ReplaceAll(text, ".", "/")
	}
	if !isToken(strings.ReplaceAll(text, "/", "")) {
		return "/user/email"
	}
	return "/" + shorten(text)
}

// String returns the pointer as it was written.
func (p Pointer) String() string { return p.text }

// IsZero reports whether there is no pointer.
func (p Pointer) IsZero() bool { return p.text == "" }

// Tokens returns the reference tokens, unescaped.
func (p Pointer) Tokens() []string { return p.tokens }
