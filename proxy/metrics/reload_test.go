package metrics

import (
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

func registryOf(c prometheus.Collector) *prometheus.Registry {
	r := prometheus.NewRegistry()
	r.MustRegister(c)
	return r
}

// want fails unless the scrape has these series of a metric, in order, and no others.
func want(t *testing.T, m *Metrics, metric string, lines ...string) {
	t.Helper()
	got := regexp.MustCompile(`(?m)^`+metric+`(?:\{.*\})? .*$`).FindAllString(scrape(m), -1)
	if diff := cmp.Diff(lines, got); diff != "" {
		t.Errorf("%s: %s", metric, diff)
	}
}

// A site that is still there after a reload goes on counting; one that is gone
// is not seen any more, though requests to it may yet end, and begins anew when
// it comes back.
func TestSitesComeAndGo(t *testing.T) {
	m := New(func() int { return 0 })
	a, b := m.Site("a.test"), m.Site("b.test")
	want(t, m, "ferngate_tokens_total")
	m.Serve([]string{"a.test", "b.test"})
	a.Tokens.Add(TokenIssued)
	b.Tokens.Add(TokenIssued)
	b.WebSockets.Inc()

	if m.Site("a.test") != a {
		t.Error("another one of the same site")
	}
	c := m.Site("c.test")
	c.Tokens.Add(TokenIssued) // a config that is being built
	want(t, m, "ferngate_tokens_total",
		`ferngate_tokens_total{outcome="issued",site="a.test"} 1`, `ferngate_tokens_total{outcome="issued",site="b.test"} 1`)

	m.Serve([]string{"a.test"}) // of another config, c.test's was refused
	a.Tokens.Add(TokenIssued)
	b.Tokens.Add(TokenEnding)
	b.WebSockets.Dec()
	want(t, m, "ferngate_tokens_total", `ferngate_tokens_total{outcome="issued",site="a.test"} 2`)
	if text := scrape(m); strings.Contains(text, "b.test") || strings.Contains(text, "c.test") {
		t.Errorf("a site that is gone is in\n%s", text)
	}

	m.Site("b.test")
	m.Serve([]string{"a.test", "b.test"})
	want(t, m, "ferngate_open_websockets", `ferngate_open_websockets{site="a.test"} 0`, `ferngate_open_websockets{site="b.test"} 0`)
	want(t, m, "ferngate_tokens_total", `ferngate_tokens_total{outcome="issued",site="a.test"} 2`)
}

func TestReloads(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // it is midnight of 1 January 2000
		r := newReloads()
		m := &Metrics{registry: registryOf(r)}
		state := func(current, since, done, refused string) {
			t.Helper()
			want(t, m, "ferngate_(?:config|reloads)_?[a-z_]*",
				"ferngate_config_current "+current,
				"ferngate_config_loaded_timestamp_seconds "+since,
				`ferngate_reloads_total{outcome="done"} `+done,
				`ferngate_reloads_total{outcome="refused"} `+refused)
		}
		state("1", "9.466848e+08", "0", "0")
		time.Sleep(time.Hour)
		r.Refused()
		state("0", "9.466848e+08", "0", "1")
		time.Sleep(time.Hour)
		r.Done()
		state("1", "9.46692e+08", "1", "1")
	})
}

func TestCertificates(t *testing.T) {
	c := newCertificates()
	m := &Metrics{registry: registryOf(c)}
	const metric = "ferngate_certificate_not_after_timestamp_seconds"
	want(t, m, metric)
	inForce := []Certificate{{"a.test", time.Unix(1000, 0)}, {"b.test", time.Unix(3000, 0)}, {"a.test", time.Unix(2000, 0)}}
	c.From(func() []Certificate { return inForce })
	want(t, m, metric, metric+`{host="a.test"} 1000`, metric+`{host="b.test"} 3000`)
	inForce = []Certificate{{"a.test", time.Unix(9000, 0)}} // a renewal
	want(t, m, metric, metric+`{host="a.test"} 9000`)
}
