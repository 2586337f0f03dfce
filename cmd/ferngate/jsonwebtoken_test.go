package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Ferndesk's own examples read tokens with npm's jsonwebtoken.
func TestJsonwebtokenReadsTheToken(t *testing.T) {
	modules := nodeModules(t, "jsonwebtoken")
	app := httptest.NewServer(http.NotFoundHandler())
	defer app.Close()
	alice := newVisitor(t, startGate(t, app.URL))
	alice.get("/api/ferndesk-token").want(t, http.StatusUnauthorized, `{"error":"Not authenticated"}`)
	alice.signIn("/help")
	a := alice.get("/api/ferndesk-token")
	a.want(t, http.StatusOK, ".")

	valid := verify(t, modules, string(a.body), gateSecret, 0)
	c := valid.Claims
	if valid.Error != "" || c["sub"] != "1001" || c["userId"] != "1001" || c["email"] != "alice@example.test" || c["name"] != "Alice Liddell" {
		t.Fatalf("accepted as %+v", valid)
	}
	iat, exp := c["iat"].(float64), c["exp"].(float64)
	if exp-iat != 3600 {
		t.Errorf("good from %v to %v", iat, exp)
	}
	for _, tt := range []struct {
		name, secret string
		now          float64
		want         string
	}{
		{"in its last second", gateSecret, exp - 1, ""},
		{"from then on", gateSecret, exp, "TokenExpiredError"},
		{"under another secret", "another secret", iat, "JsonWebTokenError"},
	} {
		if got := verify(t, modules, string(a.body), tt.secret, tt.now); got.Error != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got.Error, tt.want)
		}
	}
}

// nodeModules is the folder with npm's packages of these names: that of
// FERNGATE_NODE_MODULES, or ferngate/node_modules in the person's cache folder.
func nodeModules(t *testing.T, names ...string) string {
	t.Helper()
	_, err := exec.LookPath("node")
	need(t, unless(err == nil, "node"))
	dir := os.Getenv("FERNGATE_NODE_MODULES")
	if cache, err := os.UserCacheDir(); dir == "" && err == nil {
		dir = filepath.Join(cache, "ferngate", "node_modules")
	}
	for _, name := range names {
		_, err := os.Stat(filepath.Join(dir, name))
		need(t, unless(err == nil, name+": npm ci with testdata/node/package-lock.json, and FERNGATE_NODE_MODULES"))
	}
	return dir
}

// verified is what jsonwebtoken made of a token.
type verified struct {
	Claims map[string]any
	Error  string
}

// verify has jsonwebtoken judge a token at a time in seconds, 0 for now.
func verify(t *testing.T, modules, token, secret string, now float64) (v verified) {
	t.Helper()
	question := map[string]any{"token": token, "secret": secret}
	if now != 0 {
		question["now"] = now
	}
	input, err := json.Marshal(question)
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
	if err := json.Unmarshal(out, &v); err != nil {
		t.Fatalf("node said %q: %v", out, err)
	}
	return v
}
