package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
)

// redacted is all that a Secret ever shows of itself.
const redacted = "[secret]"

// Secret is a value that the file only refers to, as env:NAME or file:PATH.
// It prints as [secret] wherever it goes: fmt, JSON, YAML and zap all ask one
// of the methods below. The zero value is the absent secret.
type Secret struct {
	// held is a pointer because fmt asks no method where a verb does not fit (%s of
	// a pointer to a struct with a secret in it), and prints an inner pointer as its
	// address. TestSecretsAreNeverPrinted found it.
	held *held
}

// held is what a Secret keeps to itself.
type held struct{ value []byte }

// NewSecret wraps a value that did not come from a reference.
func NewSecret(value []byte) Secret { return Secret{&held{value}} }

// Reveal returns the secret's bytes: the one way to them. They must not be changed.
func (s Secret) Reveal() []byte {
	if s.held == nil {
		return nil
	}
	return s.held.value
}

// String implements fmt.Stringer.
func (s Secret) String() string { return redacted }

// GoString implements fmt.GoStringer, for %#v.
func (s Secret) GoString() string { return redacted }

// Format implements fmt.Formatter, for the verbs that look past String, such as %x.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// MarshalText implements encoding.TextMarshaler, for JSON, YAML and zap's reflection.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// minKeySize is the least number of random bytes in a session key: what HKDF
// with SHA-256 can make full use of (RFC 5869, section 3.3).
const minKeySize = 32

// ErrKey is returned by DecodeKey for a text that is no session key.
var ErrKey = errors.New("not a session key")

// DecodeKey reads a session key: base64 in the standard or the URL alphabet
// (RFC 4648, sections 4 and 5), padded or not, of at least 32 bytes.
func DecodeKey(s Secret) ([]byte, error) {
	text := strings.TrimRight(strings.NewReplacer("-", "+", "_", "/").Replace(string(s.Reveal())), "=")
	key, err := base64.RawStdEncoding.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%w: its base64 is malformed", ErrKey)
	}
	if len(key) < minKeySize {
		return nil, fmt.Errorf("%w: it holds %d bytes, at least %d are needed", ErrKey, len(key), minKeySize)
	}
	return key, nil
}
