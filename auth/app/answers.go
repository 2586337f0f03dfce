package app

import (
	"context"
	"crypto/sha256"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/recent"
)

// failedFor is how long the app is not asked again about the same browser's
// session when it could not tell.
const failedFor = 3 * time.Second

// likeness are the headers, besides Cookie, that make a request look like the
// browser's: apps bind sessions to them (DokuWiki does).
var likeness = [...]string{"User-Agent", "Accept-Language", "Accept-Encoding"}

// answers ask the app: once at a time for each browser's session, within
// bounds for each client and in all, and not while it cannot answer. What it
// said is remembered for those who ask the same soon after.
type answers struct {
	whoami  *Whoami
	timeout time.Duration
	recent  recent.Cache[answerKey, answer]
	slots   slots
	breaker breaker
	log     *zap.Logger

	mu      sync.Mutex
	flights map[answerKey]*flight
}

// answerKey is the hash of all that an answer can depend on.
type answerKey [sha256.Size]byte

// answer is what the app said, or that it could not tell.
type answer struct {
	identity   *auth.Identity
	asked      time.Time
	setCookies []string
	probed     bool // for this very request
	err        error
}

func (a answer) undecided() bool { return a.err != nil }

// flight is an answer that is being asked for.
type flight struct {
	asked time.Time
	done  chan struct{} // closed when answer is there
	answer
}

func newAnswers(whoami *Whoami, timeout time.Duration, log *zap.Logger) *answers {
	return &answers{whoami: whoami, timeout: timeout, slots: newSlots(), log: log, flights: map[answerKey]*flight{}}
}

// get returns an answer that was asked for after since, and of a person's no
// longer than recheck ago.
func (s *answers) get(ctx context.Context, r *Request, since time.Time, recheck time.Duration) answer {
	host, like := r.Like()
	key := keyOf(host, like, r.Client)
	if a, found := s.recent.Find(key); found && a.asked.After(since) && time.Since(a.asked) < a.countsFor(recheck) {
		a.probed = false
		return a
	}
	for {
		f, mine := s.join(key, since)
		if mine {
			go s.fly(f, key, r.Client, host, like)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return answer{err: ctx.Err()}
		}
		if f.asked.After(since) {
			a := f.answer
			a.probed = mine
			return a
		}
	}
}

// countsFor is how long an answer is used again for the same request.
func (a answer) countsFor(recheck time.Duration) time.Duration {
	switch {
	case a.err != nil:
		return failedFor
	case a.identity == nil:
		return anonymousFor
	}
	return recheck
}

// join returns the flight of this key that is under way, or one to start: one
// at a time, since PHP locks a session while a page runs.
func (s *answers) join(key answerKey, since time.Time) (f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, flying := s.flights[key]; flying {
		return f, false
	}
	f = &flight{asked: after(time.Now(), &auth.Followed{Changed: since}), done: make(chan struct{})}
	s.flights[key] = f
	return f, true
}

// fly asks the app. It ends by its own time-out, not with the request that
// needed it first: others wait for it too.
func (s *answers) fly(f *flight, key answerKey, client netip.Addr, host string, like http.Header) {
	ctx, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	f.answer = s.ask(ctx, key, client, host, like)
	f.answer.asked = f.asked
	s.recent.Put(key, f.answer)
	s.mu.Lock()
	delete(s.flights, key)
	s.mu.Unlock()
	close(f.done)
}

func (s *answers) ask(ctx context.Context, key answerKey, client netip.Addr, host string, like http.Header) answer {
	if err := s.breaker.allow(time.Now()); err != nil {
		return answer{err: err}
	}
	if err := s.slots.take(ctx, client); err != nil {
		s.breaker.abandoned()
		return answer{err: err}
	}
	defer s.slots.release(client)
	said, err := s.whoami.Ask(ctx, host, like)
	if s.breaker.note(key, err, time.Now()) {
		s.log.Error("the app cannot tell who is signed in: it is not asked for a while",
			zap.Duration("pause", breakerPause), zap.Error(err))
	}
	if err != nil {
		s.log.Warn("the app cannot tell who is signed in", zap.Error(err))
		return answer{err: err}
	}
	if said.Refused {
		s.log.Warn("no identity", zap.String("reason", said.Nobody))
	} else if said.Identity == nil {
		s.log.Debug("the app says nobody is signed in", zap.String("reason", said.Nobody))
	}
	return answer{identity: said.Identity, setCookies: said.SetCookies}
}

// keyOf is the key of what the app says to this browser. The site and what is
// asked are those of the answers themselves.
func keyOf(host string, like http.Header, client netip.Addr) answerKey {
	var all []byte
	add := func(values ...string) {
		for _, v := range values {
			all = append(append(all, v...), '\n') // which no header's value can contain
		}
		all = append(all, '\r')
	}
	add(host, client.String())
	add(like["X-Forwarded-Proto"]...)
	add(like["Cookie"]...)
	for _, name := range likeness {
		add(like[name]...)
	}
	return sha256.Sum256(all)
}
