package jwks

import (
	"errors"

	"github.com/golang-jwt/jwt/v5"
)

// ErrInvalid is returned for a token that is not one of the issuer's for us at
// this time. The errors that wrap it give the reason, one of a fixed few.
var ErrInvalid = errors.New("invalid JWT")

// ErrUndecided is returned when it cannot be told whether a token is valid: the
// issuer's keys cannot be had at the moment.
var ErrUndecided = errors.New("the issuer's keys cannot be had")

const (
	reasonMalformed = "it is malformed"
	reasonExpired   = "it has expired"
	reasonTooEarly  = "it is not valid yet"
)

// reasons say what the parser's errors mean, the first that fits. Its own words
// can repeat pieces of a token, and these go to the log (TestErrorsRepeatNothing).
var reasons = []struct {
	err    error
	reason string
}{
	{jwt.ErrTokenMalformed, reasonMalformed},
	{jwt.ErrTokenSignatureInvalid, "its signature is not of the issuer's key"},
	{jwt.ErrTokenRequiredClaimMissing, "it lacks exp, or the aud or iss that is configured"},
	{jwt.ErrTokenInvalidAudience, "its aud is another than configured"},
	{jwt.ErrTokenInvalidIssuer, "its iss is another than configured"},
	{jwt.ErrTokenExpired, reasonExpired},
	{jwt.ErrTokenNotValidYet, reasonTooEarly},
	{jwt.ErrTokenUsedBeforeIssued, reasonTooEarly},
}

// refuse says as ErrInvalid why the parser took no token. What it parsed is nil
// if there was nothing to parse.
func (v *Verifier) refuse(parsed *jwt.Token, err error) error {
	if parsed != nil && len(parsed.Header) > 0 && parsed.Header["alg"] != v.algorithm {
		return invalid("its alg is not " + v.algorithm)
	}
	for _, r := range reasons {
		if errors.Is(err, r.err) {
			return invalid(r.reason)
		}
	}
	return invalid("its claims are malformed")
}
