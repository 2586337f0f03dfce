package mapping

import (
	"fmt"
	"html"
	"regexp"
)

// matching returns what a pattern finds in the body, or says why it finds
// nothing. Texts in HTML and XML are escaped, and come back as what they say;
// anywhere else an & is an &, or two ids could become one.
func (d *Document) matching(re *regexp.Regexp) (text, problem string) {
	if problem := d.lacksBody(); problem != "" {
		return "", problem
	}
	at := re.FindSubmatchIndex(d.body)
	if at == nil {
		return "", fmt.Sprintf("the body (status %d, %s, %d bytes) does not match", d.Status, d.typeName(), len(d.body))
	}
	from, to := group(at)
	if from < 0 {
		return "", "the body matches, but not the pattern's group"
	}
	if d.isMarkup() {
		return html.UnescapeString(string(d.body[from:to])), ""
	}
	return string(d.body[from:to]), ""
}

// matched cuts a value to what a pattern finds in it; of a list, the members
// that do not match are left out.
func matched(v Value, re *regexp.Regexp) (cut Value, problem string) {
	if !v.IsList {
		text, ok := matchedText(v.Text, re)
		if !ok {
			return Value{}, "does not match " + re.String()
		}
		return Value{Text: text}, ""
	}
	cut.IsList = true
	for _, member := range v.List {
		if text, ok := matchedText(member, re); ok {
			cut.List = append(cut.List, text)
		}
	}
	if len(cut.List) == 0 {
		return Value{}, "has no member that matches " + re.String()
	}
	return cut, ""
}

// matchedText returns what a pattern finds in a text; false if that is nothing.
func matchedText(text string, re *regexp.Regexp) (string, bool) {
	at := re.FindStringSubmatchIndex(text)
	if at == nil {
		return "", false
	}
	from, to := group(at)
	if from < 0 {
		return "", false
	}
	cut, problem := checkText(text[from:to])
	return cut, problem == ""
}

// group returns where the first group of a match is, or all of it where the
// pattern has none; from is negative for a group that took no part.
func group(at []int) (from, to int) {
	if len(at) > 2 {
		return at[2], at[3]
	}
	return at[0], at[1]
}
