package config

import (
	"errors"
	"fmt"
	"regexp"
	"regexp/syntax"
	"strings"
)

// Pattern is a regular expression of package regexp, which takes linear time
// whatever it is given. The zero value is the absent one.
type Pattern struct{ *regexp.Regexp }

// errPattern is returned for a text that is no regular expression.
var errPattern = errors.New("malformed regular expression")

// ParsePattern reads a regular expression other than the empty one.
func ParsePattern(text string) (Pattern, error) {
	p, problem, _ := parsePattern(text)
	if problem != "" {
		return Pattern{}, fmt.Errorf("%w: it %s", errPattern, problem)
	}
	return p, nil
}

// parsePattern is ParsePattern with the two texts of a fault: what is wrong and
// what to write instead; the first is empty when nothing is.
func parsePattern(text string) (p Pattern, problem, mend string) {
	if text == "" {
		return Pattern{}, "is empty, and matches everything", "write a regular expression, or leave the key out"
	}
	re, err := regexp.Compile(text)
	if err != nil {
		problem, mend = explainPattern(err)
		return Pattern{}, problem, mend
	}
	return Pattern{re}, "", ""
}

// explainPattern says in plain words why a text is no regular expression.
func explainPattern(err error) (problem, mend string) {
	malformed, ok := errors.AsType[*syntax.Error](err)
	if !ok {
		malformed = &syntax.Error{Code: syntax.ErrInternalError}
	}
	part := quoted(malformed.Expr)
	if strings.HasPrefix(malformed.Expr, "(?<=") || strings.HasPrefix(malformed.Expr, "(?<!") { // taken for the name of a group
		malformed.Code, part = syntax.ErrInvalidPerlOp, quoted(malformed.Expr[:4])
	}
	switch malformed.Code {
	case syntax.ErrMissingParen:
		return "opens a group with ( and does not close it", `write ) at the group's end, or \( for the sign itself`
	case syntax.ErrUnexpectedParen:
		return "closes a group with ) that it did not open", `leave the ) out, or write \) for the sign itself`
	case syntax.ErrMissingBracket:
		return "opens a class of characters with [ and does not close it", `write ] at its end, or \[ for the sign itself`
	case syntax.ErrInvalidCharRange, syntax.ErrInvalidCharClass:
		return "has " + part + ", which is no range or class of characters", "write the smaller character of a range first, as in a-z; the classes are such as [[:alpha:]]"
	case syntax.ErrInvalidEscape:
		return "has " + part + ", which means nothing", `leave the backslash out, or write \\ for the sign itself`
	case syntax.ErrTrailingBackslash:
		return "ends in a backslash, with nothing for it to act on", `write \\ for the sign itself`
	case syntax.ErrMissingRepeatArgument:
		return "has " + part + " with nothing before it to repeat", `write what is repeated before it, or \ before the sign for the sign itself`
	case syntax.ErrInvalidRepeatOp:
		return "repeats a repetition: " + part, "leave all but one of these signs out"
	case syntax.ErrInvalidRepeatSize:
		return "repeats too often, or from more to less: " + part, "write at most 1000 times, the smaller number first, as in {2,5}"
	case syntax.ErrInvalidNamedCapture:
		return "names a group wrongly: " + part, "write (?P<name>…) with letters, digits and _ in the name, each name once"
	case syntax.ErrInvalidPerlOp:
		return "has " + part + ", which RE2 does not know: there is no looking ahead or behind", "match the text around the value too, and put the value alone in ( )"
	case syntax.ErrNestingDepth, syntax.ErrLarge:
		return "is too large", "write a simpler one"
	}
	return "is not a regular expression", "write one in the syntax of RE2"
}

// String returns the pattern as it was written, "" where there is none.
func (p Pattern) String() string {
	if p.IsZero() {
		return ""
	}
	return p.Regexp.String()
}

// MarshalText implements encoding.TextMarshaler also for the zero value, with which that of Regexp would panic.
func (p Pattern) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// IsZero reports whether there is no pattern.
func (p Pattern) IsZero() bool { return p.Regexp == nil }
