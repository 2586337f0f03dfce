package auth

import "sync"

// maxRecent is how many entries a generation of a recent holds.
const maxRecent = 2048

// recent remembers what was made of a key, for keys that come again and again.
// It is bounded: there are two generations, and when the young one is full the
// old one is forgotten. It may be used by many goroutines.
type recent[K comparable, V any] struct {
	mu         sync.RWMutex
	young, old map[K]V
}

// get returns what is remembered of key, else what build says; of an error
// nothing is remembered.
func (m *recent[K, V]) get(key K, build func() (V, error)) (V, error) {
	m.mu.RLock()
	v, young := m.young[key]
	old := false
	if !young {
		v, old = m.old[key]
	}
	m.mu.RUnlock()
	if young {
		return v, nil
	}
	if !old {
		var err error
		if v, err = build(); err != nil {
			return v, err
		}
	}
	m.put(key, v)
	return v, nil
}

func (m *recent[K, V]) put(key K, v V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.young == nil || len(m.young) >= maxRecent {
		m.young, m.old = map[K]V{}, m.young
	}
	m.young[key] = v
}
