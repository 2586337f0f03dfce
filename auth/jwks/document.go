package jwks

import (
	"context"
	"fmt"
	"sync"
	"time"
)

const (
	// fetchTimeout bounds a fetch; somebody may be waiting for it.
	fetchTimeout = 5 * time.Second
	// keepFor is how long a document counts after it should have been fetched
	// again: a day is enough to mend an issuer, and little for a leaked key.
	keepFor = 24 * time.Hour
	// pause is the least time between two fetches of a document that there is.
	pause = time.Minute
	// pauseWithout is that of a document that there is not: all wait for it.
	pauseWithout = 5 * time.Second
)

// document is what an issuer publishes at a URL. It is fetched when it is first
// needed and when it is old, by one goroutine at a time.
type document[T any] struct {
	// fetch returns the document and how long it stays fresh.
	fetch func(ctx context.Context) (T, time.Duration, error)

	mu     sync.Mutex
	value  T
	fresh  time.Time     // until then it need not be fetched again
	kept   time.Time     // until then it counts; zero: there is none
	ended  time.Time     // when the last fetch did
	err    error         // what came of the last fetch
	flight chan struct{} // closed at the end of the fetch that is under way; nil: none is
}

// get returns the document. Nobody waits while there is one: an old one is
// fetched again in the background. The error is ErrUndecided.
func (d *document[T]) get(ctx context.Context) (T, error) {
	d.mu.Lock()
	if now := time.Now(); now.Before(d.kept) {
		defer d.mu.Unlock()
		if !now.Before(d.fresh) {
			d.start(pause)
		}
		return d.value, nil
	}
	flight := d.start(pauseWithout)
	d.mu.Unlock()
	return d.wait(ctx, flight)
}

// renewed returns the document as it is now, for a caller who misses something
// in it: unless it was fetched within the last minute it is fetched again. The
// error is ErrUndecided, also where the last fetch failed.
func (d *document[T]) renewed(ctx context.Context) (T, error) {
	d.mu.Lock()
	flight := d.start(pause)
	d.mu.Unlock()
	return d.wait(ctx, flight)
}

// start begins a fetch, unless the last one ended less than a pause ago, and
// returns the one that is under way, nil if none is. d.mu is held.
func (d *document[T]) start(pause time.Duration) chan struct{} {
	if d.flight == nil && time.Since(d.ended) >= pause {
		d.flight = make(chan struct{})
		go d.run(d.flight)
	}
	return d.flight
}

// run fetches. It belongs to no request: one that goes away does not take the
// document from the others.
func (d *document[T]) run(flight chan struct{}) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	value, life, err := d.fetch(ctx)

	d.mu.Lock()
	defer d.mu.Unlock()
	now := time.Now()
	d.ended, d.err, d.flight = now, err, nil
	if err == nil {
		d.value, d.fresh, d.kept = value, now.Add(life), now.Add(life+keepFor)
	}
	close(flight)
}

// wait returns what came of a fetch, or without one of the last.
func (d *document[T]) wait(ctx context.Context, flight chan struct{}) (T, error) {
	var none T
	if flight != nil {
		select {
		case <-flight:
		case <-ctx.Done():
			return none, fmt.Errorf("%w: %w", ErrUndecided, ctx.Err())
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.err != nil {
		return none, fmt.Errorf("%w: %w", ErrUndecided, d.err)
	}
	return d.value, nil
}
