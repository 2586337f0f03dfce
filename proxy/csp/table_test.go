package csp

import (
	"flag"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// update rewrites what comes of each policy: go test ./proxy/csp -update.
var update = flag.Bool("update", false, "rewrite testdata/policies.txt")

// table is the policies, each with what becomes of it. cmd/ferngate shows all
// of them to a browser.
const table = "testdata/policies.txt"

// names stand for the URLs of a page that the table is about.
var names = strings.NewReplacer(
	"{self}", "https://app.example.com",
	"{script}", "https://app.example.com/.ferngate/widget.js",
	"{token}", "https://app.example.com/api/ferndesk-token",
	"{whoami}", "https://app.example.com/.ferngate/whoami",
	"{sdk}", "https://static.ferndesk.com",
	"{help}", "https://help.example.com",
	"{third}", "https://cdn.example.net",
	"{hash}", exampleHash,
)

// urls is names the other way, the longest first.
var urls = strings.NewReplacer(
	"https://app.example.com/.ferngate/widget.js", "{script}",
	"https://app.example.com/api/ferndesk-token", "{token}",
	"https://app.example.com/.ferngate/whoami", "{whoami}",
	"https://app.example.com", "{self}",
	"https://static.ferndesk.com", "{sdk}",
	"https://help.example.com", "{help}",
	"https://cdn.example.net", "{third}",
	exampleHash, "{hash}",
)

const exampleHash = "sha256-RFWPLDbv2BY+rCkDzsE+0fr8ylGr2R2faWMhq4lfEQc="

func exampleNeeds() *Needs {
	return &Needs{
		Self:      "https://app.example.com",
		Script:    "https://app.example.com/.ferngate/widget.js",
		Integrity: exampleHash,
		Fetches:   []string{"https://app.example.com/api/ferndesk-token", "https://app.example.com/.ferngate/whoami"},
		Sources:   []string{"https://static.ferndesk.com", "https://help.example.com"},
	}
}

// kinds are how the table says where a policy stands.
var kinds = map[string]string{
	"header":      "Content-Security-Policy",
	"report-only": "Content-Security-Policy-Report-Only",
	"x-csp":       "X-Content-Security-Policy",
	"x-webkit":    "X-Webkit-Csp",
	"meta":        "",
}

// page is one entry of the table.
type page struct {
	name     string
	policies [][2]string // kind and policy
}

// split reads the table into its comments and pages. A line that begins with
// white space goes on with the one before.
func split(t *testing.T, text string) (comment string, pages []page) {
	t.Helper()
	comment, text, _ = strings.Cut(text, "\n== ")
	for entry := range strings.SplitSeq(text, "\n== ") {
		name, rest, _ := strings.Cut(entry, "\n")
		p := page{name: name}
		for line := range strings.SplitSeq(strings.ReplaceAll(rest, "\n ", " "), "\n") {
			word, value, _ := strings.Cut(line, " ")
			if _, ok := kinds[word]; ok {
				p.policies = append(p.policies, [2]string{word, strings.Join(strings.Fields(value), " ")})
			}
		}
		pages = append(pages, p)
	}
	return comment, pages
}

func TestPolicies(t *testing.T) {
	file, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	comment, pages := split(t, string(file))
	if len(pages) < 50 {
		t.Errorf("only %d policies", len(pages))
	}
	got := comment
	for _, p := range pages {
		got += "\n== " + p.name + "\n" + p.outcome()
	}
	if *update {
		if err := os.WriteFile(table, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := strings.Split(string(file), "\n== ")
	for i, entry := range strings.Split(got, "\n== ") {
		if entry != want[i] {
			t.Errorf("got %s\nwant %s", entry, want[i])
		}
	}
}

// outcome is the lines of a page in the table, made anew.
func (p page) outcome() string {
	h := http.Header{}
	var metas []string
	for _, policy := range p.policies {
		if name := kinds[policy[0]]; name != "" {
			h[name] = append(h[name], names.Replace(policy[1]))
		} else {
			metas = append(metas, names.Replace(policy[1]))
		}
	}
	changed, extended, marks, err := exampleNeeds().Extend(h, metas)

	var b strings.Builder
	for _, policy := range p.policies {
		b.WriteString(lines(policy[0], policy[1]))
		if err != nil {
			continue
		}
		after := ""
		if name := kinds[policy[0]]; name != "" {
			after, h[name] = h[name][0], h[name][1:]
			if lines := changed[name]; lines != nil {
				after, changed[name] = lines[0], lines[1:]
			}
		} else {
			after, extended = extended[0], extended[1:]
		}
		if after = urls.Replace(after); after == policy[1] {
			b.WriteString("stays\n")
		} else {
			b.WriteString(lines("becomes", after))
		}
	}
	if err != nil {
		b.WriteString("refused " + err.Error() + "\n")
		return b.String()
	}
	if marks.Nonce != "" {
		b.WriteString("nonce " + marks.Nonce + "\n")
	}
	if marks.Integrity {
		b.WriteString("integrity\n")
	}
	return b.String()
}

// lines shows a policy with a line for each of its directives.
func lines(word, policy string) string {
	indent := "\n" + strings.Repeat(" ", 12)
	return word + strings.Repeat(" ", 12-len(word)) + strings.ReplaceAll(policy, "; ", ";"+indent) + "\n"
}

// A policy is read as it is shown.
func TestTableIsReadAsShown(t *testing.T) {
	_, pages := split(t, "# x\n\n== a\n"+lines("header", "default-src 'self'; img-src *; report-uri /x")+lines("meta", "sandbox"))
	want := [][2]string{{"header", "default-src 'self'; img-src *; report-uri /x"}, {"meta", "sandbox"}}
	if len(pages) != 1 || !slices.Equal(pages[0].policies, want) {
		t.Errorf("got %q", pages)
	}
}
