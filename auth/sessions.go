package auth

import (
	"crypto/rand"
	"errors"
	"net/http"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// Sessions are the session cookies of one site: opening, starting, renewing and
// ending them. A method of it never refuses a request: without a session that
// counts there is no identity, and what that means is for others to say.
type Sessions struct {
	plain, secure jar
	methods       map[string]Method
	ended         *Ended
	idleTimeout   time.Duration
	lifetime      time.Duration
	counts        SessionCounts
	log           *zap.Logger
}

// NewSessions serves the site of this host ("" for the one that answers for
// any) with its methods by name. The error is about a malformed key.
func NewSessions(cfg config.Session, host string, methods map[string]Method, ended *Ended, counts SessionCounts, log *zap.Logger) (*Sessions, error) {
	plain, err := newSealer(cfg.Keys, plainCookie, "http", host)
	if err != nil {
		return nil, err
	}
	secure, err := newSealer(cfg.Keys, secureCookie, "https", host)
	if err != nil {
		return nil, err
	}
	return &Sessions{
		plain:       jar{sealer: plain},
		secure:      jar{sealer: secure},
		methods:     methods,
		ended:       ended,
		idleTimeout: cfg.IdleTimeout,
		lifetime:    cfg.Lifetime,
		counts:      counts,
		log:         log,
	}, nil
}

// Opened is what a session cookie holds, as far as it counts at this moment.
type Opened struct {
	Session
	// Identity is who signed in here; nil where nobody did, and the session
	// only remembers something of the app's own (Followed).
	Identity *Identity
	// Until is when the session of whoever signed in here ends if it is not used again.
	Until time.Time

	secure bool
	by     keyName // that sealed it
	renew  bool
}

// id is the session's, "" without one.
func (o *Opened) id() string {
	if o == nil {
		return ""
	}
	return o.ID
}

// Open returns the session that the request's cookie holds, nil if there is
// none that counts. secure says whether the browser speaks HTTPS. Cookies that
// do not open are skipped; two that open and differ are nobody, since one of
// them was planted by somebody else (TestS15).
func (s *Sessions) Open(r *http.Request, secure bool) *Opened {
	var found *Opened
	j, tried := s.jar(secure), 0
	for value := range candidates(r.Header["Cookie"], j.cookie) {
		if tried++; tried > maxCandidates {
			break
		}
		o := s.open(j, value, secure)
		switch {
		case o == nil:
		case found == nil:
			found = o
		case found.Session != o.Session:
			s.log.Debug("two session cookies that differ: neither counts")
			s.counts.Received(cookieDiffers)
			return nil
		}
	}
	return found
}

// open says which session the cookie's value holds, nil if nothing of it counts.
func (s *Sessions) open(j *jar, value string, secure bool) *Opened {
	cookie, err := j.open(value)
	if err != nil {
		s.log.Debug("session cookie ignored", zap.Error(err))
		s.counts.Received(cookieUnreadable)
		return nil
	}
	now, o := time.Now(), &Opened{Session: cookie.session, secure: secure, by: cookie.by}
	outcome := cookieOver
	id, stands := s.stands(o.Session)
	switch until := s.until(o.Session); {
	case s.ended.Has(o.ID):
		outcome = cookieEnded
	case stands && now.Before(until):
		s.counts.Received(cookieOpened)
		o.Identity, o.Until = id, until
		o.renew = cookie.by != j.first() || now.Sub(o.LastUsed) >= s.idleTimeout/10
		return o
	case !stands && o.Method != "":
		outcome = cookieGone
	}
	if o.Followed != nil && outcome != cookieEnded && now.Before(o.Followed.latest().Add(s.lifetime)) {
		s.counts.Received(cookieFollows)
		o.Method, o.Login, o.Fingerprint = "", "", ""
		return o
	}
	s.log.Debug("session cookie ignored", zap.String("reason", string(outcome)))
	s.counts.Received(outcome)
	return nil
}

// stands reports whose session it is, unless it was ended or nobody's any more.
func (s *Sessions) stands(session Session) (*Identity, bool) {
	method, configured := s.methods[session.Method]
	if !configured || s.ended.Has(session.ID) {
		return nil, false
	}
	return method.Identity(session)
}

// Lives returns the person, as they are now, of a session that a connection was
// opened under; false when it was ended, is past its lifetime, or its person or its
// key is gone. An idle timeout does not end it, since what the browser does beside
// the connection renews the cookie, not this copy of it.
func (s *Sessions) Lives(o *Opened) (*Identity, bool) {
	id, ok := s.stands(o.Session)
	return id, ok && s.jar(o.secure).has(o.by) && time.Now().Before(s.end(o.Session))
}

// Start begins the session that a method made, and ends those that the request
// came with: a cookie planted before sign-in is worth nothing after it
// (TestS3). It adds the cookie to h. The session is nil if its person was
// removed meanwhile. The error is ErrTooLarge.
func (s *Sessions) Start(h http.Header, r *http.Request, secure bool, session Session) (*Opened, error) {
	now := seconds(time.Now())
	session.ID, session.SignedIn, session.LastUsed = rand.Text(), now, now
	j := s.jar(secure)
	value, err := s.seal(j, session)
	if err != nil {
		return nil, err
	}
	s.endAll(r)
	addCookie(h, setCookie(j.cookie, value))
	s.counts.Changed(sessionStarted)
	id, stands := s.stands(session)
	if !stands {
		return nil, nil
	}
	return &Opened{Session: session, Identity: id, Until: s.until(session), secure: secure, by: j.first()}, nil
}

// Remember adds to h a cookie that remembers f of the app's own session,
// besides what held, the request's own session, holds (nil: nothing). For
// another person than held remembers, where nobody signed in here, the session is
// a new one, and held is ended: what was planted before sign-in is worth nothing
// after it. Nobody is brought back by a slow answer to r whose session was ended
// meanwhile.
// used says whether the request counts as using the session, as for Renew. It
// reports whether it added a cookie; the error is ErrTooLarge.
func (s *Sessions) Remember(h http.Header, r *http.Request, held *Opened, secure bool, f *Followed, used bool) (written bool, err error) {
	now := time.Now()
	if held == nil && !f.Asked.IsZero() && s.cameLate(r, secure) {
		return false, nil
	}
	session := Session{ID: rand.Text(), SignedIn: seconds(now), LastUsed: seconds(now)}
	if held != nil {
		switch ended := s.ended.Has(held.ID); {
		case ended && !f.Asked.IsZero():
			return false, nil // only that somebody has signed out is news then
		case !ended:
			fresh := session.ID
			session = held.Session
			if another := f.Identity != nil && f.userID() != held.Followed.userID(); another && held.Method == "" {
				session.ID = fresh
			}
			if used && held.renew {
				session.LastUsed = seconds(now)
			}
		}
	}
	session.Followed = f
	j := s.jar(secure)
	value, err := s.seal(j, session)
	if err != nil {
		return false, err
	}
	change := sessionUpdated
	if f.userID() != "" && session.ID != held.id() {
		change = sessionStarted
	}
	if held != nil && held.ID != session.ID {
		s.endOne(held.Session)
	}
	addCookie(h, setCookie(j.cookie, value))
	s.counts.Changed(change)
	return true, nil
}

// Renew adds a fresh cookie to h if there is a reason to: a tenth of the idle
// timeout has passed, or a key has moved. It reports whether it did.
func (s *Sessions) Renew(h http.Header, o *Opened) bool {
	if !o.renew || s.ended.Has(o.ID) {
		return false
	}
	j := s.jar(o.secure)
	session := o.Session
	session.LastUsed = seconds(time.Now())
	value, err := s.seal(j, session)
	if err != nil {
		s.log.Error("session not renewed", zap.Error(err))
		return false
	}
	addCookie(h, setCookie(j.cookie, value))
	s.counts.Changed(sessionRenewed)
	return true
}

// End signs the browser out: its sessions never open again, and it is told in h
// to forget the cookie, or to keep one that says no more than f of the app's
// own session.
func (s *Sessions) End(h http.Header, r *http.Request, secure bool, f *Followed) {
	s.endAll(r)
	if f != nil {
		if _, err := s.Remember(h, r, nil, secure, f, false); err == nil {
			return
		}
	}
	addCookie(h, clearCookie(s.jar(secure).cookie))
}

// cameLate reports whether a request came with a session that had just ended:
// its browser has another one by now, or none.
func (s *Sessions) cameLate(r *http.Request, secure bool) bool {
	j := s.jar(secure)
	for value := range candidates(r.Header["Cookie"], j.cookie) {
		if o, err := j.open(value); err == nil && time.Since(s.ended.at(o.session.ID)) < underWay {
			return true
		}
	}
	return false
}

// underWay is how long a request may have been under way whose session has ended.
const underWay = time.Minute

// endAll puts every session of the request on the list of ended ones, under
// both schemes and whether or not they agree with each other.
func (s *Sessions) endAll(r *http.Request) {
	for _, j := range []*jar{&s.plain, &s.secure} {
		for value := range candidates(r.Header["Cookie"], j.cookie) {
			if o, err := j.open(value); err == nil {
				s.endOne(o.session)
			}
		}
	}
}

// endOne puts a session on the list, unless it is nobody's: there is nothing in
// it that could come back, and the list is bounded.
func (s *Sessions) endOne(session Session) {
	if session.Method == "" && session.Followed.userID() == "" {
		return
	}
	if !s.ended.Has(session.ID) {
		s.counts.Changed(sessionEnded)
	}
	s.ended.Add(session.ID, time.Now().Add(s.lifetime))
}

// seal makes the cookie's value. The error is ErrTooLarge.
func (s *Sessions) seal(j *jar, session Session) (string, error) {
	value, err := j.seal(session)
	if errors.Is(err, ErrTooLarge) {
		s.counts.Changed(sessionTooBig)
	}
	return value, err
}

// until is when the session is over if it is not used again.
func (s *Sessions) until(session Session) time.Time {
	until := session.LastUsed.Add(s.idleTimeout)
	if end := s.end(session); end.Before(until) {
		return end
	}
	return until
}

// end is when the session is over, however much it is used.
func (s *Sessions) end(session Session) time.Time { return session.SignedIn.Add(s.lifetime) }

func (s *Sessions) jar(secure bool) *jar {
	if secure {
		return &s.secure
	}
	return &s.plain
}

// seconds is t as a session holds it.
func seconds(t time.Time) time.Time { return time.Unix(t.Unix(), 0) }
