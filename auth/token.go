package auth

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/auth/recent"
	"github.com/ferngate/ferngate/config"
)

// minTokenTTL is the least that a token is made for: with less the page would
// come back for the next one at once.
const minTokenTTL = time.Minute

// ErrEnding is returned when the session is over too soon for a token.
var ErrEnding = errors.New("the session is about to end")

// MissingClaimError says which required claim the identity has no value for.
type MissingClaimError struct {
	// Claim is the claim's name in the token.
	Claim string
}

// Error implements error.
func (e *MissingClaimError) Error() string {
	return fmt.Sprintf("the identity has no value for the required claim %q", e.Claim)
}

// Tokens makes the JWTs that tell Ferndesk who is signed in.
type Tokens struct {
	method           *hs256
	header           string // encoded, with the dot after it
	ttl              time.Duration
	customAttributes map[string]string
	claims           recent.Cache[*Identity, []byte]
}

// NewTokens makes tokens as the site's ferndesk section says.
func NewTokens(cfg config.Ferndesk) (*Tokens, error) {
	method := newHS256(cfg.JWTSecret.Reveal())
	header, err := json.Marshal(jwt.New(method).Header)
	if err != nil {
		return nil, fmt.Errorf("encode a token's header: %w", err)
	}
	return &Tokens{
		method:           method,
		header:           base64.RawURLEncoding.EncodeToString(header) + ".",
		ttl:              cfg.TokenTTL,
		customAttributes: cfg.CustomAttributes,
	}, nil
}

// claims are those of both editions of Ferndesk's contract: userId of the older
// one, sub of the newer, the rest of both. The times are added to each token.
type claims struct {
	Subject          string            `json:"sub"`
	UserID           string            `json:"userId"`
	Email            string            `json:"email"`
	Name             string            `json:"name,omitempty"`
	CustomAttributes map[string]string `json:"customAttributes,omitempty"`
}

// Expiry is when a token for the identity that is made now ends: never after
// the session, which ends at until. The error is a *MissingClaimError or
// ErrEnding where there can be none.
func (t *Tokens) Expiry(id *Identity, until time.Time) (time.Time, error) {
	return t.expiry(id, until, time.Now())
}

func (t *Tokens) expiry(id *Identity, until, now time.Time) (time.Time, error) {
	switch {
	case id.UserID == "":
		return time.Time{}, &MissingClaimError{"sub"}
	case id.Email == "":
		return time.Time{}, &MissingClaimError{"email"}
	}
	expires := now.Add(t.ttl)
	if until.Before(expires) {
		expires = until
	}
	if expires.Sub(now) < minTokenTTL {
		return time.Time{}, ErrEnding
	}
	return expires, nil
}

// Mint signs a new token for the identity, which ends at its Expiry. The errors
// are those of Expiry.
func (t *Tokens) Mint(id *Identity, until time.Time) (string, error) {
	now := time.Now()
	expires, err := t.expiry(id, until, now)
	if err != nil {
		return "", err
	}
	// What of a token is the person's is encoded once, its times and its
	// signature every time; the library would encode all of it (BenchmarkMint).
	person, err := t.claims.Get(id, func() ([]byte, error) {
		return json.Marshal(claims{id.UserID, id.UserID, id.Email, id.Name, t.attributes(id)})
	})
	if err != nil {
		return "", fmt.Errorf("encode a token's claims: %w", err)
	}
	payload := make([]byte, 0, 512)
	payload = append(payload, person[:len(person)-1]...)
	payload = append(payload, `,"iat":`...)
	payload = strconv.AppendInt(payload, now.Unix(), 10)
	payload = append(payload, `,"exp":`...)
	payload = strconv.AppendInt(payload, expires.Unix(), 10)
	payload = append(payload, '}')
	return t.sign(payload)
}

// sign makes the compact form (RFC 7515, section 7.1) of a payload.
func (t *Tokens) sign(payload []byte) (string, error) {
	encoding := base64.RawURLEncoding
	signing := append(make([]byte, 0, 1024), t.header...)
	signing = encoding.AppendEncode(signing, payload)
	signature, err := t.method.Sign(string(signing), nil)
	if err != nil {
		return "", fmt.Errorf("sign a token: %w", err)
	}
	return string(encoding.AppendEncode(append(signing, '.'), signature)), nil
}

// attributes are the custom attributes that the person has a value for.
func (t *Tokens) attributes(id *Identity) map[string]string {
	var found map[string]string
	for claim, name := range t.customAttributes {
		if value := id.Attributes[name]; value != "" {
			if found == nil {
				found = make(map[string]string, len(t.customAttributes))
			}
			found[claim] = value
		}
	}
	return found
}
