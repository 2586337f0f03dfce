package password

import (
	"context"
	"errors"
	"runtime"
	"runtime/debug"
	"sync/atomic"
	"time"
)

const (
	// queuePerSlot is how many sign-ins may wait for each one that is hashing.
	queuePerSlot = 8
	// maxWait is how long a sign-in waits for its turn. Past it the person has
	// given up, and hashing for them would keep the next one waiting too.
	maxWait = 5 * time.Second
	// sweepEvery is how much time lies between two times that memory is given back.
	sweepEvery = 10 * time.Second
)

// ErrBusy is returned when too many sign-ins wait for their hash already, or
// when the turn did not come in time. Trying again a little later may succeed.
var ErrBusy = errors.New("too many sign-ins at once")

// Gate limits how many password hashes are computed at once. Each takes a
// core, and tens of megabytes of memory, for a good part of a second: without
// a limit a flood of sign-ins would take both from the requests of people who
// are signed in. One gate is shared by all sites.
type Gate struct {
	places chan struct{} // one for each sign-in that is hashing or waiting
	slots  chan struct{} // one for each that is hashing
	swept  atomic.Int64  // when memory was given back last, as nanoseconds of Unix time
}

// NewGate returns a gate that lets runtime.GOMAXPROCS(0) sign-ins hash at
// once, eight more wait for each of them, and nobody wait for over 5 s.
func NewGate() *Gate { return newGate(runtime.GOMAXPROCS(0)) }

func newGate(slots int) *Gate {
	return &Gate{
		places: make(chan struct{}, slots*(1+queuePerSlot)),
		slots:  make(chan struct{}, slots),
	}
}

// do runs f when its turn comes. It returns ErrBusy or the error of ctx
// without having run f; a running f is not interrupted.
func (g *Gate) do(ctx context.Context, f func()) error {
	select {
	case g.places <- struct{}{}:
		defer func() { <-g.places }()
	default:
		return ErrBusy
	}
	patience := time.NewTimer(maxWait)
	defer patience.Stop()
	select {
	case g.slots <- struct{}{}:
		defer func() { <-g.slots }()
	case <-patience.C:
		return ErrBusy
	case <-ctx.Done():
		return ctx.Err()
	}
	if err := ctx.Err(); err != nil { // select picks at random when both are ready
		return err
	}
	f()
	g.sweep()
	return nil
}

// sweep gives back the memory that argon2id needed, once nobody else hashes or
// waits: left alone it would stay for minutes, and the heap grow to a multiple of
// it before the next sweep. Guesses at passwords must not have it done all the time.
func (g *Gate) sweep() {
	now := time.Now().UnixNano()
	last := g.swept.Load()
	if len(g.places) == 1 && now-last >= int64(sweepEvery) && g.swept.CompareAndSwap(last, now) {
		go debug.FreeOSMemory()
	}
}
