package jwks

import (
	"errors"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// FuzzVerify: of all texts only the very one that was signed is taken, and what
// is refused is refused for one of the known reasons.
func FuzzVerify(f *testing.F) {
	v, signer := fixed(f, "HS256", ours)
	end := jwt.MapClaims{"exp": 4102444800, "iat": 1, "jti": "fixed"}
	good := sign(f, "HS256", signer, claimsWith(end), nil)
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, claimsWith(end)).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		f.Fatal(err)
	}
	parts := strings.Split(good, ".")
	for _, seed := range []string{
		good, none, "", "..", "...", good + "=", good + "\n", parts[0] + ".." + parts[2], parts[0] + ".bnVsbA." + parts[2],
		sign(f, "HS256", []byte("another"), claimsWith(end), map[string]any{"crit": []string{"b64"}, "b64": false}),
		sign(f, "HS512", signer, claimsWith(end), nil),
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, token string) {
		claims, until, err := v.Verify(t.Context(), token)
		switch {
		case token == good && err != nil:
			t.Errorf("the good one: %v", err)
		case token != good && (err == nil || claims != nil || !until.IsZero()):
			t.Errorf("taken: %q", token)
		case err != nil && (!errors.Is(err, ErrInvalid) || len(err.Error()) > 100):
			t.Errorf("refused with %v", err)
		}
	})
}

// FuzzParseSet: whatever an issuer publishes, each key that counts can be used.
func FuzzParseSet(f *testing.F) {
	f.Add(setOf(jwk("one", "RS256", rsaOne()), jwk("two", "ES256", signerFor("ES256"))))
	f.Add(setOf(jwk("", "", signerFor("EdDSA"))))
	f.Add([]byte(`{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB"},{"kty":"oct","k":"AAAA"},null,{}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		for algorithm := range kinds {
			keys, err := parseSet(text, algorithm)
			if (err == nil) == (len(keys) == 0) {
				t.Errorf("%d keys and %v", len(keys), err)
			}
			for _, k := range keys {
				// It may say no to a signature, but not to the key.
				err := jwt.GetSigningMethod(algorithm).Verify("x", make([]byte, 256), k.material)
				if err == nil || errors.Is(err, jwt.ErrInvalidKeyType) || errors.Is(err, jwt.ErrInvalidKey) {
					t.Errorf("%s: %v", algorithm, err)
				}
			}
		}
	})
}
