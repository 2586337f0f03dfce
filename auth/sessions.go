package auth

import (
	"crypto/rand"
	"crypto/sha256"
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
	log           *zap.Logger
}

// jar is the cookie under one scheme. It remembers which session a cookie's
// exact bytes hold, by their hash: opening costs some ten times as much. That
// is no decision; whether the session still counts is asked at every use.
type jar struct {
	sealer
	opened recent[[sha256.Size]byte, opening]
}

// opening is what a cookie holds.
type opening struct {
	session Session
	oldKey  bool // sealed by another key than the first
}

func (j *jar) open(value string) (opening, error) {
	if len(value) > maxSealed {
		return opening{}, errSeal
	}
	var exact [maxSealed]byte // on the stack, where a conversion would not be
	return j.opened.get(sha256.Sum256(exact[:copy(exact[:], value)]), func() (opening, error) {
		session, oldKey, err := j.sealer.open(value)
		return opening{session, oldKey}, err
	})
}

// NewSessions serves the site of this host ("" for the one that answers for
// any) with its methods by name. The error is about a malformed key.
func NewSessions(cfg config.Session, host string, methods map[string]Method, ended *Ended, log *zap.Logger) (*Sessions, error) {
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
		log:         log,
	}, nil
}

// Opened is a session that counts at this moment, and whose it is.
type Opened struct {
	Session
	Identity *Identity
	// Until is when the session ends if it is not used again.
	Until time.Time

	secure bool
	renew  bool
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
			return nil
		}
	}
	return found
}

// open says which session the cookie's value holds, nil if it does not count.
func (s *Sessions) open(j *jar, value string, secure bool) *Opened {
	o, err := j.open(value)
	if err != nil {
		s.log.Debug("session cookie ignored", zap.Error(err))
		return nil
	}
	now := time.Now()
	opened := s.opened(o.session, secure)
	switch {
	case opened == nil:
		s.log.Debug("session cookie ignored", zap.String("reason", "it was ended, or its person or method is gone"))
		return nil
	case !now.Before(opened.Until):
		s.log.Debug("session cookie ignored", zap.String("reason", "it is over"), zap.Time("until", opened.Until))
		return nil
	}
	opened.renew = o.oldKey || now.Sub(o.session.LastUsed) >= s.idleTimeout/10
	return opened
}

// opened is the session with whose it is and until when; nil if it is nobody's.
func (s *Sessions) opened(session Session, secure bool) *Opened {
	id, ok := s.stands(session)
	if !ok {
		return nil
	}
	until := session.LastUsed.Add(s.idleTimeout)
	if end := s.end(session); end.Before(until) {
		until = end
	}
	return &Opened{Session: session, Identity: id, Until: until, secure: secure}
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
// opened under; false when it was ended, is past its lifetime, or its person is
// gone. An idle timeout does not end it, since what the browser does beside the
// connection renews the cookie, not this copy of it.
func (s *Sessions) Lives(o *Opened) (*Identity, bool) {
	id, ok := s.stands(o.Session)
	return id, ok && time.Now().Before(s.end(o.Session))
}

// Start begins the session that a method made, and ends those that the request
// came with: a cookie planted before sign-in is worth nothing after it
// (TestS3). It adds the cookie to h. The session is nil if its person was
// removed meanwhile. The error is ErrTooLarge.
func (s *Sessions) Start(h http.Header, r *http.Request, secure bool, session Session) (*Opened, error) {
	now := time.Unix(time.Now().Unix(), 0)
	session.ID, session.SignedIn, session.LastUsed = rand.Text(), now, now
	j := s.jar(secure)
	value, err := j.seal(session)
	if err != nil {
		return nil, err
	}
	s.endAll(r)
	h.Add("Set-Cookie", setCookie(j.cookie, value))
	return s.opened(session, secure), nil
}

// Renew adds a fresh cookie to h if there is a reason to: a tenth of the idle
// timeout has passed, or a key has moved. It reports whether it did.
func (s *Sessions) Renew(h http.Header, o *Opened) bool {
	if !o.renew || s.ended.Has(o.ID) {
		return false
	}
	j := s.jar(o.secure)
	session := o.Session
	session.LastUsed = time.Unix(time.Now().Unix(), 0)
	value, err := j.seal(session)
	if err != nil {
		s.log.Error("session not renewed", zap.Error(err))
		return false
	}
	h.Add("Set-Cookie", setCookie(j.cookie, value))
	return true
}

// End signs the browser out: its sessions never open again, and it is told in h
// to forget the cookie.
func (s *Sessions) End(h http.Header, r *http.Request, secure bool) {
	s.endAll(r)
	h.Add("Set-Cookie", clearCookie(s.jar(secure).cookie))
}

// endAll puts every session of the request on the list of ended ones, under
// both schemes and whether or not they agree with each other.
func (s *Sessions) endAll(r *http.Request) {
	for _, j := range []*jar{&s.plain, &s.secure} {
		for value := range candidates(r.Header["Cookie"], j.cookie) {
			if o, err := j.open(value); err == nil {
				s.ended.Add(o.session.ID, s.end(o.session))
			}
		}
	}
}

// end is when the session is over, however much it is used.
func (s *Sessions) end(session Session) time.Time { return session.SignedIn.Add(s.lifetime) }

func (s *Sessions) jar(secure bool) *jar {
	if secure {
		return &s.secure
	}
	return &s.plain
}
