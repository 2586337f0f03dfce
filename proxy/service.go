package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// headerSlack is what net/http takes beyond MaxHeaderBytes.
const headerSlack = 4 << 10

// service is an http.Server that is handed its connections. Its settings are those
// of one config; connections keep those under which they came.
type service struct {
	settings settings
	server   *http.Server
	feed     *feed
	served   chan struct{} // closed when run has ended
	fresh    freshConns
	open     atomic.Int64 // connections that net/http has
	outdated atomic.Bool  // whether its connections are to end with their next answer
}

// settings are what of a config an http.Server is made of.
type settings struct {
	people        bool // not operators
	limits        config.Limits
	tls           bool
	clientAuth    clientAuth
	proxyProtocol bool
	trusted       []netip.Prefix // with proxyProtocol
	log           *zap.Logger
}

// peopleSettings are those of the server of people's requests.
func peopleSettings(cfg *config.Config, log *zap.Logger) settings {
	set := settings{people: true, limits: cfg.Limits, tls: cfg.TLS != nil, log: log}
	if cfg.ProxyProtocol {
		set.proxyProtocol, set.trusted = true, cfg.TrustedProxies
	}
	return set
}

// same reports whether two servers of these settings are alike.
func (s settings) same(other settings) bool {
	return s.people == other.people && s.limits == other.limits && s.tls == other.tls && s.log == other.log && s.clientAuth == other.clientAuth &&
		s.proxyProtocol == other.proxyProtocol && slices.Equal(s.trusted, other.trusted)
}

// newService prepares a server of h, over HTTP/1.1, and HTTP/2 too where there is
// TLS, which secure gives for each connection. There is no limit on how long an
// answer may take: downloads and event streams have none.
func newService(set settings, h http.Handler, secure func(*tls.ClientHelloInfo) (*tls.Config, error)) (*service, error) {
	errorLog, err := zap.NewStdLogAt(set.log.Named("server"), zap.DebugLevel)
	if err != nil {
		return nil, err
	}
	s := &service{settings: set, feed: newFeed(), served: make(chan struct{})}
	s.server = &http.Server{
		Handler:                      h,
		ReadHeaderTimeout:            set.limits.HeaderTimeout,
		IdleTimeout:                  set.limits.IdleTimeout,
		ConnContext:                  s.connContext,
		ConnState:                    s.count,
		MaxHeaderBytes:               max(int(set.limits.HeaderSize)-headerSlack, 1),
		DisableGeneralOptionsHandler: true, // OPTIONS * is answered, and logged, by the gateway
		ErrorLog:                     errorLog,
	}
	if set.tls {
		s.server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12, GetConfigForClient: secure}
	}
	return s, nil
}

type serviceKey struct{}

// connContext is the server's ConnContext.
func (s *service) connContext(ctx context.Context, conn net.Conn) context.Context {
	return context.WithValue(withPacedConn(ctx, conn), serviceKey{}, s)
}

// isOutdated reports whether the connection of a request would not be made in the
// same way any more: whoever it is of has to be asked for a certificate again.
func isOutdated(r *http.Request) bool {
	s, _ := r.Context().Value(serviceKey{}).(*service)
	return s != nil && s.outdated.Load()
}

// count is the server's ConnState.
func (s *service) count(conn net.Conn, state http.ConnState) {
	s.fresh.note(conn, state)
	switch state {
	case http.StateNew:
		s.open.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.open.Add(-1)
	}
}

// run serves the connections that are handed over, until the feed is closed.
func (s *service) run(addr net.Addr) {
	defer close(s.served)
	s.feed.addr = addr
	l := net.Listener(s.feed)
	if s.settings.people {
		l = newPeopleListener(l, s.settings)
	}
	if s.settings.tls {
		_ = s.server.ServeTLS(l, "", "") // the error is that the feed was closed
	} else {
		_ = s.server.Serve(l)
	}
}

// shutdown finishes what runs until ctx is done, and then breaks it off. It
// reports whether it had to. Whoever was accepted just before has an answer, too.
func (s *service) shutdown(ctx context.Context) (brokenOff bool) {
	<-s.served // all that were accepted are known; the feed is closed
	select {
	case <-s.fresh.gone():
	case <-time.After(freshPatience):
	case <-ctx.Done():
	}
	if s.server.Shutdown(ctx) == nil {
		return false
	}
	_ = s.server.Close() // what it could say is of no use any more
	return true
}

// feed is the listener of a service: what another one accepts is handed to it.
type feed struct {
	addr   net.Addr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

func newFeed() *feed { return &feed{conns: make(chan net.Conn), closed: make(chan struct{})} }

// hand gives a connection to the service; false if that takes no more.
func (f *feed) hand(conn net.Conn) bool {
	select {
	case f.conns <- conn:
		return true
	case <-f.closed:
		return false
	}
}

// Accept implements net.Listener.
func (f *feed) Accept() (net.Conn, error) {
	select {
	case conn := <-f.conns:
		return conn, nil
	case <-f.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener. The connections that were handed over stay.
func (f *feed) Close() error {
	f.once.Do(func() { close(f.closed) })
	return nil
}

// Addr implements net.Listener.
func (f *feed) Addr() net.Addr { return f.addr }
