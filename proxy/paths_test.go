package proxy

import (
	"net/http"
	"strings"
	"testing"
)

// wantSignIn fails the test unless the request was turned away for want of a session.
func wantSignIn(t *testing.T, what string, a answer) {
	t.Helper()
	if a.status != http.StatusUnauthorized && a.status != http.StatusSeeOther {
		t.Errorf("%s: %d %s, want sign-in", what, a.status, a.body)
	}
}

// wantForwarded fails the test unless the app got the target as it was sent.
func wantForwarded(t *testing.T, app *recorder, target string, a answer) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Errorf("%s: %d %s", target, a.status, a.body)
		return
	}
	if got := app.next(t); got.line != "GET "+target+" HTTP/1.1" {
		t.Errorf("%s arrived as %s", target, got.line)
	}
}

// protectedAsSent is the policy that DESIGN.md chose for spellings that differ
// between servers: every reading is judged, and what is forwarded for a person
// who may is what was sent. The table's 400 is for what no server may be handed.
func protectedAsSent(t *testing.T, targets ...string) {
	t.Helper()
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	cookie := "Cookie: " + g.signIn("alice")
	for _, target := range targets {
		wantSignIn(t, target, g.rawGet(target))
		app.none(t)
		wantForwarded(t, app, target, g.rawGet(target, cookie))
	}
}

func TestP1_RawDotSegments(t *testing.T) {
	protectedAsSent(t, "/public/../admin", "/public/../admin/secret", "/public/./../admin/x")
}

func TestP2_EncodedDotSegments(t *testing.T) {
	protectedAsSent(t, "/public/%2e%2e/admin", "/public/.%2E/admin", "/public/..%2fadmin")
}

// Twice encoded is data: it is judged, and forwarded, as what it says.
func TestP2_DoubleEncodedIsLiteral(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, target := range []string{"/public/%252e%252e/admin", "/%2561dmin/secret", "/public/..%252fadmin"} {
		wantForwarded(t, app, target, g.rawGet(target))
	}
}

func TestP3_CaseOfHexDigits(t *testing.T) {
	protectedAsSent(t, "/admin%2fsecret", "/admin%2Fsecret", "/public%5c..%5cadmin", "/public%5C..%5Cadmin", "/public/..%3b/admin", "/public/..%3B/admin")
}

