package config

import (
	"encoding/json"
	"math"
	"regexp"
	"strconv"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Option is one value of a JavaScript options object, as JSON (RFC 8259): true
// or false, a number, or a text.
type Option string

// maxExact is the largest whole number up to which JavaScript tells all of them apart.
const maxExact = 1<<53 - 1

// wholeNumber is a whole number as JSON writes it.
var wholeNumber = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)

// parseOption reads a value by how the file writes it: what stands in quotes, or
// as a block of lines, is a text whatever it looks like. The two texts are what
// is wrong and what to write instead; the first is empty when nothing is.
func parseOption(n ast.ScalarNode) (o Option, problem, mend string) {
	const asText = ", or quotes around it for a text"
	text := textOf(n)
	switch n.(type) {
	case *ast.StringNode, *ast.LiteralNode:
		kind := n.GetToken().Type
		quoted := kind == token.SingleQuoteType || kind == token.DoubleQuoteType || n.Type() == ast.LiteralType
		if quoted || !isNumber(text) { // the parser takes numbers such as 1e3 for texts
			return textOption(text), "", ""
		}
	case *ast.BoolNode:
		if text != "true" && text != "false" {
			return "", quoted(text) + " is neither true nor false", "write true or false" + asText
		}
		return Option(text), "", ""
	}
	f, err := strconv.ParseFloat(text, 64)
	switch {
	case !isNumber(text):
		return "", quoted(text) + " is a number that JavaScript reads otherwise, or not at all", "write decimal digits alone, such as 5, -1 or 0.5" + asText
	case err != nil, wholeNumber.MatchString(text) && math.Abs(f) > maxExact:
		return "", quoted(text) + " is a larger number than JavaScript can hold exactly", "write quotes around it: it is a text then"
	}
	return Option(text), "", ""
}

// isNumber tells whether a text is a number as JSON writes it.
func isNumber(text string) bool {
	var n json.Number
	return text != "" && text[0] != '"' && json.Unmarshal([]byte(text), &n) == nil && n.String() == text
}

// textOption is a text as an option.
func textOption(text string) Option {
	written, err := json.Marshal(text)
	if err != nil {
		panic(err) // a text always marshals
	}
	return Option(written)
}

// isBool tells whether the option is true or false.
func (o Option) isBool() bool { return o == "true" || o == "false" }

// MarshalJSON implements json.Marshaler.
func (o Option) MarshalJSON() ([]byte, error) { return []byte(o), nil }
