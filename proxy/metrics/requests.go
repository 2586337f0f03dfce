package metrics

import (
	"net/http"
	"strconv"
	"time"

	"github.com/prometheus/client_golang/prometheus"
)

// Access is what the path of a request asks for, a config.Require, or what else
// it is; "" where it was refused, or answered, before its path was looked at.
type Access string

// What is no config.Require.
const (
	Own         Access = "own"          // one of ferngate's own endpoints
	ForwardAuth Access = "forward-auth" // another proxy asks for its request
	Redirect    Access = "redirect"     // plain HTTP, which is led to HTTPS
)

// Request is what is counted of one that has ended.
type Request struct {
	// Access is what its path asked for.
	Access Access
	// Status is that of the answer; 0 if it had none.
	Status int
	// Identity is the method by which it was known who asks; "" if it was not.
	Identity string
	// Answered is how long it took until the answer began; 0 if it never did.
	Answered time.Duration
	// Upstream is how much of that the app took; 0 if it did not answer.
	Upstream time.Duration
	// Overhead is what remained beside the app's answers; counts where it answered.
	Overhead time.Duration
}

// Requests count those of one site.
type Requests struct {
	total                        *prometheus.CounterVec
	answered, upstream, overhead prometheus.Histogram // nil for those of no site
	codes                        map[int]string
}

// answerBounds are bounds of a histogram's buckets, in seconds, from an app's
// cached answer to its slowest report.
func answerBounds() []float64 {
	return []float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30}
}

// overheadBounds are those for what is a matter of microseconds unless something is wrong.
func overheadBounds() []float64 {
	return []float64{.00005, .0001, .00025, .0005, .001, .0025, .005, .01, .05, .25, 1}
}

// newRequests makes those of a site.
func newRequests(s *Site) *Requests {
	r := newRequestsOnly(s)
	r.answered = newHistogram(s, "ferngate_request_duration_seconds", "Time until the answer to a request began, whoever answered.", answerBounds())
	r.upstream = newHistogram(s, "ferngate_upstream_duration_seconds", "Time until the app's answer to a forwarded request began.", answerBounds())
	r.overhead = newHistogram(s, "ferngate_overhead_duration_seconds", "Time until the answer to a forwarded request began, without that which the app took.", overheadBounds())
	return r
}

// newRequestsOnly makes those of no site, which are all refused: no matter when.
func newRequestsOnly(s *Site) *Requests {
	return &Requests{
		codes: knownCodes(),
		total: add(s, prometheus.NewCounterVec(prometheus.CounterOpts{
			Name:        "ferngate_requests_total",
			Help:        "Requests that have ended.",
			ConstLabels: s.labels(),
		}, []string{"access", "code", "identity"})),
	}
}

func newHistogram(s *Site, name, help string, bounds []float64) prometheus.Histogram {
	return add(s, prometheus.NewHistogram(prometheus.HistogramOpts{Name: name, Help: help, Buckets: bounds, ConstLabels: s.labels()}))
}

// End counts a request that has ended.
func (r *Requests) End(req Request) {
	code, known := r.codes[req.Status]
	if !known {
		code = "other"
	}
	r.total.WithLabelValues(orNone(string(req.Access)), code, orNone(req.Identity)).Inc()
	if r.answered == nil || req.Answered == 0 {
		return
	}
	r.answered.Observe(req.Answered.Seconds())
	if req.Upstream > 0 {
		r.upstream.Observe(req.Upstream.Seconds())
		r.overhead.Observe(req.Overhead.Seconds())
	}
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

// StatusClientGone stands for the answer to a client that did not wait for it, in
// the access log as in the metrics.
const StatusClientGone = 499

// knownCodes are the statuses that have a name, as the label says them: an app
// may answer with any number of three digits, and whatever a client asks it to.
func knownCodes() map[int]string {
	codes := map[int]string{0: "none", StatusClientGone: strconv.Itoa(StatusClientGone)}
	for code := 100; code < 1000; code++ {
		if http.StatusText(code) != "" {
			codes[code] = strconv.Itoa(code)
		}
	}
	return codes
}
