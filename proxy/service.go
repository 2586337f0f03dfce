package proxy

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"go.uber.org/zap"
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
