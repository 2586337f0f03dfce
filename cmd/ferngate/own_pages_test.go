package main

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// The gateway whose own pages are looked at, whose app is down. Alice may not
// see /staff/.
const ownPagesConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
session: { keys: [file:session.key] }
sites:
  - upstream: http://127.0.0.1:1
    branding: {branding}
    sign_in:
      password: { users_file: users.yaml }
    access:
      - { path: /, require: required }
      - { path: /staff/, require: required, groups: [staff] }
`

// brandings are how the pages look: as they are, and with all that a site can
// set, in a colour that nobody could read on white.
var brandings = map[string]string{
	"plain":   `{ title: Fernwood Tickets }`,
	"branded": `{ title: Sunny Side Wiki, logo_file: logo.svg, color: "#ffc800" }`,
}

// sunLogo is a logo that was drawn for a light page.
const sunLogo = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><circle cx="24" cy="24" r="12" fill="#ffc800"/>` +
	`<g stroke="#3a2f00" stroke-width="4" stroke-linecap="round"><path d="M24 3v4M24 41v4M3 24h4M41 24h4M9 9l3 3M36 36l3 3M39 9l-3 3M12 36l-3 3"/></g></svg>`

// acceptLanguages are what browsers send for each language of the pages.
var acceptLanguages = map[string]string{
	"en": "en-GB,en;q=0.9", "fr": "fr-FR,fr;q=0.9,en;q=0.8", "de": "de-AT,de;q=0.9,en;q=0.8", "es": "es-419,es;q=0.9,en;q=0.8",
}

// ownPages are answers of the gateway's, by what they are of.
type ownPages map[string]answer

// startOwnPagesGate runs a gateway that looks so.
func startOwnPagesGate(t *testing.T, branding string) string {
	t.Helper()
	return serveGate(t, strings.ReplaceAll(ownPagesConfig, "{branding}", brandings[branding]),
		map[string]string{"users.yaml": gateUsers, "logo.svg": sunLogo})
}

// collectOwnPages gets a page of each kind that the gateway has.
func collectOwnPages(t *testing.T, gate, language string) ownPages {
	t.Helper()
	nobody, alice := newVisitor(t, gate), newVisitor(t, gate)
	for _, v := range []*visitor{nobody, alice} {
		v.headers = []string{"Accept-Language", acceptLanguages[language]}
	}
	wrong := func() answer {
		return nobody.post("/.ferngate/sign-in", url.Values{"login": {"nobody-" + language}, "password": {"x"}})
	}
	pages := ownPages{
		"sign-in":        nobody.get("/.ferngate/sign-in?return_to=%2Fhelp"),
		"wrong-password": wrong(),
		"cookie-lost":    nobody.get("/.ferngate/sign-in", "Referer", gate+"/.ferngate/sign-in"),
		"sign-in-first":  nobody.post("/tickets", url.Values{"title": {"It rains in"}}),
		"not-found":      nobody.get("/.ferngate/nothing"),
		"too-many":       wrong(),
	}
	for range 10 {
		if pages["too-many"].status != http.StatusTooManyRequests {
			pages["too-many"] = wrong()
		}
	}
	alice.signIn("/")
	pages["signed-in-already"] = alice.get("/.ferngate/sign-in")
	pages["sign-out"] = alice.get("/.ferngate/sign-out?return_to=%2Fhelp")
	pages["not-allowed"] = alice.get("/staff/")
	pages["app-down"] = alice.get("/help")
	pages["signed-out"] = alice.post("/.ferngate/sign-out", nil)
	for name, status := range map[string]int{
		"sign-in": 200, "wrong-password": 401, "too-many": 429, "cookie-lost": 200, "sign-in-first": 401, "not-found": 404,
		"signed-in-already": 200, "sign-out": 200, "not-allowed": 403, "app-down": 502, "signed-out": 200,
	} {
		pages[name].want(t, status, `<html lang="`+language+`">`)
	}
	return pages
}

// serveOwnPages shows the pages of a gateway that looks so again, each at
// /LANGUAGE/NAME with its own headers, so that a browser need not go each way to
// it once more.
func serveOwnPages(t *testing.T, branding string) (url string, paths []string) {
	t.Helper()
	gate := startOwnPagesGate(t, branding)
	shown := map[string]answer{}
	for language := range acceptLanguages {
		for name, page := range collectOwnPages(t, gate, language) {
			shown["/"+language+"/"+name] = page
		}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		page, ok := shown[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		for _, name := range []string{"Content-Type", "Content-Language", "Content-Security-Policy", "Referrer-Policy", "Cross-Origin-Opener-Policy"} {
			w.Header()[name] = page.header[name]
		}
		_, _ = w.Write(page.body) // as 200, so that whatever the console complains of is a fault
	}))
	t.Cleanup(server.Close)
	return server.URL, slices.Sorted(maps.Keys(shown))
}
