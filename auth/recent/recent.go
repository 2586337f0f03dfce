// Package recent remembers what was made of keys that come again and again.
package recent

import "sync"

// size is how many entries a generation of a Cache holds.
const size = 4096

// Cache maps keys to what was made of them, and forgets what has not been asked
// for lately. It is bounded: there are two generations, and when the young one
// is full the old one is forgotten. The zero Cache is empty; it may be used by
// many goroutines.
type Cache[K comparable, V any] struct {
	mu         sync.RWMutex
	young, old map[K]V
}

// Find returns what is remembered of key.
func (c *Cache[K, V]) Find(key K) (V, bool) {
	c.mu.RLock()
	v, young := c.young[key]
	found := young
	if !young {
		v, found = c.old[key]
	}
	c.mu.RUnlock()
	if !found || young {
		return v, found
	}
	// It was asked for again: it stays. An update in between counts.
	c.mu.Lock()
	defer c.mu.Unlock()
	if now, updated := c.young[key]; updated {
		return now, true
	}
	c.put(key, v)
	return v, true
}

// Get returns what is remembered of key, else what build says; of an error
// nothing is remembered.
func (c *Cache[K, V]) Get(key K, build func() (V, error)) (V, error) {
	if v, found := c.Find(key); found {
		return v, nil
	}
	v, err := build()
	if err == nil {
		c.Put(key, v)
	}
	return v, err
}

// Put remembers v as what was made of key.
func (c *Cache[K, V]) Put(key K, v V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.put(key, v)
}

// Update replaces what is remembered of key, or its zero value, by what change
// makes of it, with nobody in between.
func (c *Cache[K, V]) Update(key K, change func(V) V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	v, young := c.young[key]
	if !young {
		v = c.old[key]
	}
	c.put(key, change(v))
}

func (c *Cache[K, V]) put(key K, v V) {
	if c.young == nil || len(c.young) >= size {
		c.young, c.old = map[K]V{}, c.young
	}
	c.young[key] = v
}
