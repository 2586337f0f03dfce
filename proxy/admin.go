package proxy

import (
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"go.uber.org/zap"
)

// newAdmin returns the handler of the operators' own listener: /healthz, that the
// process runs, /readyz, that people are to be sent here, and /metrics.
func (g *Gateway) newAdmin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusOK, health{Status: "ok"})
	})
	mux.HandleFunc("GET /readyz", g.ready)
	mux.Handle("GET /metrics", g.metrics.Handler())
	return mux
}

// health is the body of /healthz and /readyz.
type health struct {
	// Status is ok, degraded, unavailable or draining.
	Status string `json:"status"`
	// Config is ok, or since when the file's is refused.
	Config string `json:"config,omitempty"`
	// Sites is ok, or what is wrong, by the site.
	Sites map[string]string `json:"sites,omitempty"`
}

// ready connects to each app, no more: what an app answers to which path is
// nothing that ferngate knows. While any can be reached people are to be sent here:
// one app that is down must not take the others from them. Nor does a config that
// is refused count: the one in force serves people well, and all replicas would be
// gone at once.
func (g *Gateway) ready(w http.ResponseWriter, r *http.Request) {
	h := health{Status: "ok", Config: "ok", Sites: g.reach(r)}
	status, away := http.StatusOK, 0
	for _, state := range h.Sites {
		if state != "ok" {
			h.Status = "degraded"
			away++
		}
	}
	if away == len(h.Sites) {
		h.Status, status = "unavailable", http.StatusServiceUnavailable
	}
	if g.standing.draining.Load() {
		h.Status, status = "draining", http.StatusServiceUnavailable
	}
	if since, outdated := g.standing.outdated(); outdated {
		h.Config = "refused since " + since.UTC().Format(time.RFC3339) + ", see the log: the one from before is in force"
	}
	writeHealth(w, status, h)
}

// reach connects to each site's app, and says how that went.
func (g *Gateway) reach(r *http.Request) map[string]string {
	var (
		mu    sync.Mutex
		wg    sync.WaitGroup
		sites = map[string]string{}
	)
	for s := range g.sites.all() {
		wg.Go(func() {
			state := "ok"
			if err := s.transport.reach(r.Context()); err != nil {
				state = "the upstream cannot be reached"
				g.log.Warn("not ready", zap.String("site", s.label()), zap.Stringer("upstream", s.upstream.URL), zap.Error(err))
			}
			mu.Lock()
			defer mu.Unlock()
			sites[s.label()] = state
		})
	}
	wg.Wait()
	return sites
}

func writeHealth(w http.ResponseWriter, status int, body health) {
	ownAnswer(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone is not our fault
}
