package explain

import (
	"bytes"
	"encoding/json"
	"strings"

	"github.com/ferngate/ferngate/auth/inspect"
)

// Inspection reports whether Ferndesk would take a token, which is not shown
// itself: what it says, what is wrong with it, and the verdict. subject is
// whose token it would be, such as "app.example.com".
func (r *Report) Inspection(v *inspect.Verdict, subject string) {
	if v.Size > 0 {
		r.section("A token of %d bytes, judged for %s", v.Size, subject)
	} else {
		r.section("No token, where one for %s is wanted", subject)
	}
	if v.Header != nil {
		r.object("header", v.Header)
	}
	if v.Claims != nil {
		r.object("claims", v.Claims)
	}
	for _, time := range v.Times {
		r.line("%s", time)
	}
	for _, f := range v.Findings {
		mark := "Refused: "
		if f.Message == "" {
			mark = "Note: "
		}
		r.begun = true
		r.out.WriteByte('\n')
		r.text(mark, "    ", "%s", f.Problem)
		r.text("    → ", "      ", "%s", f.Mend)
	}
	r.verdict(v)
}

// verdict ends the report.
func (r *Report) verdict(v *inspect.Verdict) {
	if v.Accepted() {
		r.section("Ferndesk would take it.")
		return
	}
	r.section("Ferndesk would not take it. The browser's console would say:")
	r.line("%s", string(v.Message()))
	if v.Message() == inspect.NoToken {
		r.text("or, where the page passes on whatever it got: ", "    ", "%s", string(inspect.InvalidToken))
	}
}

// object shows a JSON object, whose members keep their order.
func (r *Report) object(name string, raw json.RawMessage) {
	var indented bytes.Buffer
	if err := json.Indent(&indented, raw, "", "  "); err != nil {
		return // inspect has parsed it
	}
	first := "  " + name + ": "
	for line := range strings.Lines(indented.String()) {
		rest := strings.TrimLeft(line, " ")
		indent := strings.Repeat(" ", 2+len(line)-len(rest))
		if first != "" {
			indent = first
		}
		r.text(indent, "      ", "%s", strings.TrimSuffix(rest, "\n"))
		first = ""
	}
}
