package proxy

import (
	"os/exec"
	"path/filepath"
	"regexp"
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
func TestPromtool_QueriesAreOfMetricsThatExist(t *testing.T) {
	list := string(fileContent(t, "../deploy/metrics/README.md"))
	for _, file := range []string{"alerts.yaml"} {
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
