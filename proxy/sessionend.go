package proxy

import (
	"context"
	"math"
	"net/netip"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/config"
)

// sessionCheck is how often the session behind an open websocket or event stream
// is looked at again: the longest that it outlives the session, or the access
// that the person had.
const sessionCheck = 15 * time.Second

// never is as far as a timer goes.
const never = math.MaxInt64 * time.Nanosecond

// endWithAdmission calls end, once, when the session that x was admitted with is
// over, or the site would not admit it any more: nobody's connection, too, since
// another config may ask for somebody. The caller calls stop when there is nothing
// left to end; when ctx is done nobody is asked any more.
func (s *site) endWithAdmission(ctx context.Context, x *exchange, end func()) (stop func()) {
	admitted := s.admissionOf(x)
	// A timer, for a goroutine would hold a stack meanwhile.
	var watch *time.Timer
	watch = time.AfterFunc(never, func() {
		if !s.inForceAdmits(ctx, admitted) {
			end()
		} else if ctx.Err() == nil {
			watch.Reset(sessionCheck)
		}
	})
	watch.Reset(sessionCheck) // not at once: the function refers to watch
	return func() { watch.Stop() }
}

// inForceAdmits asks the site of this host that is in force. A fault of ours, which
// nobody else would catch here, admits nobody.
func (s *site) inForceAdmits(ctx context.Context, a *admission) (admits bool) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("judging an open connection failed", zap.Any("panic", p), zap.StackSkip("stack", 1))
		}
	}()
	now := s.inForce.Load()
	return now != nil && now.stillAdmits(ctx, a)
}

// admission is what an open connection was admitted with. It holds what it needs
// of the exchange, which goes on beside it.
type admission struct {
	method   string
	readings []string       // of the path
	session  *auth.Opened   // nil: nobody's
	request  *app.Request   // nil but for the method app
	followed *auth.Followed // what was known of the app's session
	basis    any            // of what vouched for the person; nil but for such a method
	trusted  []netip.Prefix // with basis: whose word counted
}

func (s *site) admissionOf(x *exchange) *admission {
	a := &admission{method: x.request.Method, readings: x.readings, session: x.session}
	switch {
	case x.session == nil:
	case x.session.Method == app.Name && s.app != nil:
		a.request, a.followed = s.appRequest(x, x.request), x.remembered()
		if x.learnt != nil {
			a.followed = x.learnt
		}
	default:
		a.basis, a.trusted = s.basisOf(x.session.Method), s.trusted
	}
	return a
}

// stillAdmits reports whether the site would admit now what was admitted by it, or
// by the one that was in force then: another config may ask for more.
func (s *site) stillAdmits(ctx context.Context, a *admission) bool {
	verdict := s.access.Judge(a.method, a.readings)
	if a.session == nil {
		return verdict.Require != config.Required
	}
	id, lives := s.lives(ctx, a)
	return lives && verdict.Admits(id)
}

// lives returns the person, as they are now, whom an open connection is for; false
// when their session is over, or of a method that there is no more. While the app
// cannot tell it goes on, no longer than the session may last.
func (s *site) lives(ctx context.Context, a *admission) (*auth.Identity, bool) {
	inTime := time.Now().Before(a.session.Until)
	switch {
	case a.request != nil && s.app == nil:
		return nil, false
	case a.request != nil:
		// By the cookies that the connection was opened with.
		out := s.app.Identify(ctx, a.request, a.followed, app.Rechecked)
		if out.Undecided {
			return a.session.Identity, inTime
		}
		return out.Identity, inTime && out.Identity != nil && out.Identity.UserID == a.session.Identity.UserID
	case a.basis != nil: // what vouched then is not at hand any more, but whether it would still be believed
		believed := s.basisOf(a.session.Method) == a.basis && slices.Equal(s.trusted, a.trusted)
		return a.session.Identity, inTime && believed
	case s.sessions == nil:
		return nil, false
	}
	return s.sessions.Lives(a.session)
}
