package auth

import (
	"sync"
	"time"
)

// maxEnded bounds the list of ended sessions to some ten megabytes.
const maxEnded = 100_000

// Ended is the list of the sessions that were ended before their time, by
// sign-out or by a new sign-in. It lives in this process's memory and is safe
// for use by many goroutines.
type Ended struct {
	mu    sync.RWMutex
	until map[string]time.Time
}

// NewEnded returns an empty list.
func NewEnded() *Ended { return &Ended{until: map[string]time.Time{}} }

// Add ends the session of this id. It stays on the list until its lifetime is
// over, when it would not open anyway. A full list lets go of the entry that
// is over soonest.
func (e *Ended) Add(id string, until time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, listed := e.until[id]; !listed && len(e.until) >= maxEnded {
		e.makeRoom()
	}
	e.until[id] = until
}

// Has reports whether the session of this id was ended.
func (e *Ended) Has(id string) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	_, found := e.until[id]
	return found
}

// at is when the session of this id was ended, of which it stays on the list for
// a lifetime; zero if it was not.
func (e *Ended) at(id string, lifetime time.Duration) time.Time {
	e.mu.RLock()
	defer e.mu.RUnlock()
	until, listed := e.until[id]
	if !listed {
		return time.Time{}
	}
	return until.Add(-lifetime)
}

func (e *Ended) makeRoom() {
	now := time.Now()
	var soonest string
	for id, until := range e.until {
		if until.Before(now) {
			delete(e.until, id)
		} else if soonest == "" || until.Before(e.until[soonest]) {
			soonest = id
		}
	}
	if len(e.until) >= maxEnded {
		delete(e.until, soonest)
	}
}
