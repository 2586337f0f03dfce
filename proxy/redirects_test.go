package proxy

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// wantLands signs in with a return path and checks where that leads.
func wantLands(t *testing.T, g *gateway, returnTo, want string) {
	t.Helper()
	credentials := url.Values{"login": {"alice"}, "password": {testPassword}}
	for how, a := range map[string]answer{
		"query": g.postForm(signInPath+"?return_to="+url.QueryEscape(returnTo), credentials),
		"form":  g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}, "return_to": {returnTo}}),
	} {
		if a.status != http.StatusSeeOther || a.header.Get("Location") != want {
			t.Errorf("%s %q: %d to %q, want %q", how, returnTo, a.status, a.header.Get("Location"), want)
		}
	}
}

func TestR1_SlashesAndBackslashes(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, path := range []string{`/\evil.test`, "//evil.test", `\\evil.test`, "/%5cevil.test", "/%2fevil.test", `/\/evil.test`, `\/evil.test`, "///evil.test"} {
		wantLands(t, g, path, "/")
	}
	wantLands(t, g, "/tickets?id=7&x=//evil.test", "/tickets?id=7&x=//evil.test")
}

func TestR2_WhiteSpaceAndDots(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, path := range []string{"/%09/evil.test", "/%0a/evil.test", "/.//evil.test", "/ /evil.test", "/\t/evil.test", "/\n/evil.test", "/..//evil.test",
		"/x/..//evil.test", " //evil.test", "/%2e%2f/evil.test", "/%00/evil.test"} {
		wantLands(t, g, path, "/")
	}
}

// Only paths of this origin are return paths; no host of any kind is.
func TestR3_OtherOrigins(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, path := range []string{"https://evilapp.test/", "https://app.test.evil.test", "https://app.test@evil.test", "https://app.test:1@evil",
		"http://app.test/x", "https:evil.test", "https:/evil.test", "//app.test@evil.test", "evil.test", "?x", "@evil.test"} {
		wantLands(t, g, path, "/")
	}
}

func TestR4_SignOutTarget(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, target := range []string{"https://evil.test", "//evil.test", `/\evil.test`} {
		cookie := g.signIn("alice")
		a := g.postForm(signOutPath+"?return_to="+url.QueryEscape(target), nil, "Cookie", cookie)
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/" || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
			t.Errorf("%s: %d %v", target, a.status, a.header)
		}
		if a := g.get("/api/ferndesk-token", "Cookie", cookie); a.status != http.StatusUnauthorized {
			t.Errorf("%s: still signed in: %d", target, a.status)
		}
	}
	// A link signs nobody out: it asks.
	cookie := g.signIn("alice")
	if a := g.get(signOutPath+"?return_to=//evil.test", "Cookie", cookie); a.status != http.StatusOK || strings.Contains(a.body, "evil.test") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := g.get("/api/ferndesk-token", "Cookie", cookie); a.status != http.StatusOK {
		t.Errorf("signed out by a link: %d", a.status)
	}
}

// The return path travels in the page's form, where anybody can change it: it
// is validated again when it is used.
func TestR5_ValidatedAtUse(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	page := g.get(signInPath+"?return_to=%2Ftickets", "Accept", "text/html")
	if !strings.Contains(page.body, `name="return_to" value="/tickets"`) {
		t.Fatalf("no return path in the form: %s", page.body)
	}
	wantLands(t, g, "//evil.test", "/")
	if page := g.get(signInPath+"?return_to=//evil.test", "Accept", "text/html"); strings.Contains(page.body, "evil.test") {
		t.Errorf("an unsafe path in the form: %s", page.body)
	}
}

// There is no sealed state yet, as there is no other party that returns to us:
// return_to is the only parameter, and any value of it is safe (R1 to R3).
// What is not a parameter is ignored.
func TestR6_OtherParameters(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	a := g.postForm(signInPath+"?rd=//evil.test&redirect_uri=//evil.test&return_to=/x&return_to=//evil.test&user=bob&method=none",
		url.Values{"login": {"alice"}, "password": {testPassword}, "user_id": {"1"}, "secure": {"1"}})
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/x" {
		t.Errorf("%d %v", a.status, a.header)
	}
	// Credentials count in the form only: an address ends up in logs.
	if a := g.postForm(signInPath+"?login=alice&password="+testPassword, nil); a.status != http.StatusUnauthorized {
		t.Errorf("credentials in the query: %d", a.status)
	}
}

