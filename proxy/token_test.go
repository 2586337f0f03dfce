package proxy

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// claimsOf verifies a token as Ferndesk does, and returns its claims.
func claimsOf(t *testing.T, token string) jwt.MapClaims {
	t.Helper()
	claims := jwt.MapClaims{}
	if _, err := jwt.ParseWithClaims(token, claims, func(*jwt.Token) (any, error) { return []byte(testJWTSecret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired()); err != nil {
		t.Fatalf("%s: %v", token, err)
	}
	return claims
}

// What a script of the page can reach says what Ferndesk is to know, and no more.
func TestK1_WhatScriptsCanReach(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	cookie := g.signIn("alice")
	_, sealed, _ := strings.Cut(cookie, "=")
	claims := claimsOf(t, g.get("/api/ferndesk-token", "Cookie", cookie).body)
	var names []string
	for name := range claims {
		names = append(names, name)
	}
	slices.Sort(names)
	if want := []string{"customAttributes", "email", "exp", "iat", "name", "sub", "userId"}; !slices.Equal(names, want) {
		t.Errorf("claims %q, want %q", names, want)
	}
	for _, target := range []string{"/api/ferndesk-token", signInPath, signOutPath, "/.ferngate/whoami", "/.ferngate/config", "/.ferngate/"} {
		a := g.get(target, "Cookie", cookie)
		for what, secret := range map[string]string{"seal": sealed, "group": "printers", "hash": testHash, "key": testSessionKey, "secret": testJWTSecret} {
			if strings.Contains(a.body, secret) {
				t.Errorf("%s shows the %s", target, what)
			}
		}
	}
}

// The type of a token is text, as the contract has it (the table's JSON is
// decided against); nosniff and the resource policy keep it from a script element.
func TestK2_OtherOrigins(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	cookie := g.signIn("alice")
	for _, headers := range [][]string{
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "cors", "Origin", "https://evil.test"},
		{"Sec-Fetch-Site", "same-site", "Sec-Fetch-Mode", "cors", "Origin", "https://b.test"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "script"},
		{"Sec-Fetch-Site", "cross-site", "Sec-Fetch-Mode", "navigate"},
	} {
		a := g.get("/api/ferndesk-token", append(headers, "Cookie", cookie)...)
		if a.status != http.StatusForbidden || strings.Contains(a.body, "eyJ") {
			t.Errorf("%q: %d %s", headers, a.status, a.body)
		}
	}
	// A client that says nothing of its origin, as over plain HTTP, gets it; a page of another origin cannot read it.
	a := g.get("/api/ferndesk-token", "Cookie", cookie, "Origin", "https://evil.test")
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin",
		"Access-Control-Allow-Origin": "", "Access-Control-Allow-Credentials": "",
	} {
		if v := a.header.Get(name); v != want {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
	preflight := g.send(http.MethodOptions, "/api/ferndesk-token", "", "Origin", "https://evil.test", "Access-Control-Request-Method", "GET")
	if preflight.status < 400 || preflight.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("preflight: %d %v", preflight.status, preflight.header)
	}
}

func TestK3_SharedCache(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	var tokens []string
	for _, login := range []string{"alice", "bob"} {
		a := g.get("/api/ferndesk-token", "Cookie", g.signIn(login))
		if a.header.Get("Cache-Control") != "no-store" || !strings.Contains(a.header.Get("Vary"), "Cookie") || a.header.Get("Etag") != "" {
			t.Errorf("%v", a.header)
		}
		tokens = append(tokens, claimsOf(t, a.body)["sub"].(string))
	}
	if !slices.Equal(tokens, []string{"1001", "1002"}) {
		t.Errorf("tokens of %q", tokens)
	}
}

// That a JWT secret equals a session key is refused by config, which has the
// test; one that does not makes tokens that are no cookies, and the other way round.
func TestK4_KeysApart(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	token := g.get("/api/ferndesk-token", "Cookie", g.signIn("alice")).body
	for _, key := range []string{testSessionKey, ""} {
		if _, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return []byte(key), nil }); err == nil {
			t.Errorf("verifies under %q", key)
		}
	}
}

