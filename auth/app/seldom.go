package app

import (
	"sync/atomic"
	"time"
)

// sayEvery is how often the operator is told of what happens with every request.
const sayEvery = time.Minute

// seldom says when it is time to speak again.
type seldom struct{ last atomic.Int64 }

// due reports whether the last time is long enough ago, and is the new last time then.
func (s *seldom) due(now time.Time) bool {
	last := s.last.Load()
	return now.UnixNano()-last >= int64(sayEvery) && s.last.CompareAndSwap(last, now.UnixNano())
}
