package auth

import (
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/gorilla/securecookie"

	"github.com/ferngate/ferngate/config"
)

// maxSealed is the most bytes that a sealed session may take: with its name and
// attributes it stays below the 4,096 bytes that browsers keep (RFC 6265, section 6.1).
const maxSealed = 3800

// ErrTooLarge is returned for a session that does not fit into a cookie.
var ErrTooLarge = errors.New("the session does not fit into a cookie")

// errSeal is returned for a cookie that no configured key sealed for this site and scheme.
var errSeal = errors.New("not sealed by a configured key for this site")

// sealed is what a cookie holds; the short names keep it small.
type sealed struct {
	ID          string    `json:"i"`
	Method      string    `json:"m,omitempty"`
	Login       string    `json:"l,omitempty"`
	Fingerprint string    `json:"f,omitempty"`
	SignedIn    int64     `json:"s"`
	LastUsed    int64     `json:"u"`
	Followed    *Followed `json:"a,omitempty"`
}

// sealer seals the sessions of one site under one scheme.
type sealer struct {
	cookie string  // the cookie's name, part of what is authenticated
	keys   []codec // the sealing one first
}

// codec seals and opens by one key.
type codec struct {
	*securecookie.SecureCookie
	name keyName
}

// keyName tells a key from others, and nothing else of it.
type keyName [8]byte

// newSealer derives a pair of keys from each configured one. Site and scheme
// are in HKDF's info (RFC 5869), so that a cookie of one site, or one that was
// sent over plain HTTP, opens nowhere else.
func newSealer(keys []config.Secret, cookie, scheme, site string) (sealer, error) {
	s := sealer{cookie: cookie}
	for _, secret := range keys {
		key, err := config.DecodeKey(secret)
		if err != nil {
			return sealer{}, fmt.Errorf("session key: %w", err)
		}
		derived, err := hkdf.Key(sha256.New, key, nil, "ferngate session cookie "+scheme+"://"+site, 64+32+len(keyName{}))
		if err != nil {
			return sealer{}, fmt.Errorf("derive a session key: %w", err)
		}
		// No limit and no age of securecookie's own: maxSealed and the times inside hold.
		seal := securecookie.New(derived[:64], derived[64:96]).MaxLength(0).MaxAge(0).SetSerializer(securecookie.JSONEncoder{})
		s.keys = append(s.keys, codec{seal, keyName(derived[96:])})
	}
	return s, nil
}

// seal returns the cookie's value, or ErrTooLarge.
func (s sealer) seal(session Session) (string, error) {
	value, err := s.keys[0].Encode(s.cookie, sealed{
		session.ID, session.Method, session.Login, session.Fingerprint, session.SignedIn.Unix(), session.LastUsed.Unix(), session.Followed,
	})
	if err != nil {
		return "", fmt.Errorf("seal a session: %w", err)
	}
	if len(value) > maxSealed {
		return "", fmt.Errorf("%w: it takes %d bytes of at most %d", ErrTooLarge, len(value), maxSealed)
	}
	return value, nil
}

// open returns the session in a cookie's value, and which key sealed it. Its error
// says nothing of the value.
func (s sealer) open(value string) (session Session, by keyName, err error) {
	if len(value) > maxSealed {
		return Session{}, keyName{}, errSeal
	}
	for _, key := range s.keys {
		var v sealed
		if key.Decode(s.cookie, value, &v) != nil {
			continue
		}
		return Session{
			v.ID, v.Method, v.Login, v.Fingerprint, time.Unix(v.SignedIn, 0), time.Unix(v.LastUsed, 0), v.Followed,
		}, key.name, nil
	}
	return Session{}, keyName{}, errSeal
}

// has reports whether a key of this name is one of those that open.
func (s sealer) has(name keyName) bool {
	return slices.ContainsFunc(s.keys, func(key codec) bool { return key.name == name })
}

// first is the name of the key that seals.
func (s sealer) first() keyName { return s.keys[0].name }
