package jwks

import (
	"bytes"
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/json"
	"errors"
	"io"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ferngate/ferngate/config"
)

const (
	testIssuer   = "https://issuer.test"
	testAudience = "https://app.test"
	testURL      = "https://issuer.test/keys"
)

// weakRSA is a key that nobody may use any more; one is a serial number.
var (
	weakRSA = &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(3), 1022), E: 65537}
	one     = big.NewInt(1)
)

var ours = Claims{Issuer: testIssuer, Audience: []string{"https://other.test", testAudience}}

// must returns what a constructor made of fixed input.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// Two issuers' keys: RSA ones take long to make.
var (
	rsaOne = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	rsaTwo = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
)

func ecKeyOf(curve elliptic.Curve) *ecdsa.PrivateKey {
	return must(ecdsa.GenerateKey(curve, rand.Reader))
}

// signerFor returns a new private key for an algorithm, or a secret.
func signerFor(algorithm string) any {
	switch kinds[algorithm] {
	case rsaKey:
		return rsaOne()
	case ecKey:
		return ecKeyOf(curves[algorithm])
	case ed25519Key:
		_, private, err := ed25519.GenerateKey(rand.Reader)
		return must(private, err)
	}
	return []byte("a secret that is only for tests, of 64 bytes or somewhat more than that")
}

// public is the public key of a private one.
func public(private any) any { return private.(crypto.Signer).Public() }

// claimsWith are those of a good token, changed; nil takes a claim out.
func claimsWith(changes jwt.MapClaims) jwt.MapClaims {
	claims := jwt.MapClaims{
		"iss": testIssuer, "aud": testAudience, "sub": "1001", "email": "alice@corp.test",
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changes)
	maps.DeleteFunc(claims, func(_ string, v any) bool { return v == nil })
	return claims
}

// sign makes a token with further header fields; "kid" is "one" unless they say another.
func sign(t testing.TB, algorithm string, signer any, claims jwt.MapClaims, fields map[string]any) string {
	t.Helper()
	token := jwt.NewWithClaims(jwt.GetSigningMethod(algorithm), claims)
	token.Header["kid"] = "one"
	maps.Copy(token.Header, fields)
	maps.DeleteFunc(token.Header, func(_ string, v any) bool { return v == nil })
	text, err := token.SignedString(signer)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// jwk is a public key as a JWK Set has it.
func jwk(kid, algorithm string, private any) jose.JSONWebKey {
	return jose.JSONWebKey{Key: public(private), KeyID: kid, Algorithm: algorithm, Use: "sig"}
}

// setOf is a JWK Set.
func setOf(keys ...jose.JSONWebKey) []byte {
	return must(json.Marshal(jose.JSONWebKeySet{Keys: keys}))
}

// issuer publishes keys, without a network; its fields may be changed between requests.
type issuer struct {
	body         []byte
	status       int // 0: 200
	cacheControl string
	down         bool
	takes        time.Duration // per answer

	fetches atomic.Int64
	asked   atomic.Value // the URL that was last asked for
}

// RoundTrip implements http.RoundTripper.
func (i *issuer) RoundTrip(r *http.Request) (*http.Response, error) {
	i.fetches.Add(1)
	i.asked.Store(r.URL.String())
	select {
	case <-time.After(i.takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	if i.down {
		return nil, errors.New("connection refused")
	}
	res := &http.Response{StatusCode: max(i.status, 200), Header: http.Header{}, Body: io.NopCloser(bytes.NewReader(i.body)), Request: r}
	if i.status >= 300 && i.status < 400 {
		res.Header.Set("Location", "https://elsewhere.test/keys")
	}
	if i.cacheControl != "" {
		res.Header.Set("Cache-Control", i.cacheControl)
	}
	return res, nil
}

// wantFetches checks how often the issuer was asked so far.
func (i *issuer) wantFetches(t *testing.T, want int64, when string) {
	t.Helper()
	if n := i.fetches.Load(); n != want {
		t.Errorf("%d fetches %s, want %d", n, when, want)
	}
}

// following returns a verifier of RS256 tokens by an issuer's JWK Set, and what it logs.
func following(t testing.TB, i *issuer) (*Verifier, *observer.ObservedLogs) {
	t.Helper()
	core, logs := observer.New(zap.DebugLevel)
	v, err := New(config.JWTKeys{Algorithm: "RS256", JWKSURL: must(url.Parse(testURL))}, ours, &http.Client{Transport: i}, zap.New(core))
	if err != nil {
		t.Fatal(err)
	}
	return v, logs
}

// serving returns a verifier by a real server of one RSA key, called "one", and the count of its requests.
func serving(t testing.TB) (*Verifier, *atomic.Int64) {
	t.Helper()
	var fetches atomic.Int64
	set := setOf(jwk("one", "RS256", rsaOne()))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fetches.Add(1)
		_, _ = w.Write(set)
	}))
	t.Cleanup(server.Close)
	v, err := New(config.JWTKeys{Algorithm: "RS256", JWKSURL: must(url.Parse(server.URL))}, ours, server.Client(), zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	return v, &fetches
}

// wantValid checks that a token is taken.
func wantValid(t *testing.T, v *Verifier, token, when string) {
	t.Helper()
	if claims, _, err := v.Verify(t.Context(), token); err != nil || claims["sub"] == nil {
		t.Errorf("%s: %v %v, want it taken", when, claims, err)
	}
}

// wantRefused checks that a token is refused with one kind of error, and that nothing else is returned.
func wantRefused(t *testing.T, v *Verifier, token string, want error, when string) {
	t.Helper()
	claims, until, err := v.Verify(t.Context(), token)
	if !errors.Is(err, want) || claims != nil || !until.IsZero() {
		t.Errorf("%s: %v %v %v, want %v", when, claims, until, err, want)
	}
	if errors.Is(err, ErrInvalid) && errors.Is(err, ErrUndecided) {
		t.Errorf("%s: %v is two errors", when, err)
	}
}

// within is a context that a test ends.
func within(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	return ctx, cancel
}