func TestR7_MarkupInPages(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	const script = `"><script>alert(1)</script>`
	credentials := url.Values{"login": {script}, "password": {"x"}, "return_to": {"/" + script}}
	cookie := "Cookie: " + g.signIn("bob")
	escaped := url.QueryEscape(script)
	for what, a := range map[string]answer{
		"sign-in":     g.get(signInPath+"?return_to=/"+escaped, "Accept", "text/html", "Referer", script),
		"bad sign-in": g.postForm(signInPath, credentials, "Accept", "text/html"),
		"sign-out":    g.get(signOutPath+"?return_to=/x"+escaped, "Accept", "text/html", "Referer", script),
		"signed out":  g.postForm(signOutPath, nil, "Accept", "text/html"),
		"bad path":    g.rawGet("/"+script+"%00", "Accept: text/html"),
		"no endpoint": g.rawGet("/.ferngate/"+script, "Accept: text/html"),
		"bad gateway": g.rawGet("/public/"+script+"?"+script, "Accept: text/html"),
		"not allowed": g.rawGet("/staff/"+script+"?"+script, "Accept: text/html", cookie),
		"wrong host":  g.rawGet("/", "Host: other.test", "Accept: text/html", "Referer: "+script),
	} {
		if strings.Contains(strings.ToLower(a.body), "<script") || !strings.Contains(a.body, "<!doctype html>") {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
		csp := a.header.Get("Content-Security-Policy")
		if !strings.HasPrefix(csp, "default-src 'none'; ") || strings.Contains(csp, "unsafe") || strings.Contains(csp, "script-src") ||
			!strings.Contains(csp, "base-uri 'none'") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: Content-Security-Policy %q", what, csp)
		}
		if a.header.Get("Cache-Control") != "no-store" || a.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", what, a.header)
		}
	}
	// JSON is no markup to a browser that keeps to its type.
	a := g.rawGet("/.ferngate/" + script)
	if a.header.Get("Content-Type") != "application/json" || a.header.Get("X-Content-Type-Options") != "nosniff" || strings.Contains(a.body, "script") {
		t.Errorf("%v %s", a.header, a.body)
	}
}

func TestR8_DataInReturnTo(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, path := range []string{"/" + strings.Repeat("a", 4096), "javascript:alert(1)", "data:text/html,x", "JaVaScRiPt://%0aalert(1)", "vbscript:x", "/.ferngate/sign-out"} {
		wantLands(t, g, path, "/")
	}
}

func TestR9_TokenNeverRedirects(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, headers := range [][]string{
		nil, {"Accept", "text/html"}, {"Accept", "*/*"}, {"Accept", "application/json"}, {"Accept", ""},
		{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "none", "Accept", "text/html"}, {"Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "same-origin"},
		{"Cookie", "ferngate=garbage"}, {"X-Requested-With", "XMLHttpRequest"},
	} {
		a := g.get("/api/ferndesk-token?x=1", headers...)
		if a.status != http.StatusUnauthorized || a.body != `{"error":"Not authenticated"}` || a.header.Get("Location") != "" ||
			a.header.Get("Content-Type") != "application/json" || a.header.Get("Cache-Control") != "no-store" || len(a.header["Set-Cookie"]) > 0 {
			t.Errorf("%q: %d %v %s", headers, a.status, a.header, a.body)
		}
	}
}

// An address that is too long to return to leads to sign-in all the same: the
// Location does not carry it.
func TestR8_AddressTooLongToReturnTo(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, target := range []string{"/" + strings.Repeat("a", 60_000), "/x?" + strings.Repeat(`"`, 60_000)} {
		if a := g.rawGet(target, "Accept: text/html"); a.status != http.StatusSeeOther || a.header.Get("Location") != signInPath {
			t.Errorf("%.20s…: %d to %.100s", target, a.status, a.header.Get("Location"))
		}
	}
	app.none(t)
}
