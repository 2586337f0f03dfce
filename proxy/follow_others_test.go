package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// Other people's cookies, other hosts, other methods: what was learnt of one is
// no other's.

// wantTold fails unless the app was told that user asks, with the last request for a path.
func (a *legacyApp) wantTold(t *testing.T, path, user string) {
	t.Helper()
	if got := a.lastSeen(path); got != user {
		t.Errorf("%s: the app is told of %q, want %q", path, got, user)
	}
}

// withPassword is appSite where people may sign in here as well.
var withPassword = strings.Replace(appSite, "    sign_in:\n", "    sign_in:\n      password: { users_file: users.yaml }\n", 1)

// signInHere signs in by password.
func (b *browser) signInHere(login string) {
	b.t.Helper()
	name, value, _ := strings.Cut(b.gateways[0].signIn(login), "=")
	b.cookies[name] = cookie{value, "/"}
}

// The session cookie of ours that somebody else put into a browser, by plain
// HTTP or from a host beside, says nothing of the app's cookie there.
func TestAPlantedCookieOfOursNamesNobodyElse(t *testing.T) {
	for name, sessions := range map[string][]string{
		"from one session": {"m1"}, "from two of the same person": {"m1", "m2"},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t)
			app.is("m1", "mallory")
			app.is("m2", "mallory")
			app.is("x", "alice")
			g := startGateway(t, appSite, app.url)
			mallory, alice := newBrowser(t, g), newBrowser(t, g)
			for _, id := range sessions {
				mallory.cookies["sid"] = cookie{id, "/"}
				mallory.open("/")
				mallory.wantToken("mallory")
			}
			plant := func() {
				alice.cookies = map[string]cookie{"sid": {"x", "/"}, "ferngate": mallory.cookies["ferngate"]}
			}
			plant()
			alice.wantToken("alice")
			plant()
			alice.fetch("/private/x")
			app.wantTold(t, "/private/x", "alice")
			plant()
			alice.open("/hello")
			app.wantTold(t, "/hello", "alice")
		})
	}
}

func TestACookieThatTheAppNeverGaveOutOpensNothing(t *testing.T) {
	app := startLegacyApp(t)
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	b.wantToken("alice")
	b.cookies["sid"] = cookie{"garbage", "/"}
	thief := b.copy()
	if a := thief.fetch("/private/x"); a.status != http.StatusUnauthorized {
		t.Errorf("a required path: %d", a.status)
	}
	b.wantToken("Unauthorized")
}

// A script's sign-in is answered 200, with another cookie: the identity headers
// of what it fetches next are never those of the person before.
func TestAfterASignInByScriptTheAppIsNotToldOfThePersonBefore(t *testing.T) {
	for name, c := range map[string]struct {
		path string // the cookie's
		want string // whom the app is told of where it has another path
	}{"the cookie reaches everywhere": {"/", "bob"}, "the cookie has a path": {"/app/", ""}} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				a.path = c.path
				a.pages["/app/login"] = func(w http.ResponseWriter, _ *http.Request) { a.set(w, "y") }
			})
			app.is("x", "alice")
			app.is("y", "bob")
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.cookies["sid"] = cookie{"x", c.path}
			b.open("/app/page")
			b.fetch("/data")
			app.wantTold(t, "/data", "alice")
			b.send(http.MethodPost, "/app/login", url.Values{"user": {"bob"}}, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "same-origin")
			b.fetch("/data")
			app.wantTold(t, "/data", c.want)
			b.fetch("/app/data")
			app.wantTold(t, "/app/data", "bob")
		})
	}
}

