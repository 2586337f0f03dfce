package proxy

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// lastWords is how long what was broken off has to come to an end.
const lastWords = time.Second

// Drain ends the serving. From now on /readyz is 503 and answers end their
// connections, so that whoever sends people here sends them elsewhere. After
// drain_delay nothing more is accepted. What runs may finish for drain_timeout; then
// it is broken off, websockets among it. The operators' own listener is the last.
// When atOnce is done nothing is waited for any more.
func (s *Server) Drain(atOnce context.Context) {
	s.mu.Lock()
	s.drained = true
	s.mu.Unlock() // and what it guards stays as it is
	g, cfg := s.live.gateway.Load(), s.config
	g.standing.drain()
	g.handshakes.close(nil) // whoever shares the storage folder can go on at once
	g.log.Info("draining", zap.Duration("drain_delay", cfg.DrainDelay), zap.Duration("drain_timeout", cfg.DrainTimeout))
	select {
	case <-time.After(cfg.DrainDelay):
	case <-atOnce.Done():
	}
	g.log.Info("stopping")
	operators := s.listeners[config.AdminListenKey]
	delete(s.listeners, config.AdminListenKey)
	for _, l := range s.listeners {
		l.stop()
		s.retired = append(s.retired, l.current.Load())
	}
	switch cutOff := s.finish(atOnce, g, cfg.DrainTimeout); {
	case atOnce.Err() != nil:
		g.log.Warn("stopped at once, as a second signal says: what still ran was cut off")
	case cutOff:
		g.log.Warn("the drain time-out is over: what still ran was cut off", zap.Duration("drain_timeout", cfg.DrainTimeout))
	}
	if operators != nil {
		operators.stop()
		ctx, cancel := context.WithTimeout(atOnce, lastWords)
		defer cancel()
		operators.current.Load().shutdown(ctx)
	}
	g.log.Info("stopped")
}

// finish lets what runs finish, for so long, and reports whether it had to break
// something off. A request may still become a websocket: those are waited for when
// there are no requests any more.
func (s *Server) finish(atOnce context.Context, g *Gateway, timeout time.Duration) bool {
	ctx, cancel := context.WithTimeout(atOnce, timeout)
	defer cancel()
	var brokenOff atomic.Bool
	var requests sync.WaitGroup
	for _, service := range s.retired {
		requests.Go(func() {
			if service.shutdown(ctx) {
				brokenOff.Store(true)
			}
		})
	}
	requests.Wait()
	gone := g.tunnels.gone()
	select {
	case <-gone:
		return brokenOff.Load()
	case <-ctx.Done():
	}
	g.tunnels.end()
	select {
	case <-gone:
	case <-time.After(lastWords):
	}
	return true
}
