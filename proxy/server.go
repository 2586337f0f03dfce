package proxy

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// Open opens a listener at one of a config's addresses; key is the config's key
// that has it, for what an error says.
type Open func(key, address string) (net.Listener, error)

// Server serves people and operators by a config, and by another one from when
// Apply is called with it.
type Server struct {
	open Open
	live live

	addresses atomic.Value // map[string]net.Addr, by the config's key: where it listens

	mu        sync.Mutex
	config    *config.Config        // that is in force
	listeners map[string]*listening // by the config's key
	retired   []*service            // that get no more connections
	drained   bool                  // whether nothing is to be applied any more
}

// NewServer returns a server that listens nowhere yet.
func NewServer(open Open) *Server { return &Server{open: open} }

// Apply builds all that a valid config describes, and puts it into force if all of
// it is good: what runs goes on as it began, new requests and new connections are
// by the new config, and open websockets and event streams are judged by it from
// then on. A listener stays open unless its address is another. With an error
// nothing has changed.
func (s *Server) Apply(cfg *config.Config, log *zap.Logger) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.drained {
		return errDrained
	}
	before := s.live.gateway.Load()
	gateway, err := New(cfg, before, log)
	if err != nil {
		return err
	}
	services, err := s.newServices(cfg, gateway, log)
	var listeners map[string]*listening
	if err == nil {
		listeners, err = s.listen(services)
	}
	if err != nil {
		gateway.discard(before)
		return err
	}
	s.live.swap(gateway)
	s.replace(listeners, services, log)
	gateway.handshakes.obtain()
	s.config = cfg
	addresses := map[string]net.Addr{}
	for key, l := range listeners {
		addresses[key] = l.listener.Addr()
	}
	s.addresses.Store(addresses)
	gateway.standing.applied()
	if before != nil {
		gateway.metrics.Reloads.Done()
	}
	return nil
}

// errDrained is returned by Apply when the process is about to end.
var errDrained = errors.New("ferngate is about to stop")

// place is where a service gets its connections from.
type place struct {
	key, address string
	*service
}

// newServices prepares what a config serves at each of its addresses.
func (s *Server) newServices(cfg *config.Config, g *Gateway, log *zap.Logger) ([]place, error) {
	var places []place
	for _, l := range cfg.Listeners() {
		set, handler := peopleSettings(cfg, log), http.Handler(&s.live)
		set.clientAuth = g.handshakes.clientAuth()
		switch l.Key {
		case config.RedirectListenKey:
			set.tls, handler = false, http.HandlerFunc(s.live.redirect)
		case config.AdminListenKey:
			set, handler = settings{limits: cfg.Limits, log: log}, http.HandlerFunc(s.live.admin)
		}
		service, err := newService(set, handler, s.live.configForClient)
		if err != nil {
			return nil, err
		}
		places = append(places, place{l.Key, l.Address, service})
	}
	return places, nil
}

// listen opens what is not open yet. With an error nothing of that stays open.
func (s *Server) listen(places []place) (map[string]*listening, error) {
	listeners := map[string]*listening{}
	for _, p := range places {
		if l := s.listeners[p.key]; l != nil && l.address == p.address {
			listeners[p.key] = l
			continue
		}
		opened, err := s.open(p.key, p.address)
		if err != nil {
			if errors.Is(err, syscall.EADDRINUSE) && s.hasPort(p.address) {
				err = fmt.Errorf("%s: ferngate itself listens at the port of %s: restart it to change the address alone, or write another port", p.key, p.address)
			}
			for key, l := range listeners {
				if s.listeners[key] != l {
					l.stop()
				}
			}
			return nil, err
		}
		listeners[p.key] = &listening{address: p.address, listener: opened}
	}
	return listeners, nil
}

// hasPort reports whether a port is listened at already, at whichever address.
func (s *Server) hasPort(address string) bool {
	_, port, _ := net.SplitHostPort(address)
	for _, l := range s.listeners {
		if _, own, _ := net.SplitHostPort(l.address); own == port {
			return true
		}
	}
	return false
}

// replace hands new connections to the new services. One that would be as it was
// stays, and so do the connections that a service has when there is another.
func (s *Server) replace(listeners map[string]*listening, places []place, log *zap.Logger) {
	for key, l := range s.listeners {
		if listeners[key] != l {
			log.Warn("no longer listening at an address: whoever waits there to be accepted is turned away",
				zap.String("key", key), zap.String("address", l.address))
			l.stop()
			s.retired = append(s.retired, l.current.Load())
		}
	}
	for _, p := range places {
		l := listeners[p.key]
		switch before := l.current.Load(); {
		case before == nil:
			l.serveBy(p.service)
		case !before.settings.same(p.settings):
			l.serveBy(p.service)
			before.outdated.Store(before.settings.clientAuth != p.settings.clientAuth)
			s.retired = append(s.retired, before)
		}
	}
	s.listeners = listeners
	s.retired = slices.DeleteFunc(s.retired, func(s *service) bool { return s.open.Load() == 0 })
}

// Refuse takes in that a config was not applied: the one from before stays in
// force. It is logged, and said at /readyz.
func (s *Server) Refuse(err error) {
	g := s.live.gateway.Load()
	g.log.Error("reload refused: the config from before stays in force", zap.Strings("faults", config.FaultLines(err)))
	g.standing.refused()
	g.metrics.Reloads.Refused()
}

// Addr is where people are served, by the config in force.
func (s *Server) Addr() net.Addr { return s.addressOf(config.ListenKey) }

// AdminAddr is where operators are; nil for nowhere.
func (s *Server) AdminAddr() net.Addr { return s.addressOf(config.AdminListenKey) }

func (s *Server) addressOf(key string) net.Addr {
	addresses, _ := s.addresses.Load().(map[string]net.Addr)
	return addresses[key]
}