// A page that gives out another cookie, as one that signs somebody in by a link
// or begins a new session does, without a redirect.
func TestAPageThatGivesOutAnotherCookieIsNotTheSamePersons(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		user  string // whose the new session is
		want  string
	}{
		"somebody else's":                         {[]string{"sid=y; Path=/"}, "bob", "bob"},
		"a stranger's":                            {[]string{"sid=y; Path=/"}, "", "Unauthorized"},
		"somebody else's, and the old is gone":    {[]string{"sid=gone; Max-Age=0; Path=/", "sid=y; Path=/"}, "bob", "bob"},
		"a stranger's, and the old cookie is too": {[]string{"sid=gone; Max-Age=0; Path=/", "sid=y; Path=/"}, "", "Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				a.pages["/link"] = func(w http.ResponseWriter, _ *http.Request) { w.Header()["Set-Cookie"] = c.lines }
			})
			app.is("x", "alice")
			app.is("y", c.user)
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.cookies["sid"] = cookie{"x", "/"}
			b.open("/")
			b.open("/link")
			if got := b.cookies["sid"].value; got != "y" {
				t.Fatalf("the browser has %q", got)
			}
			b.wantToken(c.want)
		})
	}
}

// One site for any host, one app that knows other people at each.
func TestTwoHostsOfOneSiteAreAskedAboutEachForItself(t *testing.T) {
	people := map[string]string{"one.test": "alice", "two.test": "bob"}
	site := strings.Replace(appSite, "  - host: app.test\n    upstream", "  - upstream", 1)
	for name, c := range map[string]struct {
		site string
		at   func(host string) []string
	}{
		"by Host":             {site, func(host string) []string { return []string{"Host", host} }},
		"by X-Forwarded-Host": {behindProxy(site), func(host string) []string { return []string{"Host", "inner.test", "X-Forwarded-Host", host} }},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				a.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
					user := people[r.Header.Get("X-Forwarded-Host")]
					w.Header().Set("Content-Type", "application/json")
					fmt.Fprintf(w, `{"user":{"login":%q,"email":"x@corp.test"}}`, user)
				}
			})
			b := newBrowser(t, startGateway(t, c.site, app.url))
			b.cookies["sid"] = cookie{"x", "/"}
			for range 2 { // with our cookie from the one host at the other
				for host, user := range people {
					b.headers = c.at(host)
					b.wantToken(user)
					b.open("/hello")
					app.wantTold(t, "/hello", user)
				}
			}
			for host, user := range people { // and without
				other := newBrowser(t, b.gateways...)
				other.cookies["sid"], other.headers = cookie{"x", "/"}, c.at(host)
				other.wantToken(user)
			}
		})
	}
}

// The app's person counts before another method's, also while the app cannot
// tell who that is.
func TestWhileTheAppCannotTellNobodyElseIsTaken(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, withPassword, app.url, rechecked(0)))
	b.signInHere("bob")
	b.signIn("alice")
	b.wantToken("alice")
	app.change(func(a *legacyApp) { a.status = http.StatusServiceUnavailable })
	b.wantToken("Service Unavailable")
	if a := b.open("/private/x"); a.status != http.StatusServiceUnavailable {
		t.Errorf("a required page: %d", a.status)
	}
	b.open("/hello")
	app.wantTold(t, "/hello", "")
}

// What is remembered is of another cookie than the one that came: it does not
// serve while the app cannot tell, however long an identity may.
func TestWhileTheAppCannotTellOtherCookiesAreNobodys(t *testing.T) {
	for _, staleFor := range []time.Duration{0, time.Hour} {
		t.Run(fmt.Sprint("stale_for: ", staleFor), func(t *testing.T) {
			app := startLegacyApp(t)
			b := newBrowser(t, startGateway(t, appSite, app.url, func(c *config.Config) { c.Sites[0].SignIn.App.StaleFor = staleFor }))
			b.signIn("alice")
			b.wantToken("alice")
			app.change(func(a *legacyApp) { a.status = http.StatusServiceUnavailable })
			app.is("y", "bob")
			b.cookies["sid"] = cookie{"y", "/"} // by another host, or by script
			b.wantToken("Service Unavailable")
			if a := b.fetch("/private/x"); a.status != http.StatusServiceUnavailable {
				t.Errorf("a required path: %d", a.status)
			}
		})
	}
}
