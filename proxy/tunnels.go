package proxy

import "sync"

// tunnels are the websockets that are open, or about to be, whichever gateway let
// them in: net/http forgets a connection that it has given away.
type tunnels struct {
	mu    sync.Mutex
	open  map[*func()]struct{} // what ends each
	ended bool
	none  untilNone
}

func newTunnels() *tunnels { return &tunnels{open: map[*func()]struct{}{}} }

// add takes one in, which end ends, and is called when it is over.
func (t *tunnels) add(end func()) (over func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.ended {
		end()
	}
	t.open[&end] = struct{}{}
	return func() {
		t.mu.Lock()
		defer t.mu.Unlock()
		delete(t.open, &end)
		t.none.note(len(t.open))
	}
}

// gone returns what is closed once none is open.
func (t *tunnels) gone() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.none.wait(len(t.open))
}

// end ends all of them, and whichever are still to come.
func (t *tunnels) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended = true
	for end := range t.open {
		(*end)()
	}
}
