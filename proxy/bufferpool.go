package proxy

import "sync"

// bufferSize is that of ReverseProxy's own buffers.
const bufferSize = 32 << 10

// bufferPool lends the buffers that bodies are copied through. It keeps
// pointers to arrays, so that giving one back allocates nothing.
type bufferPool struct{ pool sync.Pool }

func newBufferPool() *bufferPool {
	return &bufferPool{sync.Pool{New: func() any { return new([bufferSize]byte) }}}
}

// Get implements httputil.BufferPool.
func (p *bufferPool) Get() []byte { return p.pool.Get().(*[bufferSize]byte)[:] }

// Put implements httputil.BufferPool.
func (p *bufferPool) Put(b []byte) { p.pool.Put((*[bufferSize]byte)(b)) }
