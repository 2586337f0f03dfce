package app

import (
	"context"
	"errors"
	"sync"
	"time"
)

const (
	// breakerLimit is of how many browsers in a row the app may fail to tell
	// before it is left alone. One alone proves nothing: PHP makes whoever has a
	// slow page open wait.
	breakerLimit = 5
	// breakerPause is how long it is left alone, before it is asked once to see.
	breakerPause = 5 * time.Second
)

// ErrPaused is returned while the app is left alone because it could not answer.
var ErrPaused = errors.New("the app has failed to answer and is not asked for a while")

// breaker leaves an app alone that answers with 5xx or not in time.
type breaker struct {
	mu     sync.Mutex
	failed map[answerKey]struct{} // in a row; nil: none
	until  time.Time              // while it is open
	trying bool                   // whether the one try after that is under way
}

// allow returns ErrPaused where the app is not to be asked now. Who is allowed
// calls note, or abandoned.
func (b *breaker) allow(now time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.until.IsZero():
		return nil
	case now.Before(b.until), b.trying:
		return ErrPaused
	}
	b.trying = true
	return nil
}

// abandoned says that the app was not asked after all.
func (b *breaker) abandoned() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.trying = false
}

// note takes in how asking ended, and reports whether the app is left alone
// from now on.
func (b *breaker) note(key answerKey, err error, now time.Time) (opened bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	tried := b.trying
	b.trying = false
	if !isFailure(err) {
		if err == nil {
			b.failed, b.until = nil, time.Time{}
		}
		return false
	}
	if b.failed == nil {
		b.failed = map[answerKey]struct{}{}
	}
	b.failed[key] = struct{}{}
	if tried || len(b.failed) >= breakerLimit {
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
