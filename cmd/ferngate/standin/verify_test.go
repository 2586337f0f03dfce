package standin

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

const secret = "a help centre's secret, only for tests"

// alice are the claims of a good token, with some of them changed; nil is none.
func alice(changed jwt.MapClaims) jwt.MapClaims {
	claims := jwt.MapClaims{
		"sub": "1001", "userId": "1001", "email": "alice@corp.test", "name": "Alice Liddell",
		"customAttributes": map[string]string{"plan": "pro"},
		"iat":              time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changed)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

func sign(t *testing.T, method jwt.SigningMethod, key any, claims jwt.MapClaims) string {
	t.Helper()
	token, err := jwt.NewWithClaims(method, claims).SignedString(key)
	if err != nil {
		t.Fatal(err)
	}
	return token
}

// verified is what the SDK is told of a token.
func verified(t *testing.T, token string) (user *person, reason string) {
	t.Helper()
	w := httptest.NewRecorder()
	Handler([]byte(secret), "help.corp.test").ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/verify", strings.NewReader(token)))
	if w.Code != http.StatusOK || w.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	var answer struct {
		User   *person
		Reason string
	}
	if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return answer.User, answer.Reason
}

func TestVerify_Good(t *testing.T) {
	for what, c := range map[string]struct {
		claims jwt.MapClaims
		want   person
	}{
		"everything":  {alice(nil), person{"1001", "alice@corp.test", "Alice Liddell"}},
		"the least":   {alice(jwt.MapClaims{"name": nil, "customAttributes": nil, "iat": nil}), person{"1001", "alice@corp.test", ""}},
		"other signs": {alice(jwt.MapClaims{"name": `Zoë "A" <b>`}), person{"1001", "alice@corp.test", `Zoë "A" <b>`}},
	} {
		user, reason := verified(t, sign(t, jwt.SigningMethodHS256, []byte(secret), c.claims))
		if user == nil || *user != c.want {
			t.Errorf("%s: %v, %s", what, user, reason)
		}
	}
}

func TestVerify_Bad(t *testing.T) {
	hs256 := func(changed jwt.MapClaims) string {
		return sign(t, jwt.SigningMethodHS256, []byte(secret), alice(changed))
	}
	for what, token := range map[string]string{
		"another secret":      sign(t, jwt.SigningMethodHS256, []byte("another"), alice(nil)),
		"another algorithm":   sign(t, jwt.SigningMethodHS512, []byte(secret), alice(nil)),
		"no algorithm":        sign(t, jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, alice(nil)),
		"nothing":             "",
		"JSON":                `{"token":"` + hs256(nil) + `"}`,
		"too much":            strings.Repeat("a", maxToken+1),
		"expired":             hs256(jwt.MapClaims{"exp": time.Now().Add(-time.Second).Unix()}),
		"no exp":              hs256(jwt.MapClaims{"exp": nil}),
		"exp a text":          hs256(jwt.MapClaims{"exp": "2099-01-01"}),
		"made in the future":  hs256(jwt.MapClaims{"iat": time.Now().Add(time.Hour).Unix()}),
		"no sub":              hs256(jwt.MapClaims{"sub": nil}),
		"a number as sub":     hs256(jwt.MapClaims{"sub": 1001}),
		"no userId":           hs256(jwt.MapClaims{"userId": nil}),
		"another userId":      hs256(jwt.MapClaims{"userId": "1002"}),
		"no email":            hs256(jwt.MapClaims{"email": nil}),
		"an empty email":      hs256(jwt.MapClaims{"email": ""}),
		"an empty name":       hs256(jwt.MapClaims{"name": ""}),
		"a list as name":      hs256(jwt.MapClaims{"name": []string{"Alice"}}),
		"a text of attribute": hs256(jwt.MapClaims{"customAttributes": "plan"}),
		"empty attributes":    hs256(jwt.MapClaims{"customAttributes": map[string]string{}}),
	} {
		if user, reason := verified(t, token); user != nil || reason == "" {
			t.Errorf("%s: %v, %q", what, user, reason)
		}
	}
}
