// Package metrics is what the process counts, for Prometheus: each file says
// what of one thing. No label has a value that a client could choose, and none
// says anything of a person; deploy/metrics/README.md is the list for operators.
package metrics

import (
	"net/http"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// Metrics are those of one process, through every change of its config. All of
// it may be used by many goroutines at once.
type Metrics struct {
	// Open is how many requests are being served, websockets among them.
	Open Gauge
	// NoSite counts the requests that were refused before a site was found.
	NoSite *Requests
	// Reloads tells whether what runs is what the files say.
	Reloads *Reloads
	// Certificates tell until when those that are shown to clients are good.
	Certificates *Certificates

	registry *prometheus.Registry

	mu    sync.Mutex
	sites map[string]*Site
}

// Gauge is a number of things that are there at the moment.
type Gauge interface {
	Inc()
	Dec()
}

// New makes the metrics of a process. ended returns how many sessions are on
// the list of ended ones.
func New(ended func() int) *Metrics {
	open := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "ferngate_open_requests",
		Help: "Requests that are being served, open websockets and event streams among them.",
	})
	noSite := &Site{}
	m := &Metrics{
		Open:         open,
		NoSite:       newRequestsOnly(noSite),
		Reloads:      newReloads(),
		Certificates: newCertificates(),
		registry:     prometheus.NewRegistry(),
		sites:        map[string]*Site{},
	}
	m.registry.MustRegister(
		collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		buildInfo(),
		open, noSite, m.Reloads, m.Certificates,
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "ferngate_ended_sessions",
			Help: "Sessions on the list of those that were ended before their time, which is bounded to 100000.",
		}, func() float64 { return float64(ended()) }),
	)
	return m
}

// Handler serves them as text.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Site returns the metrics of the site that has this name in logs: those that go
// on from a config before, or new ones. What they count is shown from the next
// Serve on that names the site.
func (m *Metrics) Site(name string) *Site {
	m.mu.Lock()
	defer m.mu.Unlock()
	s, known := m.sites[name]
	if !known {
		s = newSite(name)
		m.sites[name] = s
	}
	return s
}

// Serve shows the metrics of these sites and of no others. What a site that is
// gone goes on to count, for a request that outlives it, nobody sees.
func (m *Metrics) Serve(names []string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for name, s := range m.sites {
		if !slices.Contains(names, name) {
			m.registry.Unregister(s)
			delete(m.sites, name)
		}
	}
	for _, name := range names {
		if s := m.sites[name]; !s.shown {
			m.registry.MustRegister(s)
			s.shown = true
		}
	}
}

// buildInfo is always 1; its labels say what runs.
func buildInfo() prometheus.Collector {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	g := prometheus.NewGauge(prometheus.GaugeOpts{
		Name:        "ferngate_build_info",
		Help:        "Always 1: the version of ferngate, and of Go.",
		ConstLabels: prometheus.Labels{"version": version, "go_version": runtime.Version()},
	})
	g.Set(1)
	return g
}
