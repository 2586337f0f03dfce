package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Reloads tell whether what runs is what the config, and the files that it
// names, say.
type Reloads struct {
	total   *prometheus.CounterVec
	current prometheus.Gauge
	since   prometheus.Gauge
}

// newReloads is for a process that has just read its files.
func newReloads() *Reloads {
	r := &Reloads{
		total: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "ferngate_reloads_total",
			Help: "How often the config, and the files that it names, were read again.",
		}, []string{"outcome"}),
		current: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ferngate_config_current",
			Help: "1 while what runs is what the files say; 0 since a reload was refused.",
		}),
		since: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "ferngate_config_loaded_timestamp_seconds",
			Help: "When the files were read that what runs was made of.",
		}),
	}
	r.total.WithLabelValues("done")
	r.total.WithLabelValues("refused")
	r.inForce()
	return r
}

// Done counts a reload after which what runs is what the files say.
func (r *Reloads) Done() {
	r.total.WithLabelValues("done").Inc()
	r.inForce()
}

// Refused counts a reload of files with a fault: what ran before goes on.
func (r *Reloads) Refused() {
	r.total.WithLabelValues("refused").Inc()
	r.current.Set(0)
}

func (r *Reloads) inForce() {
	r.current.Set(1)
	r.since.Set(float64(time.Now().UnixMilli()) / 1000)
}

// Describe implements prometheus.Collector.
func (r *Reloads) Describe(ch chan<- *prometheus.Desc) { prometheus.DescribeByCollect(r, ch) }

// Collect implements prometheus.Collector.
func (r *Reloads) Collect(ch chan<- prometheus.Metric) {
	r.total.Collect(ch)
	r.current.Collect(ch)
	r.since.Collect(ch)
}
