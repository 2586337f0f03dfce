package jwks

import (
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// pemOf is a public key as a PEM text.
func pemOf(private any) []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(public(private)))})
}

// fixed returns a verifier by the key of the config, and what signs for it.
func fixed(t testing.TB, algorithm string, claims Claims) (*Verifier, any) {
	t.Helper()
	signer := signerFor(algorithm)
	keys := config.JWTKeys{Algorithm: algorithm}
	if secret, ok := signer.([]byte); ok {
		keys.Secret = config.NewSecret(secret)
	} else {
		keys.PublicKeyFile = filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(keys.PublicKeyFile, pemOf(signer), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	v, err := New(keys, claims, nil, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	return v, signer
}

func TestVerify_EveryAlgorithmByItsOwnKeyOnly(t *testing.T) {
	for algorithm := range kinds {
		t.Run(algorithm, func(t *testing.T) {
			v, signer := fixed(t, algorithm, ours)
			expires := time.Now().Add(time.Hour).Truncate(time.Second)
			token := sign(t, algorithm, signer, claimsWith(jwt.MapClaims{"exp": expires.Unix(), "id": json.Number("12345678901234567890")}), nil)
			for range 2 { // looked at, then remembered
				claims, until, err := v.Verify(t.Context(), token)
				if err != nil || !until.Equal(expires) || claims["sub"] != "1001" {
					t.Fatalf("%v until %v: %v", claims, until, err)
				}
				if claims["id"] != json.Number("12345678901234567890") {
					t.Errorf("the id became %T %v", claims["id"], claims["id"])
				}
			}
			if kinds[algorithm] == symmetric || kinds[algorithm] == rsaKey {
				return // made once for all
			}
			wantRefused(t, v, sign(t, algorithm, signerFor(algorithm), claimsWith(nil), nil), ErrInvalid, "signed by another")
		})
	}
}

// Each row is validly signed, or looks as if it were.
func TestS17_AssertionsForOthersAndForged(t *testing.T) {
	v, _ := serving(t)
	publicKey := pemOf(rsaOne())
	none, err := jwt.NewWithClaims(jwt.SigningMethodNone, claimsWith(nil)).SignedString(jwt.UnsafeAllowNoneSignatureType)
	if err != nil {
		t.Fatal(err)
	}
	by := func(claims jwt.MapClaims) string { return sign(t, "RS256", rsaOne(), claimsWith(claims), nil) }
	good := by(nil)
	for name, token := range map[string]string{
		"another aud":                  by(jwt.MapClaims{"aud": "https://evil.test"}),
		"other auds":                   by(jwt.MapClaims{"aud": []string{"https://evil.test", testAudience + "/"}}),
		"aud of another type":          by(jwt.MapClaims{"aud": map[string]any{testAudience: true}}),
		"aud among no texts":           by(jwt.MapClaims{"aud": []any{testAudience, 7}}),
		"no aud":                       by(jwt.MapClaims{"aud": nil}),
		"empty aud":                    by(jwt.MapClaims{"aud": []string{}}),
		"no exp":                       by(jwt.MapClaims{"exp": nil}),
		"exp 0":                        by(jwt.MapClaims{"exp": 0}),
		"exp as text":                  by(jwt.MapClaims{"exp": "4102444800"}),
		"exp before 1970":              by(jwt.MapClaims{"exp": -1}),
		"exp beyond all times":         by(jwt.MapClaims{"exp": json.Number("1e300")}),
		"exp beyond all numbers":       by(jwt.MapClaims{"exp": json.Number("1e999")}),
		"another iss":                  by(jwt.MapClaims{"iss": testIssuer + "/"}),
		"no iss":                       by(jwt.MapClaims{"iss": nil}),
		"nbf as text":                  by(jwt.MapClaims{"nbf": "tomorrow"}),
		"alg none":                     none,
		"alg none with a signature":    none + good[strings.LastIndex(good, ".")+1:],
		"HS256 by the public key":      sign(t, "HS256", publicKey, claimsWith(nil), nil),
		"HS256 by its DER":             sign(t, "HS256", x509.MarshalPKCS1PublicKey(&rsaOne().PublicKey), claimsWith(nil), nil),
		"RS512 by the right key":       sign(t, "RS512", rsaOne(), claimsWith(nil), nil),
		"PS256 by the right key":       sign(t, "PS256", rsaOne(), claimsWith(nil), nil),
		"another's key of this kid":    sign(t, "RS256", rsaTwo(), claimsWith(nil), nil),
		"unknown kid":                  sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"kid": "two"}),
		"kid of another type":          sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"kid": 1}),
		"kid as a path":                sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"kid": "../../one"}),
		"crit":                         sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"crit": []string{"b64"}, "b64": false}),
		"empty crit":                   sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"crit": []string{}}),
		"crit of what it does not say": sign(t, "RS256", rsaOne(), claimsWith(nil), map[string]any{"crit": []string{"exp"}}),
		"its own key in jwk":           sign(t, "RS256", rsaTwo(), claimsWith(nil), map[string]any{"jwk": jwk("one", "RS256", rsaTwo())}),
		"its own keys at jku":          sign(t, "RS256", rsaTwo(), claimsWith(nil), map[string]any{"jku": "https://evil.test/keys"}),
		"no signature":                 good[:strings.LastIndex(good, ".")+1],
		"claims changed":               tampered(good),
		"a line break":                 good + "\n",
		"padding":                      good + "==",
		"four parts":                   good + ".",
		"two parts":                    good[:strings.LastIndex(good, ".")],
		"nothing":                      "",
		"longer than 16 KiB":           by(jwt.MapClaims{"filler": strings.Repeat("x", 16<<10)}),
	} {
		t.Run(name, func(t *testing.T) { wantRefused(t, v, token, ErrInvalid, name) })
	}
	wantValid(t, v, good, "the good one")
}

