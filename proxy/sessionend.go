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
	admitted := s.admissionOf(x)
	// A timer, for a goroutine would hold a stack meanwhile.
	var watch *time.Timer
	watch = time.AfterFunc(never, func() {
		if now := s.inForce.Load(); now == nil || !now.stillAdmits(ctx, admitted) {
			end()
		} else if ctx.Err() == nil {
			watch.Reset(sessionCheck)
		}
	})
	watch.Reset(sessionCheck) // not at once: the function refers to watch
	return func() { watch.Stop() }
}

// admission is what an open connection was admitted with. It holds what it needs
// of the exchange, which goes on beside it.
type admission struct {
	method   string
	readings []string // of the path
	session  *auth.Opened
	request  *app.Request   // nil but for the method app
	followed *auth.Followed // what was known of the app's session
}

func (s *site) admissionOf(x *exchange) *admission {
	a := &admission{method: x.request.Method, readings: x.readings, session: x.session}
	if x.session.Method == app.Name && s.app != nil {
		a.request, a.followed = s.appRequest(x, x.request), x.remembered()
		if x.learnt != nil {
			a.followed = x.learnt
		}
	}
	return a
}

// stillAdmits reports whether the site would admit now what was admitted by it, or
// by the one that was in force then: another config may ask for more.
func (s *site) stillAdmits(ctx context.Context, a *admission) bool {
	id, lives := s.lives(ctx, a)
	return lives && s.access.Judge(a.method, a.readings).Admits(id)
}

// lives returns the person, as they are now, whom an open connection is for; false
// when their session is over, or of a method that there is no more. While the app
// cannot tell it goes on, no longer than the session may last.
func (s *site) lives(ctx context.Context, a *admission) (*auth.Identity, bool) {
	inTime := time.Now().Before(a.session.Until)
	switch {
	case a.request != nil && s.app != nil:
		// By the cookies that the connection was opened with.
		out := s.app.Identify(ctx, a.request, a.followed, app.Rechecked)
		if out.Undecided {
			return a.session.Identity, inTime
		}
		return out.Identity, inTime && out.Identity != nil && out.Identity.UserID == a.session.Identity.UserID
	case s.isVouching(a.session.Method):
		return a.session.Identity, inTime
	case s.sessions == nil:
		return nil, false
	}
	return s.sessions.Lives(a.session)
}
