package proxy

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A site that a reload leaves as it is goes on counting; one that the config has
// no more is gone from the scrape.
func TestMetrics_Reload(t *testing.T) {
	app := startApp(t, func(http.ResponseWriter, *http.Request) {})
	other := strings.Replace(testConfig, "sites:\n", "sites:\n  - { host: other.test, upstream: "+app+" }\n", 1)
	g := startGateway(t, other, app)
	g.get("/public/x")
	g.get("/x", "Host", "other.test")
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 200 none": 1, "optional 200 none": 1})

	file := filepath.Join(g.dir, "ferngate.yaml")
	if err := os.WriteFile(file, []byte(strings.ReplaceAll(testConfig, "{upstream}", app)), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	g.get("/public/x")
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 200 none": 2})
	if strings.Contains(g.scrape(), "other.test") {
		t.Error("a site that is gone is in the scrape")
	}
}

func TestMetrics_Certificates(t *testing.T) {
	hosts := []string{"app.test", "x.app.test"}
	g := startListening(t, severalCertificates(hosts...), startRecorder(t, "").url, pairs(t, hosts...))
	const metric = "ferngate_certificate_not_after_timestamp_seconds"
	want := map[string]float64{}
	for _, c := range g.gw.handshakes.files.all {
		want[c.Leaf.DNSNames[0]] = float64(c.Leaf.NotAfter.Unix())
	}
	if len(want) != 2 {
		t.Fatal(want)
	}
	g.wantCounts(metric, want)
	plain := startGateway(t, testConfig, startRecorder(t, "").url)
	plain.wantCounts(metric, map[string]float64{})
}

// What another proxy asks is counted as that, whatever it asks about.
func TestMetrics_ForwardAuth(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		p.ask("GET", "/public/x")
		p.ask("GET", "/x", "Accept", "application/json")
		p.ask("GET", "/x%00")
		p.wantCounts("ferngate_requests_total", map[string]float64{
			"forward-auth 200 none": 1, "forward-auth 401 none": 1, "forward-auth 400 none": 1,
		})
	})
}

// Reloads are counted by what became of them, and it is seen whether what runs is
// what the files say.
func TestMetrics_ReloadOutcomes(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	s := NewServer(func(_, _ string) (net.Listener, error) { return net.Listen("tcp", "127.0.0.1:0") })
	t.Cleanup(func() { s.Drain(context.Background()) })
	state := func(reloads, current map[string]float64) {
		t.Helper()
		g.gw = s.live.gateway.Load()
		g.wantCounts("ferngate_reloads_total", reloads)
		g.wantCounts("ferngate_config_current", current)
	}
	apply := func() {
		t.Helper()
		if err := s.Apply(g.config(), g.logger); err != nil {
			t.Fatal(err)
		}
	}
	apply() // the start, which is no reload
	state(map[string]float64{}, map[string]float64{"": 1})
	s.Refuse(errors.New("a fault"))
	state(map[string]float64{"refused": 1}, map[string]float64{})
	apply()
	state(map[string]float64{"refused": 1, "done": 1}, map[string]float64{"": 1})
}
