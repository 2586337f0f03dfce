package auth

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"fmt"

	"github.com/ferngate/ferngate/auth/recent"
	"github.com/ferngate/ferngate/config"
)

// Pseudonyms name people by a keyed hash of their user id: the same person has
// the same name under one session key for one purpose, and nobody without the
// key can try ids out.
type Pseudonyms struct {
	mac   *hs256
	names recent.Cache[string, string]
}

// NewPseudonyms derives their key for a purpose from a session key (RFC 5869).
func NewPseudonyms(key config.Secret, purpose string) (*Pseudonyms, error) {
	decoded, err := config.DecodeKey(key)
	if err != nil {
		return nil, fmt.Errorf("session key: %w", err)
	}
	derived, err := hkdf.Key(sha256.New, decoded, nil, "ferngate pseudonyms "+purpose, sha256.Size)
	if err != nil {
		return nil, fmt.Errorf("derive a key: %w", err)
	}
	return &Pseudonyms{mac: newHS256(derived)}, nil
}

// Of returns the pseudonym of a user id, 16 characters of base64url.
func (p *Pseudonyms) Of(userID string) string {
	name, _ := p.names.Get(userID, func() (string, error) { // never fails
		return base64.RawURLEncoding.EncodeToString(p.mac.sum(userID)[:12]), nil
	})
	return name
}
