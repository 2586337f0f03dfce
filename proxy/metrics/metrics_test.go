package metrics

import (
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

// The list for operators has every metric there is, with its labels and what
// they may be, and nothing else.
func TestTheListForOperatorsIsWhole(t *testing.T) {
	content, err := os.ReadFile("../../deploy/metrics/README.md")
	if err != nil {
		t.Fatal(err)
	}
	m := everything()

	registered := map[string][]string{}
	descs := make(chan *prometheus.Desc, 1000)
	m.registry.Describe(descs)
	close(descs)
	for d := range descs {
		name, labels := described(t, d)
		if strings.HasPrefix(name, "ferngate_") {
			registered[name] = labels
		}
	}
	listed := map[string][]string{}
	for name, rest := range rows(content, "| metric | labels |") {
		labels, _, _ := strings.Cut(rest, " | ")
		listed[name] = sorted(words(labels))
	}
	if diff := cmp.Diff(registered, listed); diff != "" || len(listed) < 20 {
		t.Errorf("registered, and in deploy/metrics: %s", diff)
	}

	values := map[string][]string{
		// Whose values are no fixed list of words.
		"ferngate_requests_total access":   {"forward-auth", "none", "optional", "own", "public", "redirect", "required"},
		"ferngate_requests_total code":     {"499", "none", "other"},
		"ferngate_requests_total identity": {"app", "assertion", "none", "password"},
	}
	for _, series := range regexp.MustCompile(`(?m)^(ferngate_\w+)\{(.*)\} `).FindAllStringSubmatch(scrape(m), -1) {
		for _, pair := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(series[2], -1) {
			if key := series[1] + " " + pair[1]; !slices.Contains([]string{"site", "le", "version", "go_version"}, pair[1]) && !slices.Contains(values[key], pair[2]) {
				values[key] = sorted(append(values[key], pair[2]))
			}
		}
	}
	inTable := map[string][]string{}
	for name, rest := range rows(content, "| metric | label |") {
		label, meaning, _ := strings.Cut(rest, " | ")
		inTable[name+" "+words(label)[0]] = sorted(slices.DeleteFunc(words(meaning), func(w string) bool {
			return w == "site" || w == "timeouts" // of which the text speaks
		}))
	}
	if diff := cmp.Diff(values, inTable); diff != "" {
		t.Errorf("counted, and in deploy/metrics: %s", diff)
	}
}

// Every word that the code may count has been given to a Counter's list.
func TestEveryWordIsExpected(t *testing.T) {
	text, found := scrape(everything()), 0
	for _, file := range []string{"upstream.go", "injections.go", "tokens.go", "signins.go", "../../auth/sessioncounts.go", "../../auth/app/asked.go"} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range regexp.MustCompile(`(?m)^(?:const |\t)\w+ +\w+ += "([a-z-]+)"`).FindAllSubmatch(content, -1) {
			found++
			if !strings.Contains(text, `"`+string(c[1])+`"`) {
				t.Errorf("%s: %q is in no list", file, c[1])
			}
		}
	}
	if found < 30 {
		t.Errorf("only %d words found", found)
	}
}

// everything is the metrics of a process whose one site has all that is counted.
func everything() *Metrics {
	m := New(func() int { return 0 })
	s := m.Site("app.test")
	m.Serve([]string{"app.test"})
	for _, expected := range []interface{ Expect() }{s.Injections, s.Tokens, s.WidgetWhoami, s.PasswordSignIns, s.SignOuts, s.Sessions, s.AppWhoami} {
		expected.Expect()
	}
	return m
}

// described reads what a Desc has no methods for.
func described(t *testing.T, d *prometheus.Desc) (name string, labels []string) {
	t.Helper()
	parts := regexp.MustCompile(`^Desc\{fqName: "(\w+)", help: ".*", constLabels: \{(.*)\}, variableLabels: \{(.*)\}\}$`).FindStringSubmatch(d.String())
	if parts == nil {
		t.Fatalf("not understood: %s", d)
	}
	for _, c := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(parts[2], -1) {
		labels = append(labels, c[1])
	}
	if parts[3] != "" {
		labels = append(labels, strings.Split(parts[3], ",")...)
	}
	return parts[1], sorted(labels)
}

// rows yields the rows of a table: the word in the first column, and the rest.
func rows(content []byte, head string) func(yield func(string, string) bool) {
	_, table, _ := strings.Cut(string(content), head)
	table, _, _ = strings.Cut(table, "\n\n")
	return func(yield func(string, string) bool) {
		for _, row := range regexp.MustCompile("(?m)^\\| `(\\w+)` \\| (.*) \\|$").FindAllStringSubmatch(table, -1) {
			if !yield(row[1], row[2]) {
				return
			}
		}
	}
}

// words are those in code spans.
func words(text string) []string {
	var words []string
	for _, w := range regexp.MustCompile("`([a-z0-9_-]+)`").FindAllStringSubmatch(text, -1) {
		words = append(words, w[1])
	}
	return words
}

func sorted(words []string) []string { return slices.Compact(slices.Sorted(slices.Values(words))) }

// scrape is what Prometheus gets.
func scrape(m *Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}
