package assertion

import (
	"sync"
	"time"

	"go.uber.org/zap"
)

const (
	// sayEvery is how often the same reason is logged.
	sayEvery = time.Minute
	// maxReasons bounds those that are remembered. There are a few dozen, and
	// more only where they name claims that differ from person to person.
	maxReasons = 256
)

// reasons logs why assertions are nobody's, each reason once a minute: a page
// with a bad one asks for forty files.
type reasons struct {
	log *zap.Logger

	mu   sync.Mutex
	said map[string]time.Time
}

// say logs a reason unless it was logged within the last minute.
func (r *reasons) say(reason string) {
	now := time.Now()
	r.mu.Lock()
	last, known := r.said[reason]
	due := !known || now.Sub(last) >= sayEvery
	if due {
		if r.said == nil || len(r.said) >= maxReasons {
			r.said = map[string]time.Time{}
		}
		r.said[reason] = now
	}
	r.mu.Unlock()
	if due {
		r.log.Info("the assertion of the proxy in front is nobody's", zap.String("reason", reason))
	}
}
