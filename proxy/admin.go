package proxy

import (
	"encoding/json"
	"net/http"
	"sync"

	"go.uber.org/zap"
)

// Admin returns the handler of the operators' own listener: /healthz, that the
// process runs, and /readyz, that every site's app can be reached, and /metrics.
func (g *Gateway) Admin() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		writeHealth(w, http.StatusOK, map[string]string{"status": "ok"})
	})
	mux.HandleFunc("GET /readyz", g.ready)
	mux.Handle("GET /metrics", g.metrics.handler())
	return mux
}

// ready connects to each app, no more: what an app answers to which path is
// nothing that ferngate knows.
func (g *Gateway) ready(w http.ResponseWriter, r *http.Request) {
	var (
		mu     sync.Mutex
		wg     sync.WaitGroup
		status = http.StatusOK
		sites  = map[string]string{}
	)
	for s := range g.sites.all() {
		wg.Go(func() {
			state := "ok"
			err := s.transport.reach(r.Context())
			if err != nil {
				state = "the upstream cannot be reached"
				g.log.Warn("not ready", zap.String("site", s.label()), zap.Stringer("upstream", s.upstream.URL), zap.Error(err))
			}
			mu.Lock()
			defer mu.Unlock()
			sites[s.label()] = state
			if err != nil {
				status = http.StatusServiceUnavailable
			}
		})
	}
	wg.Wait()
	writeHealth(w, status, sites)
}

func writeHealth(w http.ResponseWriter, status int, body map[string]string) {
	ownAnswer(w.Header())
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // a client that is gone is not our fault
}
