package metrics

import (
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Certificate is one that is shown to clients.
type Certificate struct {
	// Host is the first of its names.
	Host string
	// NotAfter is until when it is good.
	NotAfter time.Time
}

// Certificates tell until when those in force are good.
type Certificates struct {
	desc    *prometheus.Desc
	inForce atomic.Pointer[func() []Certificate]
}

func newCertificates() *Certificates {
	return &Certificates{desc: prometheus.NewDesc("ferngate_certificate_not_after_timestamp_seconds",
		"Until when a certificate that clients are shown is good, by the first of its names.", []string{"host"}, nil)}
}

// From has the certificates in force told by inForce, with every scrape: some
// are renewed without a reload. Of several with the same first name the one that
// ends first counts.
func (c *Certificates) From(inForce func() []Certificate) { c.inForce.Store(&inForce) }

// Describe implements prometheus.Collector.
func (c *Certificates) Describe(ch chan<- *prometheus.Desc) { ch <- c.desc }

// Collect implements prometheus.Collector.
func (c *Certificates) Collect(ch chan<- prometheus.Metric) {
	inForce := c.inForce.Load()
	if inForce == nil {
		return
	}
	ends := map[string]time.Time{}
	for _, cert := range (*inForce)() {
		if end, seen := ends[cert.Host]; !seen || cert.NotAfter.Before(end) {
			ends[cert.Host] = cert.NotAfter
		}
	}
	for host, end := range ends {
		ch <- prometheus.MustNewConstMetric(c.desc, prometheus.GaugeValue, float64(end.Unix()), host)
	}
}
