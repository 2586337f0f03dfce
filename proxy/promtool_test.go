package proxy

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// promtool runs Prometheus' own checker, and fails unless it finds nothing.
func promtool(t *testing.T, stdin string, args ...string) {
	t.Helper()
	cmd := exec.Command(needs(t, "promtool"), args...)
	cmd.Stdin = strings.NewReader(stdin)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

// Prometheus takes what it scrapes, and its names follow its conventions.
func TestPromtool_Scrape(t *testing.T) {
	app := startLegacyApp(t)
	g := startGateway(t, appSite, app.url)
	alice := newBrowser(t, g)
	alice.signIn("alice")
	alice.open("/x")
	alice.wantToken("alice")
	g.get("/x", "Host", "other.test")
	promtool(t, g.scrape(), "check", "metrics")
}

// The rules for operators are well-formed, keep quiet while all is well, and each
// tells of what it is for.
func TestPromtool_AlertRules(t *testing.T) {
	promtool(t, "", "check", "rules", "../deploy/metrics/alerts.yaml")
	promtool(t, "", "test", "rules", "testdata/metrics/alerts.yaml")
}

// Every rule, and every panel of the dashboard, asks for metrics that there are.
func TestQueriesAreOfMetricsThatExist(t *testing.T) {
	list := string(fileContent(t, "../deploy/metrics/README.md"))
	for _, file := range []string{"alerts.yaml", "dashboard.json"} {
		names := regexp.MustCompile(`ferngate_\w+`).FindAllString(string(fileContent(t, filepath.Join("../deploy/metrics", file))), -1)
		if len(names) < 10 {
			t.Errorf("%s: only %d names", file, len(names))
		}
		for _, name := range names {
			base := regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
			if !strings.Contains(list, "| `"+base+"` |") {
				t.Errorf("%s: no metric %s", file, name)
			}
		}
	}
}

// The dashboard's queries are well-formed, with what Grafana fills in, and its
// legends name labels that the queries keep.
func TestPromtool_Dashboard(t *testing.T) {
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr, LegendFormat string }
		}
	}
	if err := json.Unmarshal(fileContent(t, "../deploy/metrics/dashboard.json"), &dashboard); err != nil {
		t.Fatal(err)
	}
	filled := strings.NewReplacer("$__rate_interval", "5m", "$site", ".*")
	var rules strings.Builder
	rules.WriteString("groups:\n  - name: dashboard\n    rules:\n")
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			fmt.Fprintf(&rules, "      - { record: \"panel:%d\", expr: %q }\n", rules.Len(), filled.Replace(target.Expr))
			_, kept, _ := strings.Cut(target.Expr, " by (")
			kept, _, _ = strings.Cut(kept, ")")
			for _, label := range regexp.MustCompile(`\{\{(\w+)\}\}`).FindAllStringSubmatch(target.LegendFormat, -1) {
				if strings.Contains(target.Expr, " by (") && !slices.Contains(strings.Split(kept, ", "), label[1]) {
					t.Errorf("%s: the legend names %s, of %s", p.Title, label[1], target.Expr)
				}
			}
		}
	}
	if len(dashboard.Panels) < 10 {
		t.Errorf("only %d panels", len(dashboard.Panels))
	}
	file := filepath.Join(t.TempDir(), "rules.yaml")
	if err := os.WriteFile(file, []byte(rules.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	promtool(t, "", "check", "rules", file)
}
