package proxy

import (
	"compress/gzip"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"
)

// whoami is what a page is told of who is signed in.
func (g *gateway) whoami(headers ...string) (answer, asker) {
	g.t.Helper()
	a := g.get("/.ferngate/whoami", headers...)
	var who asker
	if a.status == http.StatusOK {
		if err := json.Unmarshal([]byte(a.body), &who); err != nil {
			g.t.Fatalf("%s: %v", a.body, err)
		}
	}
	return a, who
}

// The script is the same for everybody, and kept for ever under its own name alone.
func TestWidgetScript(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, widgetConfig, app.url)
	_, src, _ := strings.Cut(g.element(), `src="`)
	src, _, _ = strings.Cut(src, `"`)

	a := g.get(src)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "text/javascript; charset=utf-8" ||
		a.header.Get("X-Content-Type-Options") != "nosniff" || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" {
		t.Errorf("%s: %d %v", src, a.status, a.header)
	}
	if !strings.Contains(a.body, "widget_01test") || strings.Contains(a.body, testJWTSecret) {
		t.Error("the script has not the site's settings, or a secret")
	}
	zipped := g.get(src, "Accept-Encoding", "br, gzip")
	z, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatal(err)
	}
	if body, err := io.ReadAll(z); err != nil || string(body) != a.body || zipped.header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("in gzip it is another, or has Vary: %s", zipped.header.Get("Vary"))
	}
	if as := g.get(src, "Cookie", g.signIn("alice")); as.body != a.body || len(as.header["Set-Cookie"]) > 0 {
		t.Error("the script of somebody who is signed in is another")
	}
	// A replica asked for another version serves its own, and has nobody keep it.
	for _, target := range []string{"/.ferngate/widget.js", "/.ferngate/widget.js?v=0123456789abcdef", src + "&x"} {
		if other := g.get(target); other.body != a.body || other.header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %d %v", target, other.status, other.header)
		}
	}
	if a := g.send(http.MethodPost, src, ""); a.status != http.StatusMethodNotAllowed || a.header.Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", a.status, a.header)
	}
	app.none(t)
	// Without a widget there is no script, but never the app's in its place.
	without := startGateway(t, testConfig, app.url)
	if a := without.get(src); a.status != http.StatusNotFound {
		t.Errorf("without a widget: %d", a.status)
	}
	app.none(t)
}

// whoami is always 200, names nobody, and tells one person from another.
func TestWhoami(t *testing.T) {
	g := startGateway(t, widgetConfig, startRecorder(t, "").url)
	a, who := g.whoami()
	if a.status != http.StatusOK || a.body != `{"user":null}` || who.User != nil {
		t.Errorf("of nobody: %d %s", a.status, a.body)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Vary": "Cookie", "Content-Type": "application/json",
		"X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "same-origin", "Access-Control-Allow-Origin": "",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}

	alice := g.signIn("alice")
	a, who = g.whoami("Cookie", alice)
	if who.User == nil || strings.Contains(a.body, "1001") || strings.Contains(a.body, "alice") || len(a.header["Set-Cookie"]) > 0 {
		t.Fatalf("of alice: %d %s %v", a.status, a.body, a.header)
	}
	if left := time.Until(time.Unix(who.Until, 0)); left <= 0 || left > 7*24*time.Hour {
		t.Errorf("until %d", who.Until)
	}
	_, again := g.whoami("Cookie", g.signIn("alice"))
	_, bob := g.whoami("Cookie", g.signIn("bob"))
	if again.User == nil || *again.User != *who.User || bob.User == nil || *bob.User == *who.User {
		t.Errorf("alice %v and %v, bob %v", who.User, again.User, bob.User)
	}
	elsewhere := startGateway(t, strings.ReplaceAll(widgetConfig, "app.test", "other.test"), startRecorder(t, "").url)
	elsewhere.host = "other.test"
	if _, other := elsewhere.whoami("Cookie", elsewhere.signIn("alice")); other.User == nil || *other.User == *who.User {
		t.Errorf("at another site alice is %v", other.User)
	}
	// Who can get no token is nobody here.
	if a, who := g.whoami("Cookie", g.signIn("nomail")); who.User != nil || a.status != http.StatusOK {
		t.Errorf("of somebody without an address: %s", a.body)
	}
	// Pages of other origins are not told.
	for _, site := range []string{"cross-site", "same-site"} {
		if a, _ := g.whoami("Cookie", alice, "Sec-Fetch-Site", site); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", site, a.status)
		}
	}
	if line := g.log.FilterMessage("request").All(); line[len(line)-1].ContextMap()["path"] != "/.ferngate/whoami" {
		t.Errorf("logged: %v", line)
	}
}

// While the app that signs people in cannot tell, a page is told just that.
func TestWhoamiUndecided(t *testing.T) {
	app := startLegacyApp(t)
	g := startGateway(t, appSite, app.url)
	b := newBrowser(t, g)
	b.signIn("alice")
	if a := b.fetch("/.ferngate/whoami"); !strings.Contains(a.body, `"user":"`) {
		t.Fatalf("of alice: %s", a.body)
	}
	app.change(func(a *legacyApp) { a.status = http.StatusInternalServerError })
	stranger := newBrowser(t, g)
	stranger.cookies["sid"] = cookie{"some session", "/"}
	if a := stranger.fetch("/.ferngate/whoami"); a.status != http.StatusOK || a.body != `{"user":null,"undecided":true}` {
		t.Errorf("undecided: %d %s", a.status, a.body)
	}
}
