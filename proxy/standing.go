package proxy

import (
	"sync"
	"sync/atomic"
	"time"
)

// standing is how a process stands between its start and its end, whichever
// gateway is in force.
type standing struct {
	draining atomic.Bool

	mu           sync.Mutex
	refusedSince time.Time // when the first config since the one in force was refused; zero if none was
}

// drain says that the process is to end.
func (s *standing) drain() { s.draining.Store(true) }

// applied says that a config came into force.
func (s *standing) applied() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refusedSince = time.Time{}
}

// refused says that one did not.
func (s *standing) refused() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.refusedSince.IsZero() {
		s.refusedSince = time.Now()
	}
}

// outdated reports since when the config in force is not the one in the file.
func (s *standing) outdated() (since time.Time, outdated bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.refusedSince, !s.refusedSince.IsZero()
}
