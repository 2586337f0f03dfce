package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
	"sync"

	"github.com/golang-jwt/jwt/v5"
)

// hs256 is golang-jwt's HS256 (RFC 7518, section 3.2) under one fixed key. An
// HMAC that was reset keeps what it derived from its key, so that a token costs
// the hash of its own bytes only; BenchmarkMint shows by how much.
type hs256 struct {
	macs sync.Pool
}

var _ jwt.SigningMethod = (*hs256)(nil)

func newHS256(key []byte) *hs256 {
	return &hs256{sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Alg implements jwt.SigningMethod.
func (m *hs256) Alg() string { return jwt.SigningMethodHS256.Alg() }

// Sign implements jwt.SigningMethod; the key is the method's own.
func (m *hs256) Sign(signing string, _ any) ([]byte, error) { return m.sum(signing), nil }

// Verify implements jwt.SigningMethod; the key is the method's own.
func (m *hs256) Verify(signing string, signature []byte, _ any) error {
	if !hmac.Equal(signature, m.sum(signing)) {
		return jwt.ErrSignatureInvalid
	}
	return nil
}

func (m *hs256) sum(signing string) []byte {
	mac := m.macs.Get().(hash.Hash)
	defer m.macs.Put(mac)
	mac.Reset()
	mac.Write([]byte(signing))
	return mac.Sum(make([]byte, 0, sha256.Size))
}
