package proxy

import (
	"context"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
)

// sessionCheck is how often the session behind an open websocket is looked at
// again: the longest that a socket outlives it, or the access that it had.
const sessionCheck = 15 * time.Second

// never is as far as a timer goes.
const never = math.MaxInt64 * time.Nanosecond

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
// There is no Close frame before that: the frames are the ends' own, and it
// could only be put between two of them. A browser calls such an end abnormal
// (1006), for which pages that use websockets are made: they connect again, and
// are told who they are then.
// The caller calls stop when the connection is over.
func (s *site) endWithSession(x *exchange, r *http.Request) (_ *http.Request, stop func()) {
	if x.session == nil || !isWebSocket(r) {
		return r, func() {}
	}
	ctx, cancel := context.WithCancel(r.Context())
	lives := s.watchSession(x)
	// A timer, for a goroutine would hold a stack meanwhile.
	var watch *time.Timer
	watch = time.AfterFunc(never, func() {
		if id, still := lives(ctx); !still || !x.verdict.Admits(id) {
			cancel()
		}
		if ctx.Err() == nil {
			watch.Reset(sessionCheck)
		}
	})
	watch.Reset(sessionCheck) // not at once: the function refers to watch
	return r.WithContext(ctx), func() {
		cancel()
		watch.Stop()
	}
}

// watchSession returns what tells of the person, as they are now, whom an open
// connection is for; false when their session is over. While the app cannot tell
// it goes on, no longer than the session may last. It takes what it needs of x
// at once: the exchange goes on beside it.
func (s *site) watchSession(x *exchange) func(context.Context) (*auth.Identity, bool) {
	session := x.session
	inTime := func() bool { return time.Now().Before(session.Until) }
	switch {
	case session.Method == app.Name && s.app != nil:
		r, f := s.appRequest(x, x.request), x.remembered()
		if x.learnt != nil {
			f = x.learnt
		}
		return func(ctx context.Context) (*auth.Identity, bool) {
			// By the cookies that the connection was opened with.
			out := s.app.Identify(ctx, r, f, app.Rechecked)
			if out.Undecided {
				return session.Identity, inTime()
			}
			return out.Identity, inTime() && out.Identity != nil && out.Identity.UserID == session.Identity.UserID
		}
	case s.isVouching(session.Method):
		return func(context.Context) (*auth.Identity, bool) { return session.Identity, inTime() }
	}
	return func(context.Context) (*auth.Identity, bool) { return s.sessions.Lives(session) }
}
