package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/ferngate/ferngate/auth/app"
)

// AppWhoami counts how often the app was asked who is signed in.
type AppWhoami struct {
	asked Counter[app.Asked]
	took  *prometheus.HistogramVec
}

func newAppWhoami(s *Site) *AppWhoami {
	return &AppWhoami{
		asked: newCounter(s, "ferngate_app_whoami_total", "How often the app was to be asked who is signed in, by what it said.",
			"outcome", app.WhoamiOutcomes()),
		took: add(s, prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name:        "ferngate_app_whoami_duration_seconds",
			Help:        "Time that the app took, in all steps, to say who is signed in, or not to.",
			Buckets:     answerBounds(),
			ConstLabels: s.labels(),
		}, nil)),
	}
}

// Expect is that of Counter.
func (a *AppWhoami) Expect() {
	a.asked.Expect()
	a.took.WithLabelValues()
}

// Add counts what the app said after so long; 0 is one that was not asked.
func (a *AppWhoami) Add(what app.Asked, took time.Duration) {
	a.asked.Add(what)
	if took > 0 {
		a.took.WithLabelValues().Observe(took.Seconds())
	}
}
