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
	mu   sync.RWMutex
	list map[string]ending
}

// ending is when a session was ended, and until when it is listed.
type ending struct{ at, until time.Time }

// NewEnded returns an empty list.
func NewEnded() *Ended { return &Ended{list: map[string]ending{}} }

// Add ends the session of this id. It stays on the list until its lifetime is
// over, when it would not open anyway. A full list lets go of the entry that
// is over soonest.
func (e *Ended) Add(id string, until time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if _, listed := e.list[id]; !listed && len(e.list) >= maxEnded {
		e.makeRoom()
	}
	e.list[id] = ending{time.Now(), until}
}

// Has reports whether the session of this id was ended.
func (e *Ended) Has(id string) bool {
	e.mu.RLock()
	defer e.mu.RUnlock()
	_, found := e.list[id]
	return found
}

// Len is how many sessions are on the list.
func (e *Ended) Len() int {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return len(e.list)
}

// at is when the session of this id was ended; zero if it was not.
func (e *Ended) at(id string) time.Time {
	e.mu.RLock()
	defer e.mu.RUnlock()
	return e.list[id].at
}

func (e *Ended) makeRoom() {
	now := time.Now()
	var soonest string
	for id, listed := range e.list {
		if listed.until.Before(now) {
			delete(e.list, id)
		} else if soonest == "" || listed.until.Before(e.list[soonest].until) {
			soonest = id
		}
	}
	if len(e.list) >= maxEnded {
		delete(e.list, soonest)
	}
}