// tampered is a token for somebody else under the same signature.
func tampered(token string) string {
	parts := strings.Split(token, ".")
	claims := must(json.Marshal(claimsWith(jwt.MapClaims{"sub": "1"})))
	return parts[0] + "." + base64.RawURLEncoding.EncodeToString(claims) + "." + parts[2]
}

func TestS17_UnknownKeysCauseOneFetch(t *testing.T) {
	v, fetches := serving(t)
	for i := range 1000 {
		wantRefused(t, v, sign(t, "HS256", []byte("x"), claimsWith(nil), map[string]any{"alg": "RS256", "kid": fmt.Sprint(i)}), ErrInvalid, "unknown kid")
	}
	wantValid(t, v, sign(t, "RS256", rsaOne(), claimsWith(nil), nil), "afterwards")
	if n := fetches.Load(); n != 1 {
		t.Errorf("%d fetches, want 1", n)
	}
}

// What is not configured is not looked at.
func TestVerify_WithoutIssuerAndAudience(t *testing.T) {
	v, signer := fixed(t, "EdDSA", Claims{})
	wantValid(t, v, sign(t, "EdDSA", signer, claimsWith(jwt.MapClaims{"iss": "anybody", "aud": "anything"}), nil), "any")
	wantValid(t, v, sign(t, "EdDSA", signer, claimsWith(jwt.MapClaims{"iss": nil, "aud": nil}), nil), "none")
	wantRefused(t, v, sign(t, "EdDSA", signer, claimsWith(jwt.MapClaims{"exp": nil}), nil), ErrInvalid, "no exp")
}

// A key of the config has no name that a token could miss.
func TestVerify_FixedKeyWhateverTheKid(t *testing.T) {
	v, signer := fixed(t, "ES256", ours)
	for _, kid := range []any{nil, "", "one", "../x"} {
		wantValid(t, v, sign(t, "ES256", signer, claimsWith(nil), map[string]any{"kid": kid}), fmt.Sprint(kid))
	}
}

func TestVerify_TimesCountAtEveryUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		v, signer := fixed(t, "HS256", ours)
		now := time.Now()
		at := func(d time.Duration) int64 { return now.Add(d).Unix() }
		by := func(claims jwt.MapClaims) string { return sign(t, "HS256", signer, claimsWith(claims), nil) }

		wantValid(t, v, by(jwt.MapClaims{"iat": at(30 * time.Second)}), "issued by a clock that is 30 s ahead")
		wantValid(t, v, by(jwt.MapClaims{"nbf": at(30 * time.Second)}), "valid by a clock that is 30 s ahead")
		wantRefused(t, v, by(jwt.MapClaims{"iat": at(31 * time.Second)}), ErrInvalid, "issued later")
		wantRefused(t, v, by(jwt.MapClaims{"nbf": at(31 * time.Second)}), ErrInvalid, "valid later")
		wantRefused(t, v, by(jwt.MapClaims{"exp": at(0)}), ErrInvalid, "over now")
		wantRefused(t, v, by(jwt.MapClaims{"exp": at(-time.Second)}), ErrInvalid, "over, within the leeway")

		token, early := by(jwt.MapClaims{"exp": at(time.Minute)}), by(jwt.MapClaims{"nbf": at(time.Minute)})
		wantValid(t, v, token, "a minute before its end")
		wantRefused(t, v, early, ErrInvalid, "a minute before its beginning")
		time.Sleep(30 * time.Second)
		wantValid(t, v, early, "half a minute before its beginning")
		time.Sleep(30*time.Second - time.Nanosecond)
		wantValid(t, v, token, "at its last moment")
		time.Sleep(time.Nanosecond)
		wantRefused(t, v, token, ErrInvalid, "at its end, though remembered")
	})
}

func TestS9_UnverifiedEmail(t *testing.T) {
	v, signer := fixed(t, "HS256", ours)
	for _, row := range []struct {
		verified any
		counts   bool
	}{{nil, true}, {true, true}, {"true", true}, {false, false}, {"false", false}, {"False", false}} {
		claims, _, err := v.Verify(t.Context(), sign(t, "HS256", signer, claimsWith(jwt.MapClaims{"email_verified": row.verified}), nil))
		if _, found := claims["email"]; err != nil || found != row.counts || claims["sub"] != "1001" {
			t.Errorf("email_verified %v: %v %v", row.verified, claims, err)
		}
	}
}

