// Package jwks verifies JWTs (RFC 7519) that somebody else signed: an app for
// its own cookie, or a proxy in front for the person whom it let in. What a
// token must be is fixed by the config: its algorithm, its issuer, its audience
// and where its keys come from. Nothing in a token changes any of it; its kid
// only says which one of the issuer's keys to try.
package jwks

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/recent"
	"github.com/ferngate/ferngate/config"
)

const (
	// maxToken is the longest token that is read, in bytes: it came in a header.
	maxToken = 16 << 10

	// leeway is how far behind the issuer's clock ours may be. An expiry gets
	// none: what is over is over.
	leeway = 30 * time.Second

	// maxExpiry is the last second of the year 9999. Later ones are faults, and
	// do not fit where times go.
	maxExpiry = 253402300799
)

// Claims are what a token must say besides being signed.
type Claims struct {
	// Issuer is what its iss must be; "" is anything.
	Issuer string
	// Audience is what its aud must name, one of them at least; empty is anything.
	Audience []string
}

// Verifier verifies the tokens of one issuer. It may be used by many goroutines.
type Verifier struct {
	parser    *jwt.Parser
	algorithm string
	keys      keySource
	also      check // may be nil
	seen      recent.Cache[[sha256.Size]byte, *verified]
}

// keySource has the keys of an issuer.
type keySource interface {
	// find returns the key that a token of this header must have been signed
	// with, the same pointer until the keys are fetched again. The error is
	// ErrInvalid where there is none, or ErrUndecided.
	find(ctx context.Context, h header) (*key, error)
}

// check looks at what else the header of a kind of tokens must say, and returns
// when it says that the token ends. The error is ErrInvalid.
type check func(header map[string]any) (time.Time, error)

// header is what a token's header says of the key that it was signed with.
type header struct {
	kid    string // "" if it has none
	signer string // only of an AWS load balancer
}

// verified is a token whose signature was found to be that of key.
type verified struct {
	header    header
	key       *key
	claims    jwt.MapClaims
	notBefore time.Time // the later one of nbf and iat, zero without
	expires   time.Time
}

// New returns a verifier of tokens that were signed by one of keys and make the
// claims. It fetches nothing yet. A nil client is one that asks directly or by
// the environment's proxy. The error says what is wrong with the keys.
func New(keys config.JWTKeys, claims Claims, client *http.Client, log *zap.Logger) (*Verifier, error) {
	source, err := newKeySource(keys, client, log)
	if err != nil {
		return nil, err
	}
	return newVerifier(keys.Algorithm, source, nil,
		jwt.WithIssuer(claims.Issuer), jwt.WithAudience(claims.Audience...)), nil
}

func newVerifier(algorithm string, keys keySource, also check, options ...jwt.ParserOption) *Verifier {
	return &Verifier{
		parser: jwt.NewParser(append(options,
			jwt.WithValidMethods([]string{algorithm}),
			jwt.WithExpirationRequired(),
			jwt.WithIssuedAt(),
			jwt.WithLeeway(leeway),
			jwt.WithJSONNumber(), // an id of twenty digits is no float
			jwt.WithStrictDecoding(),
		)...),
		algorithm: algorithm,
		keys:      keys,
		also:      also,
	}
}

// SameKeys reports whether two verifiers of one config have the same keys. Those
// that an issuer publishes are fetched by either.
func (v *Verifier) SameKeys(other *Verifier) bool {
	first, fixed := v.keys.(*key)
	second, also := other.keys.(*key)
	return !fixed || !also || reflect.DeepEqual(first, second)
}