func TestP4_EncodedDelimiters(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	// On a path that is public in every reading they are no harm, and arrive.
	for _, target := range []string{"/public/a%2fb", "/public/a%5cb", "/public/a%3bb", "/public/a%3fb", "/public/a%23b", `/public/a\b`} {
		wantForwarded(t, app, target, g.rawGet(target))
	}
	for _, target := range []string{"/public/%00", "/public/a%00b", "/public/%0d%0aX:1", "/public/%7f"} {
		if a := g.rawGet(target); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	app.none(t)
}

func TestP5_PathParameters(t *testing.T) {
	protectedAsSent(t, "/public/..;/admin", "/admin;x=/public/", "/;x/admin", "/admin;/secret", "/public/..;a=b/admin;c=d/x")
}

func TestP6_QueryIsNoPath(t *testing.T) {
	protectedAsSent(t, "/admin/private?x=/public/status", "/admin?/../public/", "/admin/x?return=http://app.test/public")
}

func TestP7_RawHash(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, target := range []string{"/admin#/public/x", "/public/x#", "/public/#/../../admin", "/page?x#y", "http://app.test/public#/../admin"} {
		if a := g.rawGet(target, "Cookie: "+g.signIn("alice")); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	app.none(t)
	wantForwarded(t, app, "/public/issue%231", g.rawGet("/public/issue%231"))
}

// With an empty list of trusted proxies nobody is believed; and no header of a
// trusted one says which path is judged.
func TestP8_ForwardedUri(t *testing.T) {
	app := startRecorder(t, "")
	for _, text := range []string{adminOnly, behindProxy(adminOnly)} {
		g := startGateway(t, text, app.url)
		wantSignIn(t, "X-Forwarded-Uri", g.rawGet("/admin", "X-Forwarded-Uri: /public", "X-Original-URL: /public", "X-Rewrite-URL: /public",
			"X-Forwarded-Prefix: /public", "X-Forwarded-Path: /public", "X-Accel-Redirect: /public"))
	}
	app.none(t)
}

func TestP11_HostSpellings(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, host := range []string{"app.test", "APP.Test", "app.test.", "app.test:443", "App.Test.:8080", "app.test:"} {
		wantSignIn(t, host, g.rawGet("/admin/x", "Host: "+host))
		app.none(t)
		if a := g.rawGet("/page", "Host: "+host); a.status != http.StatusOK {
			t.Errorf("%s: %d %s", host, a.status, a.body)
		}
		// Which spelling it was is the app's to know: it builds its links from it.
		if got := app.next(t).values("Host"); len(got) != 1 || got[0] != host {
			t.Errorf("the app got Host %q, want %s", got, host)
		}
	}
	for _, host := range []string{"b.test", "app.test.evil.test", "evil-app.test", "xapp.test", "app.test..", "127.0.0.1", "[::1]", ""} {
		if a := g.rawGet("/page", "Host: "+host); a.status != http.StatusMisdirectedRequest {
			t.Errorf("%q: %d %s", host, a.status, a.body)
		}
	}
	app.none(t)
}

// There is no key for it: required rules always compare without case, since the
// app may be one that does not tell /admin from /ADMIN. Public ones do not.
func TestP12_CaseInsensitiveApp(t *testing.T) {
	protectedAsSent(t, "/ADMIN", "/Admin/secret", "/aDMIN%2Fx", "/public/../ADMIN/x")
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	wantSignIn(t, "/PUBLIC/x", g.rawGet("/PUBLIC/x"))
	app.none(t)
}

func TestP14_OneRouteForAll(t *testing.T) {
	app, other := startRecorder(t, ""), startRecorder(t, "")
	g := startGateway(t, adminOnly+"  - { host: other.test, upstream: \""+other.url+"\" }\n", app.url)
	for _, target := range []string{"//.ferngate/sign-in", "/x/../.ferngate/sign-in", "/%2eferngate/sign-in", "/.ferngate", "/.ferngate/../page", "/.ferngate;x/y"} {
		if a := g.rawGet(target); a.status != http.StatusNotFound {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	app.none(t)
	// A rule covers whole segments.
	wantForwarded(t, app, "/administrator", g.rawGet("/administrator"))
	wantForwarded(t, app, "/admin-x/secret", g.rawGet("/admin-x/secret"))
	// Site, rule and app belong together, and the log says so.
	wantForwarded(t, other, "/admin/secret", g.rawGet("/admin/secret", "Host: other.test"))
	if site := g.accessLine(t)["site"]; site != "other.test" {
		t.Errorf("the log says %v", site)
	}
	app.none(t)
}

func TestP15_EncodedSlashLeavesAPublicFolder(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, target := range []string{"/public/..%2fadmin/secret", "/public%2f..%2f", "/public/x/..%2f..%2fpage"} {
		wantSignIn(t, target, g.rawGet(target))
	}
	app.none(t)
}

func TestP16_PrefixOfASegment(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, withAccess("{ path: /, require: required }", "{ path: /health, require: public }"), app.url)
	wantSignIn(t, "/health-admin", g.rawGet("/health-admin"))
	wantSignIn(t, "/healthz", g.rawGet("/healthz"))
	if a := g.rawGet("/healthz/../../admin"); a.status != http.StatusBadRequest {
		t.Errorf("above the root: %d", a.status)
	}
	app.none(t)
	wantForwarded(t, app, "/health/live", g.rawGet("/health/live"))
}

// A path that could not be sent on as it came is refused; no other is.
func TestPathThatCannotBeSentOn(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, target := range []string{`//a"b`, "//a|b", `///a\b`, "//a^b/%2e", `http://app.test//a"b`} {
		if a := g.rawGet(target, "Cookie: "+g.signIn("alice")); a.status != http.StatusBadRequest {
			t.Errorf("%s: %d", target, a.status)
		}
	}
	app.none(t)
	for _, target := range []string{"//a/b", "///a//b/", "//a%22b", `/a"b|c\d`, `/a^b{c}`, `/x//a"b`, `//a/b?"|`} {
		wantForwarded(t, app, target, g.rawGet(target))
	}
}

// A health check is known by its path and rule, never by what it calls itself.
func TestP17_UserAgentIsNoPass(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	for _, agent := range []string{"kube-probe/1.29", "GoogleHC/1.0", "ELB-HealthChecker/2.0"} {
		wantSignIn(t, agent, g.rawGet("/admin", "User-Agent: "+agent))
		wantSignIn(t, agent, g.rawGet("/admin/healthz", "User-Agent: "+agent))
	}
	app.none(t)
}

func TestP18_AddressIsNoPass(t *testing.T) {
	app := startRecorder(t, "")
	for _, text := range []string{adminOnly, behindProxy(adminOnly)} {
		g := startGateway(t, text, app.url)
		wantSignIn(t, "spoofed address", g.rawGet("/admin", "X-Real-IP: 10.0.0.1", "X-Forwarded-For: 127.0.0.1", "True-Client-IP: 127.0.0.1"))
	}
	app.none(t)
}

func TestP19_MethodOverride(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, withAccess("{ path: /, require: required }", "{ path: /form/, require: public, methods: [GET] }"), app.url)
	wantForwarded(t, app, "/form/x", g.rawGet("/form/x"))
	for _, line := range []string{"X-HTTP-Method-Override: GET", "X-Forwarded-Method: GET", "X-Method-Override: GET", "X-HTTP-Method: GET"} {
		wantSignIn(t, line, g.raw(request("POST", "/form/x?_method=GET", line, "Content-Length: 0"), 1)[0])
	}
	app.none(t)
}

func TestP20_ProtocolEdges(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	// The absolute form's host wins over Host (RFC 9112, section 3.2.2), and is checked.
	if a := g.rawGet("http://other.test/page"); a.status != http.StatusMisdirectedRequest {
		t.Errorf("absolute form of another host: %d", a.status)
	}
	wantSignIn(t, "absolute form", g.rawGet("http://app.test/admin", "Host: other.test"))
	for _, target := range []string{"app.test:443", "/admin", "*"} {
		if a := g.raw(request("CONNECT", target), 1)[0]; a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") == "" {
			t.Errorf("CONNECT %s: %d %v", target, a.status, a.header)
		}
	}
	for _, target := range []string{"*", "http://app.test"} {
		if a := g.raw(request("OPTIONS", target), 1)[0]; a.status != http.StatusNoContent || a.header.Get("Cache-Control") != "no-store" {
			t.Errorf("OPTIONS %s: %d %v", target, a.status, a.header)
		}
	}
	if a := g.rawGet("*"); a.status != http.StatusBadRequest {
		t.Errorf("GET *: %d", a.status)
	}
	app.none(t)
	g.rawGet("http://app.test/page?x=1", "Host: other.test")
	got := app.next(t)
	if got.line != "GET /page?x=1 HTTP/1.1" || strings.Join(got.values("Host"), ",") != "app.test" {
		t.Errorf("%s %q", got.line, got.headers)
	}
}
