package mapping

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText is the longest text that is a value, in bytes.
	maxText = 1 << 10
	// maxList is the most texts that a value may have.
	maxList = 100
)

// Value is a text, or a list of texts. No text is empty, longer than 1 KiB,
// invalid UTF-8, or has white space at its ends; control characters it may have.
type Value struct {
	// Text is the value where it is one.
	Text string
	// List is the value where IsList is set; it is never empty.
	List []string
	// IsList tells the list of one text from the text.
	IsList bool
}

// Values are what was found, by the names that templates refer to.
type Values map[string]Value

// ClaimValues makes a value of every claim at the top that is a text, an
// integer or a list of those, under the claim's own name.
func ClaimValues(claims map[string]any) Values {
	values := Values{}
	for name, claim := range claims {
		if v, problem := valueOf(fromAny(claim)); problem == "" {
			values[name] = v
		}
	}
	return values
}

// valueOf makes a value of what JSON holds, or says why it cannot be one.
func valueOf(found any) (v Value, problem string) {
	list, isList := found.([]any)
	if !isList {
		text, problem := textOf(found)
		if problem == "" {
			text, problem = checkText(text)
		}
		return Value{Text: text}, problem
	}
	v.IsList = true
	for i, member := range list {
		text, problem := textOf(member)
		if problem == "" && strings.TrimSpace(text) != "" {
			if text, problem = checkText(text); problem == "" {
				v.List = append(v.List, text)
			}
		}
		if problem != "" {
			return Value{}, fmt.Sprintf("is a list whose member %d %s", i, problem)
		}
	}
	switch {
	case len(v.List) == 0:
		return Value{}, "is an empty list"
	case len(v.List) > maxList:
		return Value{}, fmt.Sprintf("is a list of %d texts, more than %d", len(v.List), maxList)
	}
	return v, ""
}

// textOf returns what JSON holds as a text: a string, or an integer by its
// digits. A number of any other form would have several spellings of one id.
func textOf(found any) (text, problem string) {
	switch found := found.(type) {
	case string:
		return found, ""
	case json.Number:
		if isInteger(string(found)) {
			return string(found), ""
		}
		return "", "is a number that is no integer in plain digits"
	case bool:
		return "", fmt.Sprintf("is %t, not a text", found)
	case nil:
		return "", "is null, not a text"
	case object:
		return "", "is an object, not a text"
	case []any:
		return "", "is a list, not a text"
	case ambiguous:
		return "", "is ambiguous: " + found.path + " is there more than once"
	}
	return "", "is no text"
}

// isInteger tells whether a JSON number is written in digits only, in the one
// way that there is: -0 would be 0 again.
func isInteger(number string) bool {
	digits := strings.TrimPrefix(number, "-")
	return digits != "" && strings.Trim(digits, "0123456789") == "" && (digits[0] != '0' || number == "0")
}

// checkText trims a text, or says why it cannot be a value.
func checkText(text string) (trimmed, problem string) {
	switch text = strings.TrimSpace(text); {
	case text == "":
		return "", "is empty"
	case len(text) > maxText:
		return "", fmt.Sprintf("is %d bytes long, more than 1 KiB", len(text))
	case !utf8.ValidString(text):
		return "", "is not valid UTF-8"
	}
	return text, ""
}

// isControl tells whether a character steers what shows or sends a text
// instead of being part of it: C0, DEL, C1, and those that turn the direction
// of writing for the text around them too (TestH15).
func isControl(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}

// isForeign tells whether no id may have a character: a control character, or
// the one that stands for others which could not be read. Two ids could become one by it.
func isForeign(r rune) bool { return isControl(r) || r == utf8.RuneError }

// plain is something of an answer as a message shows it: short, and safe to
// print on a terminal.
func plain(s string) string {
	const most = 60
	shown := strings.Join(strings.Fields(strings.ToValidUTF8(s, "\ufffd")), " ")
	shown = strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return utf8.RuneError
		}
		return r
	}, shown)
	if runes := []rune(shown); len(runes) > most {
		shown = string(runes[:most]) + "…"
	}
	return shown
}

// plainList joins names as messages show them: the first few.
func plainList(names []string) string {
	const most = 20
	var b strings.Builder
	for i, name := range names {
		if i == most {
			fmt.Fprintf(&b, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			b.WriteString(", ")
		}
		if name == "" {
			name = `""`
		}
		b.WriteString(plain(name))
	}
	return b.String()
}
