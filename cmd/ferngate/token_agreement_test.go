package main

import (
	"bytes"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/auth/inspect"
	"github.com/ferngate/ferngate/cmd/ferngate/standin"
	"github.com/ferngate/ferngate/config"
)

const helpSecret = "a help centre's JWT secret, for tests only"

// helpTokens are tokens by what is special about them, good ones and bad ones.
func helpTokens(t *testing.T) map[string]string {
	now := time.Now()
	claims := func(changed jwt.MapClaims) jwt.MapClaims {
		all := jwt.MapClaims{
			"sub": "1001", "userId": "1001", "email": "alice@example.com", "name": "Alice Liddell",
			"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
		}
		maps.Copy(all, changed)
		maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
		return all
	}
	sign := func(method jwt.SigningMethod, key any, header map[string]any, changed jwt.MapClaims) string {
		token := jwt.NewWithClaims(method, claims(changed))
		maps.Copy(token.Header, header)
		signed, err := token.SignedString(key)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	tokens := map[string]string{
		"another secret": sign(jwt.SigningMethodHS256, []byte("another"), nil, nil),
		"HS384":          sign(jwt.SigningMethodHS384, []byte(helpSecret), nil, nil),
		"HS512":          sign(jwt.SigningMethodHS512, []byte(helpSecret), nil, nil),
		"unsigned":       sign(jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType, nil, nil),
		"a key's id":     sign(jwt.SigningMethodHS256, []byte(helpSecret), map[string]any{"kid": "k1"}, nil),
		"another typ":    sign(jwt.SigningMethodHS256, []byte(helpSecret), map[string]any{"typ": "at+jwt"}, nil),
		"nothing":        "",
		"a word":         "token",
		"an error":       `{"error":"Not authenticated"}`,
		"a page":         "<!DOCTYPE html>",
	}
	for what, changed := range map[string]jwt.MapClaims{
		"everything":           {"customAttributes": map[string]any{"plan": "pro", "seats": 3}},
		"the least":            {"name": nil, "iat": nil},
		"other people's signs": {"name": `Zoë "Ŝ" <b>`},
		"expired":              {"exp": now.Add(-time.Minute).Unix()},
		"long expired":         {"exp": -1},
		"no exp":               {"exp": nil},
		"exp 0":                {"exp": 0},
		"exp a text":           {"exp": "2099-01-01"},
		"exp in milliseconds":  {"exp": now.UnixMilli()},
		"exp with a fraction":  {"exp": float64(now.Add(time.Hour).UnixMilli()) / 1000},
		"made in the future":   {"iat": now.Add(time.Hour).Unix()},
		"iat a text":           {"iat": "now"},
		"not before":           {"nbf": now.Add(time.Hour).Unix()},
		"good since":           {"nbf": now.Add(-time.Hour).Unix()},
		"no sub":               {"sub": nil},
		"a number as sub":      {"sub": 1001},
		"an empty sub":         {"sub": ""},
		"no userId":            {"userId": nil},
		"a number as userId":   {"userId": 1001},
		"two people":           {"userId": "1002"},
		"no email":             {"email": nil},
		"an empty email":       {"email": ""},
		"no address":           {"email": "alice"},
		"an empty name":        {"name": ""},
		"a list as name":       {"name": []string{"Alice"}},
		"a text of attributes": {"customAttributes": "plan"},
		"empty attributes":     {"customAttributes": map[string]any{}},
	} {
		tokens[what] = sign(jwt.SigningMethodHS256, []byte(helpSecret), nil, changed)
	}
	good := tokens["everything"]
	tokens["cut off"] = good[:len(good)-1]
	tokens["without its signature"] = good[:strings.LastIndex(good, ".")+1]
	tokens["two parts"] = good[:strings.LastIndex(good, ".")]
	return tokens
}

// inspected tells whether token inspect would say that Ferndesk takes it.
func inspected(token string) bool {
	return inspect.Inspect(token, inspect.Terms{
		Host: "app.example.com", HelpCenter: "help.example.com", Secret: config.NewSecret([]byte(helpSecret)), Now: time.Now(),
	}).Accepted()
}

// token inspect says of every token what the stand-in for Ferndesk says.
func TestInspectAgreesWithFerndesk(t *testing.T) {
	ferndesk := standin.Handler([]byte(helpSecret), "help.example.com")
	for what, token := range helpTokens(t) {
		w := httptest.NewRecorder()
		ferndesk.ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/verify", strings.NewReader(token)))
		var answer struct {
			User   any
			Reason string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &answer); err != nil {
			t.Fatal(err)
		}
		if got, want := inspected(token), answer.User != nil; got != want {
			t.Errorf("%s: taken: %v; by Ferndesk: %v %s", what, got, want, answer.Reason)
		}
	}
}

// What token inspect would have taken, npm's jsonwebtoken takes.
func TestInspectAgreesWithJsonwebtoken(t *testing.T) {
	modules := nodeModules(t, "jsonwebtoken")
	var names []string
	var questions []map[string]string
	for what, token := range helpTokens(t) {
		names = append(names, what)
		questions = append(questions, map[string]string{"token": token, "secret": helpSecret})
	}
	input, err := json.Marshal(questions)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), "node", "testdata/node/verify.cjs")
	cmd.Env = append(os.Environ(), "NODE_PATH="+modules)
	cmd.Stdin, cmd.Stderr = bytes.NewReader(input), os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("node: %v", err)
	}
	var answers []verified
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(names) {
		t.Fatalf("node said %q: %v", out, err)
	}
	for i, answer := range answers {
		if inspected(questions[i]["token"]) && answer.Error != "" {
			t.Errorf("%s: taken, but jsonwebtoken says %s", names[i], answer.Error)
		}
	}
}
