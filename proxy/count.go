package proxy

import (
	"net/http"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// noteAccess notes what is counted of the path. The first word stands: forward
// auth is that, whatever it is about.
func (x *exchange) noteAccess(access metrics.Access) {
	if x.access == "" {
		x.access = access
	}
}

// lasts counts an answer among those that last, until it ends.
func (x *exchange) lasts(open metrics.Gauge) {
	if x.lasting != nil {
		x.lasting.Dec() // a 101 that calls itself an event stream
	}
	x.lasting = open
	open.Inc()
}

// count, deferred, counts a request when it ends.
func (g *Gateway) count(x *exchange, r *http.Request) {
	g.metrics.Open.Dec()
	if x.lasting != nil {
		x.lasting.Dec()
	}
	ended := metrics.Request{Access: x.access, Status: x.status}
	if x.session != nil {
		ended.Identity = x.session.Method
	}
	if x.site == nil {
		g.metrics.NoSite.End(ended)
		return
	}
	if !x.began.IsZero() {
		ended.Answered = x.began.Sub(x.start)
	}
	if x.proxied {
		ended.Upstream = x.upstreamTime
		ended.Overhead = max(ended.Answered-x.upstreamTime-x.probed, 0)
	}
	if x.brokenOffByApp(r) {
		x.site.counts.UpstreamErrors.Add(metrics.BrokenOff)
	}
	x.site.counts.Requests.End(ended)
}

// brokenOffByApp reports whether the app ended its answer too soon: ReverseProxy
// breaks off what it is sending on, and says no more of why.
func (x *exchange) brokenOffByApp(r *http.Request) bool {
	return x.aborted && x.proxied && !x.unsent && r.Context().Err() == nil && x.body.failed() == nil
}

// siteNames are the names of all sites.
func (g *Gateway) siteNames() []string {
	var names []string
	for s := range g.sites.all() {
		names = append(names, s.label())
	}
	return names
}