// Verify returns the claims of a token in its compact form (RFC 7515, section
// 7.1), and when it expires, which is later than now. Numbers are json.Number.
// The claims are shared and must not be changed. An email whose email_verified
// is false is not among them: the issuer does not say that it is the person's
// (TestS9_UnverifiedEmail). The error is ErrInvalid, with a reason that repeats
// nothing of the token, or ErrUndecided.
//
// What was verified is remembered until the issuer's keys are fetched again; at
// every use the clock is asked, and whether the key still is one of them.
func (v *Verifier) Verify(ctx context.Context, token string) (map[string]any, time.Time, error) {
	// Go's base64 skips line breaks: a token has one spelling only.
	if len(token) > maxToken || strings.ContainsAny(token, "\r\n") {
		return nil, time.Time{}, invalid("it is malformed or longer than 16 KiB")
	}
	sum := sha256.Sum256([]byte(token))
	if t, seen := v.seen.Find(sum); seen {
		if err := t.inTime(time.Now()); err != nil {
			return nil, time.Time{}, err
		}
		current, err := v.keys.find(ctx, t.header)
		if err != nil {
			return nil, time.Time{}, err
		}
		if current == t.key {
			return t.claims, t.expires, nil
		}
	}
	t, err := v.verify(ctx, token)
	if err != nil {
		return nil, time.Time{}, err
	}
	v.seen.Put(sum, t)
	return t.claims, t.expires, nil
}

// verify looks at all of a token.
func (v *Verifier) verify(ctx context.Context, token string) (*verified, error) {
	t := &verified{claims: jwt.MapClaims{}}
	var keyErr error
	parsed, err := v.parser.ParseWithClaims(token, t.claims, func(parsed *jwt.Token) (any, error) {
		if t.header, keyErr = readHeader(parsed.Header); keyErr != nil {
			return nil, keyErr
		}
		if t.key, keyErr = v.keys.find(ctx, t.header); keyErr != nil {
			return nil, keyErr
		}
		return t.key.material, nil
	})
	switch {
	case keyErr != nil:
		return nil, keyErr
	case err != nil:
		return nil, v.refuse(parsed, err)
	}
	if err := t.readTimes(); err != nil {
		return nil, err
	}
	if unverified(t.claims["email_verified"]) {
		delete(t.claims, "email")
	}
	if v.also != nil {
		end, err := v.also(parsed.Header)
		if err != nil {
			return nil, err
		}
		if end.Before(t.expires) {
			t.expires = end
		}
	}
	return t, t.inTime(time.Now())
}

// readHeader reads what is said of the key. A crit header (RFC 7515, section
// 4.1.11) names extensions without which the token must not be understood, and
// we know none; jku, jwk, x5u and x5c would let a token bring its own key, and
// are not looked at.
func readHeader(fields map[string]any) (header, error) {
	if _, found := fields["crit"]; found {
		return header{}, invalid("it needs extensions (crit)")
	}
	var h header
	var ok bool
	if kid, found := fields["kid"]; found {
		if h.kid, ok = kid.(string); !ok {
			return header{}, invalid("its kid is no text")
		}
	}
	h.signer, _ = fields["signer"].(string)
	return h, nil
}

// readTimes reads what the parser found to be there and to be times.
func (t *verified) readTimes() error {
	expires, err := numericDate(t.claims.GetExpirationTime())
	if err != nil {
		return err
	}
	t.expires = expires
	for _, get := range []func() (*jwt.NumericDate, error){t.claims.GetNotBefore, t.claims.GetIssuedAt} {
		if at, err := get(); err == nil && at != nil && at.After(t.notBefore) {
			t.notBefore = at.Time
		}
	}
	return nil
}

// numericDate returns a time that is there and possible.
func numericDate(at *jwt.NumericDate, err error) (time.Time, error) {
	if err != nil || at == nil || at.Unix() <= 0 || at.Unix() > maxExpiry {
		return time.Time{}, invalid("its exp is no time")
	}
	return at.Time, nil
}

// unverified reports whether an email_verified (OpenID Connect Core, section
// 5.1) says no. Some issuers, among them Cognito behind a load balancer, write it as a text.
func unverified(claim any) bool {
	text, _ := claim.(string)
	return claim == false || strings.EqualFold(text, "false")
}

// inTime reports whether the token counts now, as ErrInvalid if not.
func (t *verified) inTime(now time.Time) error {
	switch {
	case !now.Before(t.expires):
		return invalid(reasonExpired)
	case now.Before(t.notBefore.Add(-leeway)):
		return invalid(reasonTooEarly)
	}
	return nil
}

// invalid is an ErrInvalid with its reason.
func invalid(reason string) error { return fmt.Errorf("%w: %s", ErrInvalid, reason) }
