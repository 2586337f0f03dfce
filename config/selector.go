package config

import (
	"errors"
	"fmt"
	"strings"

	"github.com/andybalholm/cascadia"
)

// Selector is a CSS selector, or several with commas between. The zero value is the absent one.
type Selector struct {
	cascadia.SelectorGroup
	text string
}

// errSelector is returned for a text that is no CSS selector.
var errSelector = errors.New("malformed CSS selector")

// ParseSelector reads a CSS selector without pseudo-elements.
func ParseSelector(text string) (Selector, error) {
	s, problem, _ := parseSelector(text)
	if problem != "" {
		return Selector{}, fmt.Errorf("%w: it %s", errSelector, problem)
	}
	return s, nil
}

// parseSelector is ParseSelector with the two texts of a fault: what is wrong
// and what to write instead; the first is empty when nothing is.
func parseSelector(text string) (s Selector, problem, mend string) {
	if strings.TrimSpace(text) == "" {
		return Selector{}, "is empty, and selects nothing", `write a CSS selector such as "input[name=login]", or leave the key out`
	}
	group, err := cascadia.ParseGroup(text)
	if err != nil {
		problem, mend = explainSelector(text, err)
		return Selector{}, problem, mend
	}
	return Selector{group, text}, "", ""
}

// explainSelector says in plain words why a text is no selector. The library's
// own text is not shown: it repeats the whole selector.
func explainSelector(text string, err error) (problem, mend string) {
	if strings.HasPrefix(text, "/") {
		return "is not a CSS selector; it looks like an XPath", `write a CSS selector such as "input[name=login]"`
	}
	said := err.Error()
	if strings.Contains(text, "::") {
		said = "pseudo-element"
	}
	for _, known := range []struct{ part, problem, mend string }{
		{"pseudo-element", "asks for a pseudo-element (::), which no page holds", "leave the :: and its name out: the element's text is read anyway, and attr names an attribute"},
		{"empty pseudoclass", "has a : with no name after it", `write one such as :first-child, or \: for a colon that is part of a name`},
		{"pseudoelement", "has a : with a name after it that is not known", `leave it out, or write \: for a colon that is part of a name`},
		{"attribute operator", "compares an attribute in a way that is not known", `write =, ~=, |=, ^=, $= or *= between name and value`},
		{"equality operator", "compares an attribute in a way that is not known", `write =, ~=, |=, ^=, $= or *= between name and value`},
		{"in attribute selector", "opens an attribute with [ and does not close it", "write ] at its end"},
		{"expected ']'", "opens an attribute with [ and does not close it", `write ] at its end, and quotes around a value that is more than letters, digits, _ and -`},
		{"string", "opens a quoted text and does not close it", "close the quotes"},
		{"'('", "has a ( without its ), or lacks one", "write ( and ) around what belongs to the name before"},
		{"')'", "opens a ( and does not close it", "write ) at its end"},
		{"pseudo selector", "opens a ( and does not close it", "write ) at its end"},
		{"an+b", "counts children in a way that is not known", "write a number, odd, even or such as 2n+1"},
		{"'odd' or 'even'", "counts children in a way that is not known", "write a number, odd, even or such as 2n+1"},
		{"integer", "counts children in a way that is not known", "write a number, odd, even or such as 2n+1"},
		{"out of range", "counts children in a way that is not known", "write a number, odd, even or such as 2n+1"},
		{"expected name", "has a # with no name after it", `write the element's id after it, as in "#account"`},
		{"nesting", "is nested too deeply", "write a simpler one"},
		{"escape", "has a backslash with nothing for it to act on", `leave the backslash out, or write \\ for the sign itself`},
		{"found EOF", "ends where more should follow", "complete it, or leave out the sign at its end"},
		{"unexpected EOF", "ends where more should follow", "complete it"},
		{"expected identifier", "has a sign where a name should stand", `write an element, #id, .class or [attribute] there; a value with other signs stands in quotes, as in [name="2fa"]`},
		{"left over", "has a sign that does not belong there", `write elements, #id, .class and [attribute="value"], with spaces, > or commas between`},
	} {
		if strings.Contains(said, known.part) {
			return known.problem, known.mend
		}
	}
	return "is not a CSS selector", `write one such as "input[name=login]"`
}

// String returns the selector as it was written.
func (s Selector) String() string { return s.text }

// IsZero reports whether there is no selector.
func (s Selector) IsZero() bool { return s.text == "" }
