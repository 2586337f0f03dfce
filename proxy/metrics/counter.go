package metrics

import "github.com/prometheus/client_golang/prometheus"

// Counter counts by a word of a fixed list, the value of its only label beside
// those that are the same for all.
type Counter[Word ~string] struct {
	vec   *prometheus.CounterVec
	words []Word
}

// newCounter makes one of the site's; more are labels that are always the same,
// a name and a value each.
func newCounter[Word ~string](s *Site, name, help, label string, words []Word, more ...string) Counter[Word] {
	opts := prometheus.CounterOpts{Name: name, Help: help, ConstLabels: s.labels(more...)}
	return Counter[Word]{add(s, prometheus.NewCounterVec(opts, []string{label})), words}
}

// Expect shows the list's words from now on, with 0 where nothing was counted
// yet: of a series that begins with 1 no rate tells that it rose. It is for sites
// that have what is counted; others would have zeros for ever.
func (c Counter[Word]) Expect() {
	for _, w := range c.words {
		c.vec.WithLabelValues(string(w))
	}
}

// Add counts one.
func (c Counter[Word]) Add(w Word) { c.vec.WithLabelValues(string(w)).Inc() }
