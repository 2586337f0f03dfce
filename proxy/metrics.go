package proxy

import (
	"net/http"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are what a gateway counts, for the operators' own listener. No label
// has a value that a client could choose.
type metrics struct {
	registry   *prometheus.Registry
	injections *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		injections: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ferngate_injections_total",
			Help: "Answers of HTML, by what became of them: injected, or why they have no widget.",
		}, []string{"site", "outcome"}),
	}
	m.registry.MustRegister(m.injections)
	return m
}

// handler serves them as text.
func (m *metrics) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// injectionCounts are those of one site.
type injectionCounts struct{ by *prometheus.CounterVec }

func (m *metrics) injectionsOf(site string) injectionCounts {
	return injectionCounts{m.injections.MustCurryWith(prometheus.Labels{"site": site})}
}

func (c injectionCounts) add(outcome string) { c.by.WithLabelValues(outcome).Inc() }
