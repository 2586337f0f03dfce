package app

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"sync"

	"golang.org/x/sync/semaphore"
)

// How often the app may be asked at the same time, and for how many it may be
// waited: in all, and for one client's network. An office behind one address is
// some hundred people, of whom few open a page at the same moment.
const (
	maxAsking           = 64
	maxAskingForClient  = 16
	maxWaiting          = 1024
	maxWaitingForClient = 128
)

// ErrBusy is returned where the app is asked by too many at the same time.
var ErrBusy = errors.New("too many are asking at the same time")

// slots bound how often the app is asked at the same time. Who waits comes in turn.
type slots struct {
	all *semaphore.Weighted

	mu       sync.Mutex
	waiting  int // those who have a slot among them
	byClient map[netip.Prefix]*clientSlots
}

// clientSlots are those of one client.
type clientSlots struct {
	*semaphore.Weighted
	waiting int // guarded by slots.mu
}

func newSlots() slots {
	return slots{all: semaphore.NewWeighted(maxAsking), byClient: map[netip.Prefix]*clientSlots{}}
}

// take waits for a free slot, which release gives back. The error is ErrBusy:
// when ctx ends before that, or at once where too many wait already.
func (s *slots) take(ctx context.Context, client netip.Addr) (release func(), err error) {
	network := networkOf(client)
	own, err := s.enter(network)
	if err != nil {
		return nil, err
	}
	if own.Acquire(ctx, 1) != nil {
		s.leave(network)
		return nil, fmt.Errorf("%w: no slot for this client within the time-out", ErrBusy)
	}
	if s.all.Acquire(ctx, 1) != nil {
		own.Release(1)
		s.leave(network)
		return nil, fmt.Errorf("%w: no slot within the time-out", ErrBusy)
	}
	return func() {
		s.all.Release(1)
		own.Release(1)
		s.leave(network)
	}, nil
}

// enter counts one more who waits.
func (s *slots) enter(network netip.Prefix) (*clientSlots, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	own := s.byClient[network]
	if s.waiting >= maxWaiting || own != nil && own.waiting >= maxWaitingForClient {
		return nil, ErrBusy
	}
	if own == nil {
		own = &clientSlots{Weighted: semaphore.NewWeighted(maxAskingForClient)}
		s.byClient[network] = own
	}
	s.waiting++
	own.waiting++
	return own, nil
}

func (s *slots) leave(network netip.Prefix) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting--
	if own := s.byClient[network]; own.waiting > 1 {
		own.waiting--
	} else {
		delete(s.byClient, network)
	}
}

// networkOf is the network that a client can be taken to have for itself: its
// address, or the 64 bits that an IPv6 host may choose addresses in.
func networkOf(client netip.Addr) netip.Prefix {
	bits := client.BitLen()
	if client.Is6() {
		bits = 64
	}
	network, err := client.Prefix(bits)
	if err != nil {
		return netip.Prefix{} // a listener without addresses
	}
	return network
}