// Whatever the app serves there, no spelling of the token path reaches it.
func TestK5_AppBehindTheTokenPath(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := "Cookie: " + g.signIn("alice")
	for _, target := range []string{
		"/api/ferndesk-token/", "//api/ferndesk-token", "/api//ferndesk-token", "/api/%66erndesk-token", "/api%2fferndesk-token", "/api/ferndesk-token;x",
		"/api/./ferndesk-token", "/public/../api/ferndesk-token", `/api\ferndesk-token`, "/api/ferndesk-token//", "/api/ferndesk-token%2f", "/x/..;/api/ferndesk-token",
	} {
		if a := g.rawGet(target, cookie); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	if a := g.raw(request("HEAD", "/api/ferndesk-token", cookie), 1)[0]; a.status != http.StatusOK || a.body != "" {
		t.Errorf("HEAD: %d %q", a.status, a.body)
	}
	for _, method := range []string{"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "get"} {
		a := g.raw(request(method, "/api/ferndesk-token", cookie, "Content-Length: 0"), 1)[0]
		if a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != "GET, HEAD" {
			t.Errorf("%s: %d %v", method, a.status, a.header)
		}
	}
	if a := g.rawGet("/api/ferndesk-token?x=1", cookie); a.status != http.StatusOK {
		t.Errorf("with a query: %d", a.status)
	}
	app.none(t)
}

// Debug pages are the app's, if it has any; below /.ferngate/ there are none.
func TestK6_DebugPages(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, withAccess("{ path: /, require: public }"), app.url)
	for _, target := range []string{"/debug/pprof/", "/debug/vars", "/metrics", "/healthz", "/readyz", "/api"} {
		wantForwarded(t, app, target, g.rawGet(target))
	}
	for _, target := range []string{"/.ferngate/config", "/.ferngate/metrics", "/.ferngate/debug/pprof/", "/.ferngate/", "/.ferngate"} {
		if a := g.rawGet(target); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	app.none(t)
}

// TestNever3_SecretsShown sweeps for whole secrets; here nothing of a request
// that may hold one gets into the log at all.
func TestK7_LogHygiene(t *testing.T) {
	g := startGateway(t, testConfig, startRecorder(t, "").url)
	cookie := g.signIn("alice")
	g.get("/api/ferndesk-token?code=Q1w2e3&state=S4r5t6", "Cookie", cookie, "Authorization", "Bearer B7y8u9")
	g.get("/x?code=Q1w2e3&state=S4r5t6", "Cookie", cookie+"; app=C0okie1", "Authorization", "Bearer B7y8u9", "X-Api-Key", "A9p8i7", "Referer", "http://app.test/?code=Q1w2e3")
	g.get("/public/x?token=Q1w2e3", "Cookie", "ferngate=C0okie1", "Proxy-Authorization", "B7y8u9")
	g.get("/x?code=Q1w2e3", "Cookie", "ferngate=C0okie1", "Accept", "text/html")
	if n := g.log.FilterMessage("request").Len(); n < 4 {
		t.Fatalf("only %d lines of the access log", n)
	}
	text := g.logText(t)
	for _, s := range []string{"Q1w2e3", "S4r5t6", "B7y8u9", "A9p8i7", "C0okie1", "alice@corp.test", "code=", "eyJ"} {
		if i := strings.Index(text, s); i >= 0 {
			t.Errorf("the log has %s: %s", s, text[max(0, i-200):i+20])
		}
	}
}

// Nobody can be told apart without an id and an address: 403 that names the
// claim, and says so in the log, without its neighbours' values.
func TestTokenWithoutARequiredClaim(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	a := g.get("/api/ferndesk-token", "Cookie", g.signIn("nomail"))
	if a.status != http.StatusForbidden || !strings.Contains(a.body, "email") || strings.Contains(a.body, "1004") {
		t.Errorf("%d %s", a.status, a.body)
	}
	lines := g.log.FilterMessageSnippet("no token").All()
	if len(lines) != 1 || lines[0].ContextMap()["claim"] != "email" || strings.Contains(lines[0].Message, "1004") {
		t.Errorf("logged %v", lines)
	}
}