// K1: an error can end up in a log or on a page.
func TestErrorsRepeatNothing(t *testing.T) {
	v, _ := serving(t)
	const canary = "canary-7f3a"
	raw := func(header, claims string) string {
		encode := base64.RawURLEncoding.EncodeToString
		return encode([]byte(header)) + "." + encode([]byte(claims)) + "." + encode([]byte(canary))
	}
	for _, token := range []string{
		canary,
		canary + "." + canary + "." + canary,
		raw(`{"alg":"`+canary+`"}`, `{}`),
		raw(`{"alg":"RS256","kid":"`+canary+`"}`, `{}`),
		raw(`{"alg":"RS256","kid":"one"}`, canary),
		raw(canary, `{}`),
		sign(t, "RS256", rsaTwo(), claimsWith(jwt.MapClaims{"sub": canary}), nil),
		sign(t, "RS256", rsaOne(), claimsWith(jwt.MapClaims{"aud": canary, "iss": canary, "sub": canary}), nil),
		sign(t, "RS256", rsaOne(), claimsWith(jwt.MapClaims{"exp": canary}), nil),
	} {
		_, _, err := v.Verify(t.Context(), token)
		if err == nil || strings.Contains(err.Error(), canary) || strings.Contains(err.Error(), testAudience) {
			t.Errorf("%q: %v", token, err)
		}
	}
}

func TestNew_WhatIsWrongWithKeys(t *testing.T) {
	file := func(text []byte) string {
		name := filepath.Join(t.TempDir(), "key.pem")
		if err := os.WriteFile(name, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	weak := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: must(x509.MarshalPKIXPublicKey(weakRSA))})
	private := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: must(x509.MarshalPKCS8PrivateKey(rsaOne()))})
	secret := config.NewSecret([]byte("s3cret-s3cret-s3cret"))
	set := must(url.Parse(testURL))
	for want, keys := range map[string]config.JWTKeys{
		"one that signs":                     {Algorithm: "none", Secret: secret},
		"must be one":                        {Secret: secret},
		"HS256 needs one":                    {Algorithm: "HS256"},
		"a public key verifies other":        {Algorithm: "HS256", Secret: secret, JWKSURL: set},
		"verified by a public key":           {Algorithm: "RS256", Secret: secret},
		"needs public_key_file or jwks_url":  {Algorithm: "RS256"},
		"exclude each other":                 {Algorithm: "RS256", PublicKeyFile: file(pemOf(rsaOne())), JWKSURL: set},
		"no such file":                       {Algorithm: "RS256", PublicKeyFile: filepath.Join(t.TempDir(), "none")},
		"holds no PEM":                       {Algorithm: "RS256", PublicKeyFile: file([]byte("ssh-rsa AAAA"))},
		"parse the public key":               {Algorithm: "RS256", PublicKeyFile: file(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("x")}))},
		"holds a private key":                {Algorithm: "RS256", PublicKeyFile: file(private)},
		"1024 bits":                          {Algorithm: "RS256", PublicKeyFile: file(weak)},
		"RSA key, which is not for ES256":    {Algorithm: "ES256", PublicKeyFile: file(pemOf(rsaOne()))},
		"curve P-384, which is not":          {Algorithm: "ES256", PublicKeyFile: file(pemOf(signerFor("ES384")))},
		"curve P-256, which is not":          {Algorithm: "RS256", PublicKeyFile: file(pemOf(signerFor("ES256")))},
		"Ed25519 key, which is not for RS25": {Algorithm: "RS256", PublicKeyFile: file(pemOf(signerFor("EdDSA")))},
	} {
		if v, err := New(keys, ours, nil, zap.NewNop()); v != nil || err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%v: %v, want %s", keys, err, want)
		}
	}
}

func TestNew_CertificateFile(t *testing.T) {
	certificate := must(x509.CreateCertificate(nil, &x509.Certificate{SerialNumber: one}, &x509.Certificate{}, public(rsaOne()), rsaOne()))
	name := filepath.Join(t.TempDir(), "chain.pem")
	text := append([]byte("subject=issuer\n"), pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate})...)
	if err := os.WriteFile(name, text, 0o600); err != nil {
		t.Fatal(err)
	}
	v, err := New(config.JWTKeys{Algorithm: "RS256", PublicKeyFile: name}, ours, nil, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	wantValid(t, v, sign(t, "RS256", rsaOne(), claimsWith(nil), nil), "by the certificate's key")
	wantRefused(t, v, sign(t, "RS256", rsaTwo(), claimsWith(nil), nil), ErrInvalid, "by another")
}

// The claims of a token that was seen before are the same ones, not equal ones.
func TestVerify_RemembersClaims(t *testing.T) {
	v, signer := fixed(t, "HS256", ours)
	token := sign(t, "HS256", signer, claimsWith(nil), nil)
	first, _, _ := v.Verify(t.Context(), token)
	second, _, _ := v.Verify(t.Context(), token)
	first["seen"] = true
	if !maps.Equal(first, second) {
		t.Error("the token was looked at twice")
	}
}
