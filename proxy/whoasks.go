package proxy

import (
	"context"
	"net/http"
	"slices"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
)

// whoAsks finds out whose request it is: by the session cookie, and by the
// site's methods that can tell without asking the person. Where the app's
// person and that of another method differ, the app's counts. It sets x.session,
// and x.undecided where a method that could know better cannot tell.
func (s *site) whoAsks(x *exchange, r *http.Request, need app.Freshness) {
	s.open(x, r)
	if x.held != nil && x.held.Identity != nil {
		x.session = x.held
	}
	if s.app != nil {
		s.askApp(x, r, need)
	}
	for _, v := range s.vouching {
		if v.isApp || x.session == nil && !x.undecided {
			s.askVouching(x, r, v)
		}
	}
}

// vouching is a method that goes by what is in the request itself, and keeps no
// session: the app's own JWT, or what a proxy in front says.
type vouching struct {
	name     string
	identify func(ctx context.Context, h http.Header, trusted bool) (*auth.Identity, time.Time, error)
	isApp    bool // whether it tells the app's own person
	basis    any  // what it goes by: the same in the site of another config that goes by the same
}

// basisOf is what a method goes by that keeps no session; nil for any other.
func (s *site) basisOf(method string) any {
	for _, v := range s.vouching {
		if v.name == method {
			return v.basis
		}
	}
	return nil
}

// open opens the request's own session cookie, once.
func (s *site) open(x *exchange, r *http.Request) {
	if !x.opened {
		x.opened, x.held = true, s.sessions.Open(r, x.secure)
	}
}

// askApp finds out who is signed in to the app.
func (s *site) askApp(x *exchange, r *http.Request, need app.Freshness) {
	out := s.app.Identify(r.Context(), s.appRequest(x, r), x.remembered(), need)
	x.learnt, x.probed = out.Followed, out.Probed
	x.relayed = slices.DeleteFunc(slices.Clone(out.SetCookies), setsSessionCookie)
	s.nameCookies(x, x.relayed)
	switch {
	case out.Identity != nil:
		x.session = &auth.Opened{
			Session:  auth.Session{ID: x.heldID(), Method: app.Name, Login: out.Identity.UserID, SignedIn: out.Asked, LastUsed: out.Asked},
			Identity: out.Identity,
			Until:    out.Asked.Add(s.lifetime),
		}
	case out.Undecided: // it may be the app's person, who would count before any other
		x.session, x.undecided = nil, true
	}
}

// askVouching finds out whom something in the request itself vouches for.
func (s *site) askVouching(x *exchange, r *http.Request, v vouching) {
	id, until, err := v.identify(r.Context(), r.Header, x.client.trusted)
	switch {
	case err != nil:
		s.log.Warn("cannot tell who asks", zap.String("request_id", x.id), zap.String("method", v.name), zap.Error(err))
		x.session, x.undecided = nil, true
	case id != nil:
		if end := x.start.Add(s.lifetime); until.IsZero() || end.Before(until) {
			until = end
		}
		x.session = &auth.Opened{
			Session:  auth.Session{Method: v.name, Login: id.UserID, SignedIn: x.start, LastUsed: x.start},
			Identity: id,
			Until:    until,
		}
	}
}
