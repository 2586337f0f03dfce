package proxy

import "sync"

// tunnels are the websockets that are open, or about to be, whichever gateway let
// them in: net/http forgets a connection that it has given away.
type tunnels struct {
	mu    sync.Mutex
	open  map[*func()]struct{} // what ends each
	ended bool
	none  chan struct{} // closed when there are none; nil while nobody waits for it
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
		if len(t.open) == 0 && t.none != nil {
			close(t.none)
			t.none = nil
		}
	}
}

// gone returns what is closed once none is open.
func (t *tunnels) gone() <-chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	none := t.none
	if none == nil {
		none = make(chan struct{})
	}
	if len(t.open) == 0 {
		close(none)
	} else {
		t.none = none
	}
	return none
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
