package proxy

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scrape is what Prometheus gets.
func (g *gateway) scrape() string {
	g.t.Helper()
	w := httptest.NewRecorder()
	g.gw.admin.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		g.t.Fatalf("/metrics: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// counts are the series of a metric that are not 0, by the values of their
// labels but for the site.
func (g *gateway) counts(metric string) map[string]float64 {
	g.t.Helper()
	counts := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^`+metric+`(?:\{(.*)\})? (\S+)$`).FindAllStringSubmatch(g.scrape(), -1) {
		var values []string
		for _, label := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(m[1], -1) {
			if label[1] != "site" {
				values = append(values, label[2])
			}
		}
		if n, err := strconv.ParseFloat(m[2], 64); err != nil {
			g.t.Fatal(err)
		} else if n != 0 {
			counts[strings.Join(values, " ")] += n
		}
	}
	return counts
}

// wantCounts fails unless a metric comes to these counts, once the requests that
// have their answers have ended, too: each that ends is a reason to look again.
func (g *gateway) wantCounts(metric string, want map[string]float64) {
	g.t.Helper()
	tooLate := time.After(20 * time.Second)
	for {
		diff := cmp.Diff(want, g.counts(metric))
		if diff == "" {
			return
		}
		select {
		case <-g.ended:
		case <-tooLate:
			g.t.Fatalf("%s: %s", metric, diff)
		}
	}
}
