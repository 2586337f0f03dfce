package auth

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/config"
)

const testSecret = "a help centre's secret, only for tests"

// tokensUnder makes tokens under a secret.
func tokensUnder(t *testing.T, secret string) *Tokens {
	t.Helper()
	tokens, err := NewTokens(config.Ferndesk{
		JWTSecret: config.NewSecret([]byte(secret)), TokenTTL: time.Hour,
		CustomAttributes: map[string]string{"plan": "tier", "company": "company_name"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return tokens
}

// mint makes a token and verifies it as Ferndesk does.
func mint(t *testing.T, id *Identity, until time.Time) (*jwt.Token, jwt.MapClaims) {
	t.Helper()
	text, err := tokensUnder(t, testSecret).Mint(id, until)
	if err != nil {
		t.Fatal(err)
	}
	claims := jwt.MapClaims{}
	token, err := jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return []byte(testSecret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithIssuedAt())
	if err != nil {
		t.Fatal(err)
	}
	return token, claims
}

func TestMint_Claims(t *testing.T) {
	later := time.Now().Add(time.Hour * 24)
	token, claims := mint(t, &Identity{
		UserID: "1001", Email: "alice@corp.test", Name: "Zoë \"A\" <b>", Groups: []string{"staff"},
		Attributes: map[string]string{"tier": "pro", "company_name": "", "other": "x"},
	}, later)
	if !maps.Equal(token.Header, map[string]any{"alg": "HS256", "typ": "JWT"}) {
		t.Errorf("header %v", token.Header)
	}
	attributes, _ := claims["customAttributes"].(map[string]any)
	if claims["sub"] != "1001" || claims["userId"] != "1001" || claims["email"] != "alice@corp.test" || claims["name"] != "Zoë \"A\" <b>" ||
		!maps.Equal(attributes, map[string]any{"plan": "pro"}) {
		t.Errorf("claims %v", claims)
	}
	// What the person has not is left out, never empty.
	_, claims = mint(t, &Identity{UserID: "7", Email: "b@corp.test", Attributes: map[string]string{"other": "x"}}, later)
	if names := slices.Sorted(maps.Keys(claims)); !slices.Equal(names, []string{"email", "exp", "iat", "sub", "userId"}) {
		t.Errorf("claims %q", names)
	}
	// An id of digits is a text all the same.
	for _, name := range []string{"sub", "userId"} {
		if id, ok := claims[name].(string); !ok || id != "7" {
			t.Errorf("%s is %T %v", name, claims[name], claims[name])
		}
	}
}

func TestMint_MissingClaim(t *testing.T) {
	for want, id := range map[string]*Identity{
		"sub":   {Email: "hidden@corp.test", Name: "Hidden"},
		"email": {UserID: "hidden", Name: "Hidden"},
	} {
		token, err := tokensUnder(t, testSecret).Mint(id, time.Now().Add(time.Hour))
		missing, ok := errors.AsType[*MissingClaimError](err)
		if token != "" || !ok || missing.Claim != want || !strings.Contains(err.Error(), want) || strings.Contains(strings.ToLower(err.Error()), "hidden") {
			t.Errorf("%s: %q %v", want, token, err)
		}
	}
}

// A token never outlives its session, and with under a minute there is none.
func TestMint_Expiry(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		now := time.Now()
		for left, want := range map[time.Duration]time.Duration{
			24 * time.Hour: time.Hour, time.Hour: time.Hour, time.Hour - time.Second: time.Hour - time.Second, time.Minute: time.Minute,
			90*time.Second + 900*time.Millisecond: 90 * time.Second,
		} {
			_, claims := mint(t, testAlice, now.Add(left))
			if exp := time.Unix(int64(claims["exp"].(float64)), 0); !exp.Equal(now.Add(want)) || claims["iat"] != float64(now.Unix()) {
				t.Errorf("with %v left: exp %v, want %v", left, exp, now.Add(want))
			}
		}
		for _, left := range []time.Duration{time.Minute - time.Millisecond, time.Second, 0, -time.Hour} {
			if token, err := tokensUnder(t, testSecret).Mint(testAlice, now.Add(left)); !errors.Is(err, ErrEnding) || token != "" {
				t.Errorf("with %v left: %q %v", left, token, err)
			}
		}
	})
}

// A signature is of one key alone, and over all that is signed, however often
// the same key is used.
func TestMint_Signature(t *testing.T) {
	later := time.Now().Add(time.Hour)
	token, err := tokensUnder(t, testSecret+"2").Mint(testAlice, later)
	if err != nil {
		t.Fatal(err)
	}
	ours := func(*jwt.Token) (any, error) { return []byte(testSecret), nil }
	if _, err := jwt.Parse(token, ours); !errors.Is(err, jwt.ErrTokenSignatureInvalid) {
		t.Errorf("under another secret: %v", err)
	}
	tokens := tokensUnder(t, testSecret)
	for range 50 {
		for _, id := range []*Identity{testAlice, testBob} {
			token, err := tokens.Mint(id, later)
			if err != nil {
				t.Fatal(err)
			}
			parsed, err := jwt.Parse(token, ours)
			if err != nil {
				t.Fatal(err)
			}
			if sub, err := parsed.Claims.GetSubject(); sub != id.UserID || err != nil {
				t.Errorf("the token of %s is of %s: %v", id.UserID, sub, err)
			}
		}
	}
}
