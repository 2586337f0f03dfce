package metrics

import (
	"github.com/prometheus/client_golang/prometheus"
)

// Site are the metrics of one site.
type Site struct {
	// Requests are those that have ended.
	Requests *Requests
	// WebSockets and EventStreams are how many are open.
	WebSockets, EventStreams Gauge
	// UpstreamErrors are requests that the app did not answer, or not to the end.
	UpstreamErrors Counter[UpstreamError]
	// Injections are answers of HTML, by what became of them.
	Injections Counter[Injection]
	// Tokens are answers to those who asked for a token.
	Tokens Counter[TokenAnswer]
	// WidgetWhoami are answers to pages that asked who is signed in.
	WidgetWhoami Counter[WhoamiAnswer]
	// PasswordSignIns are attempts to sign in with a password.
	PasswordSignIns Counter[SignIn]
	// SignOuts are people who signed out here.
	SignOuts SignOuts
	// Sessions are what became of session cookies.
	Sessions *Sessions
	// AppWhoami is how often, and for how long, the app was asked who is signed in.
	AppWhoami *AppWhoami

	name  string
	shown bool // guarded by Metrics.mu
	parts []prometheus.Collector
}

func newSite(name string) *Site {
	s := &Site{name: name}
	s.Requests = newRequests(s)
	s.WebSockets = newGauge(s, "ferngate_open_websockets", "Websockets that are open.")
	s.EventStreams = newGauge(s, "ferngate_open_event_streams", "Answers under way that go on until somebody ends them.")
	s.UpstreamErrors = newUpstreamErrors(s)
	s.Injections = newInjections(s)
	s.Tokens = newTokens(s)
	s.WidgetWhoami = newWidgetWhoami(s)
	s.PasswordSignIns = newPasswordSignIns(s)
	s.SignOuts = newSignOuts(s)
	s.Sessions = newSessions(s)
	s.AppWhoami = newAppWhoami(s)
	return s
}

// Describe implements prometheus.Collector.
func (s *Site) Describe(ch chan<- *prometheus.Desc) {
	for _, p := range s.parts {
		p.Describe(ch)
	}
}

// Collect implements prometheus.Collector.
func (s *Site) Collect(ch chan<- prometheus.Metric) {
	for _, p := range s.parts {
		p.Collect(ch)
	}
}

// labels are those that all of the site's metrics have, and these: a name and a
// value each.
func (s *Site) labels(more ...string) prometheus.Labels {
	labels := prometheus.Labels{"site": s.name}
	for i := 0; i < len(more); i += 2 {
		labels[more[i]] = more[i+1]
	}
	return labels
}

// add makes c one of the site's metrics.
func add[C prometheus.Collector](s *Site, c C) C {
	s.parts = append(s.parts, c)
	return c
}

func newGauge(s *Site, name, help string) Gauge {
	return add(s, prometheus.NewGauge(prometheus.GaugeOpts{Name: name, Help: help, ConstLabels: s.labels()}))
}
