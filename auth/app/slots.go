package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"
)

// How often the app may be asked at the same time, in all and for one client's
// address. An office behind one address is some hundred people, of whom few
// open a page at the same moment.
const (
	maxAsking          = 64
	maxAskingForClient = 16
)

// ErrBusy is returned where the app is asked by too many at the same time.
var ErrBusy = errors.New("too many are asking at the same time")

// slots bound how often the app is asked at the same time.
type slots struct {
	mu       sync.Mutex
	taken    int
	byClient map[netip.Addr]int
	freed    chan struct{} // closed at the next release
}

func newSlots() slots { return slots{byClient: map[netip.Addr]int{}, freed: make(chan struct{})} }

// take waits for a free slot. The error is ErrBusy, when ctx ends before that.
func (s *slots) take(ctx context.Context, client netip.Addr) error {
	for {
		s.mu.Lock()
		if s.taken < maxAsking && s.byClient[client] < maxAskingForClient {
			s.taken++
			s.byClient[client]++
			s.mu.Unlock()
			return nil
		}
		freed := s.freed
		s.mu.Unlock()
		select {
		case <-freed:
		case <-ctx.Done():
			return fmt.Errorf("%w: no slot within the time-out", ErrBusy)
		}
	}
}

// release gives a slot back.
func (s *slots) release(client netip.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken--
	if s.byClient[client]--; s.byClient[client] == 0 {
		delete(s.byClient, client)
	}
	close(s.freed)
	s.freed = make(chan struct{})
}
