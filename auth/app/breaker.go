package app

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"
)

const (
	// breakerLimit is to how many clients in a row the app may fail to tell
	// before it is left alone. One alone proves nothing: PHP makes whoever has a
	// slow page open wait, and who sends garbage may have it fail.
	breakerLimit = 5
	// breakerPause is how long it is left alone, before it is asked once to see.
	breakerPause = 5 * time.Second
)

// ErrPaused is returned while the app is left alone because it could not answer.
var ErrPaused = errors.New("the app has failed to answer and is not asked for a while")

// breaker leaves an app alone that answers with 5xx or not in time.
type breaker struct {
	mu     sync.Mutex
	failed map[netip.Prefix]struct{} // in a row; nil: none
	until  time.Time                 // while it is open
	trying bool                      // whether the one try after that is under way
}

// allow returns ErrPaused where the app is not to be asked now, else whether
// this is the one try after a pause. Who is allowed calls note.
func (b *breaker) allow(now time.Time) (try bool, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.until.IsZero():
		return false, nil
	case now.Before(b.until), b.trying:
		return false, ErrPaused
	}
	b.trying = true
	return true, nil
}

// note takes in how asking for a client ended, and reports whether the app is
// left alone from now on.
func (b *breaker) note(try bool, client netip.Addr, err error, now time.Time) (opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if try {
		b.trying = false
	}
	if !isFailure(err) {
		if err == nil {
			b.failed, b.until = nil, time.Time{}
		}
		return false
	}
	if b.failed == nil {
		b.failed = map[netip.Prefix]struct{}{}
	}
	b.failed[networkOf(client)] = struct{}{}
	if try || len(b.failed) >= breakerLimit {
		opened = b.until.IsZero()
		b.failed, b.until = nil, now.Add(breakerPause)
	}
	return opened
}

// isFailure reports whether an app that is left alone may recover: it was too
// slow, or said 5xx itself. All else is no sign of load.
func isFailure(err error) bool {
	status, answered := errors.AsType[*StatusError](err)
	return answered && status.Status >= 500 || errors.Is(err, context.DeadlineExceeded)
}
