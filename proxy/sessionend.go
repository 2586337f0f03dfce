package proxy

import (
	"context"
	"math"
	"time"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
)

// sessionCheck is how often the session behind an open websocket or event stream
// is looked at again: the longest that it outlives the session, or the access
// that the person had.
const sessionCheck = 15 * time.Second

// never is as far as a timer goes.
const never = math.MaxInt64 * time.Nanosecond

// endWithSession calls end, once, when the session that x was admitted with is
// over, or does not admit it any more. The caller calls stop when there is
// nothing left to end; when ctx is done nobody is asked any more.
func (s *site) endWithSession(ctx context.Context, x *exchange, end func()) (stop func()) {
	lives, verdict := s.watchSession(x), x.verdict
	// A timer, for a goroutine would hold a stack meanwhile.
	var watch *time.Timer
	watch = time.AfterFunc(never, func() {
		if id, still := lives(ctx); !still || !verdict.Admits(id) {
			end()
		} else if ctx.Err() == nil {
			watch.Reset(sessionCheck)
		}
	})
	watch.Reset(sessionCheck) // not at once: the function refers to watch
	return func() { watch.Stop() }
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
