package mapping

import (
	"strings"

	"github.com/ferngate/ferngate/config"
)

// composed is a template filled with values.
type composed struct {
	text    string
	found   int      // how many of the template's values there are
	missing []string // the names of those that are not there
	lists   []string // the names of those that are lists, which no text can hold
}

// compose fills a template. What is missing, or a list, leaves nothing in its place.
func compose(t config.Template, values Values) composed {
	var c composed
	var b strings.Builder
	for _, part := range t.Parts() {
		v, ok := values[part.Name]
		switch {
		case part.Name == "":
			b.WriteString(part.Text)
		case !ok:
			c.missing = append(c.missing, part.Name)
		case v.IsList:
			c.lists = append(c.lists, part.Name)
		default:
			c.found++
			b.WriteString(v.Text)
		}
	}
	c.text = strings.TrimSpace(b.String())
	return c
}

// whole tells whether every value is in the text.
func (c composed) whole() bool { return len(c.missing) == 0 && len(c.lists) == 0 }
