package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Template composes a text from values: "{first} {last}". The zero value is the absent one.
type Template struct {
	text  string
	parts []TemplatePart
}

// TemplatePart is a piece of a template: the value called Name, or Text as it stands where Name is empty.
type TemplatePart struct{ Text, Name string }

// errTemplate is returned for a text that is no template.
var errTemplate = errors.New("malformed template")

// ParseTemplate reads a template: {name} is the value of that name, {{ and }}
// are braces. A name has letters, digits, _ and - only.
func ParseTemplate(text string) (Template, error) {
	t, problem, _ := parseTemplate(text)
	if problem != "" {
		return Template{}, fmt.Errorf("%w: it %s", errTemplate, problem)
	}
	return t, nil
}

// parseTemplate is ParseTemplate with the two texts of a fault: what is wrong
// and what to write instead; the first is empty when nothing is.
func parseTemplate(text string) (t Template, problem, mend string) {
	if text == "" {
		return Template{}, "is empty", `write a text such as "{login}", or leave the key out`
	}
	t.text = text
	literal := ""
	for rest := text; rest != ""; {
		switch {
		case strings.HasPrefix(rest, "{{"), strings.HasPrefix(rest, "}}"):
			literal, rest = literal+rest[:1], rest[2:]
		case rest[0] == '}':
			return Template{}, "closes a brace that it did not open", "write {name} for a value, or }} for the sign itself"
		case rest[0] == '{':
			name, after, closed := strings.Cut(rest[1:], "}")
			if problem, mend = checkReference(name, closed); problem != "" {
				return Template{}, problem, mend
			}
			t.add(TemplatePart{Text: literal}, TemplatePart{Name: name})
			literal, rest = "", after
		default:
			literal, rest = literal+rest[:1], rest[1:]
		}
	}
	t.add(TemplatePart{Text: literal})
	return t, "", ""
}

// checkReference checks what stands after an opening brace.
func checkReference(name string, closed bool) (problem, mend string) {
	switch {
	case !closed:
		return "opens a brace and does not close it", "write {name} for a value, or {{ for the sign itself"
	case name == "":
		return "names no value between { and }", "write {name} for a value, or {{ and }} for the signs themselves"
	case !isValueName(name):
		return quoted(name) + " is not the name of a value", "write letters, digits, _ and - between { and }, or {{ and }} for the signs themselves"
	}
	return "", ""
}

// add appends the parts that are not empty.
func (t *Template) add(parts ...TemplatePart) {
	for _, p := range parts {
		if p != (TemplatePart{}) {
			t.parts = append(t.parts, p)
		}
	}
}

// isValueName reports whether a template can refer to a value by this name.
func isValueName(name string) bool {
	return name != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") == ""
}

// String returns the template as it was written.
func (t Template) String() string { return t.text }

// IsZero reports whether there is no template.
func (t Template) IsZero() bool { return t.text == "" }

// Parts returns the template's pieces in order.
func (t Template) Parts() []TemplatePart { return t.parts }

// Names returns the values that the template refers to, each once.
func (t Template) Names() []string {
	var names []string
	for _, p := range t.parts {
		if p.Name != "" && !slices.Contains(names, p.Name) {
			names = append(names, p.Name)
		}
	}
	return names
}
