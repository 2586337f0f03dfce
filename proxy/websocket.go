package proxy

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
)

// sessionCheck is how often the session behind an open websocket is looked at
// again: the longest that a socket outlives it, or the access that it had.
const sessionCheck = 15 * time.Second

// isWebSocket reports whether the request asks for a websocket (RFC 6455,
// section 4.1), the only protocol that a connection may be upgraded to.
func isWebSocket(r *http.Request) bool {
	const name = "websocket"
	upgrade := r.Header["Upgrade"]
	// The length keeps letters out that fold to s or k but are not ASCII.
	return len(upgrade) == 1 && len(upgrade[0]) == len(name) && strings.EqualFold(upgrade[0], name)
}

// refuseOtherUpgrades takes an offer of another protocol away, which a server
// may overlook (RFC 9110, section 7.8): h2c and TLS would be tunnels past every
// access rule.
func refuseOtherUpgrades(r *http.Request) {
	if len(r.Header["Upgrade"]) > 0 && !isWebSocket(r) {
		r.Header.Del("Upgrade")
	}
}

// endWithSession makes a websocket that was opened under a session end with it:
// ReverseProxy closes an upgraded connection when its request's context ends.
// The caller calls stop when the connection is over.
func (s *site) endWithSession(x *exchange, r *http.Request) (_ *http.Request, stop func()) {
	if x.session == nil || !isWebSocket(r) {
		return r, func() {}
	}
	ctx, cancel := context.WithCancel(r.Context())
	go func() {
		tick := time.NewTicker(sessionCheck)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if id, lives := s.lives(ctx, x); !lives || !x.verdict.Admits(id) {
					cancel()
					return
				}
			}
		}
	}()
	return r.WithContext(ctx), cancel
}

// lives returns the person, as they are now, whom an open connection is for;
// false when their session is over. While the app cannot tell it goes on, no
// longer than the session may last.
func (s *site) lives(ctx context.Context, x *exchange) (*auth.Identity, bool) {
	inTime := time.Now().Before(x.session.Until)
	switch {
	case x.session.Method == app.Name && s.app != nil:
		id, undecided := s.stillApp(ctx, x)
		if undecided {
			return x.session.Identity, inTime
		}
		return id, inTime && id != nil && id.UserID == x.session.Identity.UserID
	case s.isVouching(x.session.Method):
		return x.session.Identity, inTime
	}
	return s.sessions.Lives(x.session)
}

// stillApp finds out who is signed in to the app now, by the cookies that the
// connection was opened with.
func (s *site) stillApp(ctx context.Context, x *exchange) (id *auth.Identity, undecided bool) {
	f := x.remembered()
	if x.learnt != nil {
		f = x.learnt
	}
	out := s.app.Identify(ctx, s.appRequest(x, x.request), f, app.Rechecked)
	return out.Identity, out.Undecided
}
