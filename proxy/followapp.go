package proxy

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
)

// appRequest is what of a request the method app goes by.
func (s *site) appRequest(x *exchange, r *http.Request) *app.Request {
	request := &app.Request{
		Method: r.Method, Path: x.target.path, Readings: x.readings, Query: strings.TrimPrefix(x.target.query, "?"),
		Header: r.Header, Client: x.client.addr, SessionID: x.heldID(), Began: x.start,
		Identified: x.session != nil && x.session.Method == app.Name && isNavigation(r),
		Like:       func() (string, http.Header) { return s.likeBrowser(x, r) },
	}
	if s.host == "" {
		request.Host = x.client.hostname
	}
	return request
}

// likeBrowser makes the headers of a request to the app that looks as if the
// browser sent it, by the same way: apps bind sessions to what they see of it.
func (s *site) likeBrowser(x *exchange, r *http.Request) (host string, h http.Header) {
	h = http.Header{}
	for name, values := range r.Header {
		switch name {
		case "Cookie", "User-Agent", "Accept-Language", "Accept-Encoding":
			h[name] = values
		default:
			var buf [64]byte
			if isOfTheWay(foldHeader(buf[:0], name)) {
				h[name] = values
			}
		}
	}
	s.strip.from(h, x.client.trusted)
	removeSessionCookies(h)
	setForwarded(h, x)
	return s.upstream.HostFor(r.Host), h
}

// observeApp takes in what a request and the app's answer tell of the app's own
// session, and adds to the answer what ours is to remember. It reports whether
// it added a cookie of ours.
func (s *site) observeApp(x *exchange, status int, h http.Header) bool {
	if s.app == nil {
		return false
	}
	r := s.appRequest(x, x.request)
	if signal := s.app.Signal(r, status, h); signal.Any() {
		s.open(x, x.request)
		r.SessionID = x.heldID()
		known := x.remembered()
		if x.learnt != nil {
			known = x.learnt
		}
		if next := s.app.Observe(r, signal, known); next != nil {
			x.learnt, x.told = next, true
		}
	}
	return s.remember(x, h)
}

// beginApp takes in that a request goes to the app that may sign somebody in or
// out: its answer may never come.
func (s *site) beginApp(x *exchange) {
	if s.app == nil {
		return
	}
	if r := s.appRequest(x, x.request); s.app.MayChange(r) {
		s.open(x, x.request)
		r.SessionID = x.heldID()
		s.app.Begin(r, x.remembered())
	}
}

// remember adds to an answer's headers the cookie with what was learnt of the
// app's session, if anything was, and reports whether it did. Cookies that are
// relayed come before the app's own, which count where both set the same. An
// upgrade that fails has two answers, the app's and ours: both are told.
func (s *site) remember(x *exchange, h http.Header) bool {
	if len(x.relayed) > 0 {
		h["Set-Cookie"] = slices.Concat(x.relayed, h["Set-Cookie"])
	}
	if x.learnt == nil || !x.told && s.app.Overtaken(s.appRequest(x, x.request)) {
		return false
	}
	written, err := s.sessions.Remember(h, x.request, x.held, x.secure, x.learnt, isNavigation(x.request) && !x.forwardAuth)
	if err != nil {
		s.log.Error("not remembered who is signed in to the app", zap.String("request_id", x.id), zap.Error(err))
	}
	return written
}

// remembered is what the request's session cookie remembers of the app's session.
func (x *exchange) remembered() *auth.Followed {
	if x.held == nil {
		return nil
	}
	return x.held.Followed
}

// heldID is the id of the request's session, "" without one.
func (x *exchange) heldID() string {
	if x.held == nil {
		return ""
	}
	return x.held.ID
}

// retryUndecided is when a client may ask again that could not be told who it is.
const retryUndecided = 3 * time.Second
