package app

import (
	"context"
	"crypto/sha256"
	"errors"
	"maps"
	"net/http"
	"net/netip"
	"slices"
	"sync"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/recent"
)

// failedFor is how long the app is not asked again about the same browser's
// session when it could not tell.
const failedFor = 3 * time.Second

// answers ask the app: once at a time for each browser's session, within
// bounds for each client and in all, and not while it cannot answer. What it
// said is remembered for those who ask the same soon after.
type answers struct {
	whoami   *Whoami
	timeout  time.Duration
	recent   recent.Cache[answerKey, answer]
	slots    slots
	breaker  breaker
	suspects seldom
	count    func(Asked, time.Duration)
	log      *zap.Logger

	mu      sync.Mutex
	flights map[answerKey]*flight
}

// answerKey is the hash of all that an answer can depend on.
type answerKey [sha256.Size]byte

// answer is what the app said, or that it could not tell.
type answer struct {
	identity   *auth.Identity
	stranger   bool      // whether it is clear that nobody is signed in
	asked      time.Time // in the order of signals
	at         time.Time // the same by this machine's clock
	setCookies []string  // of the app's answers; for whom they were asked for only
	err        error
}

func (a answer) undecided() bool { return a.err != nil }

// flight is an answer that is being asked for.
type flight struct {
	asked, at time.Time
	done      chan struct{} // closed when answer is there
	answer
}

func newAnswers(whoami *Whoami, timeout time.Duration, count func(Asked, time.Duration), log *zap.Logger) *answers {
	return &answers{whoami: whoami, timeout: timeout, slots: newSlots(), count: count, log: log, flights: map[answerKey]*flight{}}
}

// get returns an answer that was asked for after since, and of a person's no
// longer than recheck ago.
func (s *answers) get(ctx context.Context, r *Request, since time.Time, recheck time.Duration) answer {
	host, like := r.Like()
	key := keyOf(host, like, r.Client)
	for {
		if a, found := s.find(key, since, recheck); found {
			return a
		}
		f, mine := s.join(key, since, recheck)
		if f == nil {
			continue // it landed in between
		}
		if mine {
			go s.fly(f, key, r.Client, host, like)
		}
		select {
		case <-f.done:
		case <-ctx.Done():
			return answer{err: ctx.Err()}
		}
		if a := f.answer; mine {
			return a
		} else if f.asked.After(since) {
			a.setCookies = nil
			return a
		}
	}
}

// find returns what the app said not long ago.
func (s *answers) find(key answerKey, since time.Time, recheck time.Duration) (answer, bool) {
	a, found := s.recent.Find(key)
	return a, found && a.asked.After(since) && time.Since(a.at) < a.countsFor(recheck)
}

// countsFor is how long an answer is used again for the same request.
func (a answer) countsFor(recheck time.Duration) time.Duration {
	switch {
	case a.err != nil:
		return failedFor
	case a.stranger:
		return anonymousFor
	}
	return recheck
}

// join returns the flight of this key that is under way, or one to start: one
// at a time, since PHP locks a session while a page runs. It is nil where the
// answer has just come.
func (s *answers) join(key answerKey, since time.Time, recheck time.Duration) (f *flight, mine bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f, flying := s.flights[key]; flying {
		return f, false
	}
	if _, found := s.find(key, since, recheck); found {
		return nil, false
	}
	now := time.Now()
	f = &flight{asked: after(now, &auth.Followed{Changed: since}), at: now, done: make(chan struct{})}
	s.flights[key] = f
	return f, true
}

// fly asks the app. It ends by its own time-outs, not with the request that
// needed it first: others wait for it too. Whatever goes wrong in reading what
// the app sent, it lands.
func (s *answers) fly(f *flight, key answerKey, client netip.Addr, host string, like http.Header) {
	defer func() {
		if p := recover(); p != nil {
			s.log.Error("asking the app failed", zap.Any("panic", p), zap.StackSkip("stack", 1))
			f.answer = answer{err: errAsking}
		}
		f.answer.asked, f.answer.at = f.asked, f.at
		if !errors.Is(f.err, ErrBusy) && !errors.Is(f.err, ErrPaused) { // which say nothing of this browser
			kept := f.answer
			kept.setCookies = nil
			s.recent.Put(key, kept)
		}
		s.mu.Lock()
		delete(s.flights, key)
		s.mu.Unlock()
		close(f.done)
	}()
	f.answer = s.ask(client, host, like)
}

// errAsking is what is said of a fault of our own while the app was asked.
var errAsking = errors.New("the app's answer could not be read")

// ask asks the app when there is a slot for it. The app has all of the time-out
// for itself: only what it had can count as its failure.
func (s *answers) ask(client netip.Addr, host string, like http.Header) answer {
	waiting, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	release, err := s.slots.take(waiting, client)
	if err != nil {
		s.count(howAsked(nil, err), 0)
		return answer{err: err}
	}
	defer release()
	try, err := s.breaker.allow(time.Now())
	if err != nil {
		s.count(howAsked(nil, err), 0)
		return answer{err: err}
	}
	started, ended := time.Now(), false
	defer func() {
		if !ended {
			s.count(howAsked(nil, errAsking), time.Since(started))
			s.breaker.note(try, client, errAsking, time.Now())
		}
	}()
	asking, cancel := context.WithTimeout(context.Background(), s.timeout)
	defer cancel()
	said, err := s.whoami.Ask(asking, host, like)
	ended = true
	s.count(howAsked(said, err), time.Since(started))
	if s.breaker.note(try, client, err, time.Now()) {
		s.log.Error("the app cannot tell who is signed in: it is not asked for a while", zap.Duration("pause", breakerPause), zap.Error(err))
	}
	switch {
	case err != nil:
		s.log.Warn("the app cannot tell who is signed in", zap.Error(err))
		return answer{err: err}
	case said.Suspect != "" && s.suspects.due(time.Now()):
		s.log.Warn("nobody is signed in, which may be a fault of the mapping: try ferngate whoami", zap.String("reason", said.Suspect))
	case said.Refused:
		s.log.Warn("no identity", zap.String("reason", said.Nobody))
	case said.Identity == nil:
		s.log.Debug("the app says nobody is signed in", zap.String("reason", said.Nobody))
	}
	return answer{identity: said.Identity, stranger: said.Stranger, setCookies: said.SetCookies}
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
	for _, name := range slices.Sorted(maps.Keys(like)) {
		add(name)
		add(like[name]...)
	}
	return sha256.Sum256(all)
}
