package mapping

import (
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// PathOf fills in the path and query of a step. Each value becomes part of one
// segment, or of one query value after the first ?: all of it but letters,
// digits and -._~ is percent-encoded. A *RefusedError is returned for a value
// that is missing, empty or a list, that has a control character, or that
// makes dot segments: with those the path could lead to another person's page.
func PathOf(t config.Template, values Values) (string, error) {
	refuse := refusal("path")
	var b strings.Builder
	for _, part := range t.Parts() {
		if part.Name == "" {
			b.WriteString(part.Text)
			continue
		}
		v, ok := values[part.Name]
		switch {
		case !ok || !v.IsList && v.Text == "":
			return "", refuse("there is no value " + part.Name)
		case v.IsList:
			return "", refuse("the value " + part.Name + " is a list, not a text")
		case !isClean(v.Text):
			return "", refuse("the value " + part.Name + " has a control character, or one that cannot be read")
		case hasDots(v.Text):
			return "", refuse("the value " + part.Name + " is . or .., or has it between slashes")
		}
		// Query escaping but for the space: valid in both parts, and the + that a path keeps is no space.
		b.WriteString(strings.ReplaceAll(url.QueryEscape(v.Text), "+", "%20"))
	}
	path, _, _ := strings.Cut(b.String(), "?")
	decoded, err := url.PathUnescape(path)
	if err != nil {
		return "", refuse("it is malformed")
	}
	if hasDots(decoded) {
		return "", refuse("a value makes a segment . or ..")
	}
	return b.String(), nil
}

// hasDots tells whether a server could find a dot segment in a text: between
// slashes of either kind, and with ;parameters cut.
func hasDots(text string) bool {
	for segment := range strings.SplitSeq(strings.ReplaceAll(text, `\`, "/"), "/") {
		segment, _, _ = strings.Cut(segment, ";")
		if segment == "." || segment == ".." {
			return true
		}
	}
	return false
}
