package proxy

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// rechecked makes an answer of the app's count for d.
func rechecked(d time.Duration) func(*config.Config) {
	return func(c *config.Config) { c.Sites[0].SignIn.App.Recheck = d }
}

func TestWhoSignsInToTheAppIsSignedIn(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url))
	a := b.fetch("/api/ferndesk-token")
	if a.status != http.StatusUnauthorized || a.body != notAuthenticated {
		t.Errorf("a stranger's token: %d %s", a.status, a.body)
	}
	if app.askedTimes() != 0 {
		t.Error("the app was asked about a request without a session cookie")
	}
	b.signIn("alice")
	b.wantToken("alice")
	b.open("/hello")
	if got := app.lastSeen("/hello"); got != "alice" {
		t.Errorf("the app is told of %q", got)
	}
	if n := app.askedTimes(); n != 1 {
		t.Errorf("the app was asked %d times", n)
	}
}

func TestTheTokenNeedsNoPageAfterSignIn(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.send(http.MethodPost, "/login", url.Values{"user": {"alice"}})
	b.wantToken("alice")
}

// Signing out, in whichever way the app does it, leaves no token behind: on the
// very next request, with or without a copy of the cookies.
func TestSignOutOfTheAppEndsTheSession(t *testing.T) {
	for name, test := range map[string]struct {
		habit  func(*legacyApp)
		logout string
	}{
		"the cookie is cleared":                              {func(*legacyApp) {}, "/logout"},
		"the cookie is cleared but copies live on":           {func(a *legacyApp) { a.copiesLive = true }, "/logout"},
		"a configured request, and the cookie stays":         {func(a *legacyApp) { a.keepsID = true }, "/quiet-logout"},
		"a configured request, and the cookie is still good": {func(a *legacyApp) { a.keepsID, a.copiesLive = true, true }, "/quiet-logout"},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, test.habit)
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.signIn("alice")
			b.wantToken("alice")
			copied := newBrowser(t, b.gateways...)
			for name, c := range b.cookies {
				copied.cookies[name] = c
			}
			b.open(test.logout)
			b.wantToken("Unauthorized")
			b.open("/")
			b.wantToken("Unauthorized")
			copied.wantToken("Unauthorized")
			b.signIn("alice")
			b.wantToken("alice")
		})
	}
}

// One person after the other in the same browser: no token is the one before's.
func TestUserSwitchWithoutSignOut(t *testing.T) {
	for name, habit := range map[string]func(*legacyApp){
		"the app renews the cookie": func(*legacyApp) {},
		"the app keeps the cookie":  func(a *legacyApp) { a.keepsID = true },
		"every answer rolls it":     func(a *legacyApp) { a.rolls = true },
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, habit)
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.signIn("alice")
			b.wantToken("alice")
			b.send(http.MethodPost, "/login", url.Values{"user": {"bob"}})
			b.wantToken("bob")
			b.send(http.MethodPost, "/quiet-login", url.Values{"user": {"carol"}})
			b.wantToken("carol")
			b.open("/sso?user=dora")
			b.wantToken("dora")
			b.open("/hello")
			if got := app.lastSeen("/hello"); got != "dora" {
				t.Errorf("the app is told of %q", got)
			}
		})
	}
}

// A request that was under way with the cookies from before tells nothing of
// those that came meanwhile, even if its answer is the last to arrive.
func TestALateAnswerAboutTheCookiesFromBefore(t *testing.T) {
	for name, c := range map[string]struct {
		before string
		habit  func(*legacyApp)
	}{
		"a stranger's": {"", func(*legacyApp) {}}, "somebody else's": {"alice", func(*legacyApp) {}},
		"somebody else's, and still good": {"alice", func(a *legacyApp) { a.forgetsNone = true }},
		"somebody else's, which rolled":   {"alice", func(a *legacyApp) { a.forgetsNone, a.rolls = true, true }},
	} {
		before := c.before
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, c.habit)
			b := newBrowser(t, startGateway(t, appSite, app.url))
			if before != "" {
				b.signIn(before)
				for range 3 { // so that it is known whether the cookie rolls
					b.open("/")
					b.wantToken(before)
				}
			} else {
				b.send(http.MethodGet, "/login", nil) // hands out a cookie
			}
			late := newBrowser(t, b.gateways...)
			maps.Copy(late.cookies, b.cookies)
			b.send(http.MethodPost, "/login", url.Values{"user": {"bob"}})
			for _, request := range []func(){func() { late.open("/hello") }, func() { late.tokenOf() }} {
				request()
				if ours, answered := late.cookies["ferngate"]; answered {
					b.cookies["ferngate"] = ours
				}
				b.wantToken("bob")
				b.open("/hello")
				if got := app.lastSeen("/hello"); got != "bob" {
					t.Errorf("the app is told of %q", got)
				}
			}
		})
	}
}

func TestEndOfTheAppsSessionIsSeenWithinRecheck(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url, rechecked(time.Millisecond)))
	b.signIn("alice")
	b.wantToken("alice")
	app.change(func(a *legacyApp) { clear(a.sessions) })
	time.Sleep(2 * time.Millisecond) // recheck, on the real clock
	b.wantToken("Unauthorized")
}

func TestACookieThatIsGoneIsASignOut(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.signIn("alice")
	sid := b.cookies["sid"]
	delete(b.cookies, "sid")
	// From elsewhere it may be missing because of SameSite=Strict.
	b.send(http.MethodGet, "/", nil, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site")
	b.cookies["sid"] = sid
	asked := app.askedTimes()
	b.wantToken("alice")
	if app.askedTimes() != asked {
		t.Error("a link from elsewhere made the session be forgotten")
	}
	delete(b.cookies, "sid")
	b.wantToken("Unauthorized")
}

// Tomcat's cookie never reaches a token path at the root: what was learnt on the
// app's pages counts there, while it is fresh.
func TestACookieWithAPathIsKnownWhereItDoesNotReach(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.path = "/app/" })
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/app/"}
	app.change(func(a *legacyApp) { a.sessions["x"] = "alice" })
	b.wantToken("Unauthorized") // nobody has told yet
	b.open("/app/page")
	b.wantToken("alice")
	b.open("/")
	b.wantToken("alice")
	delete(b.cookies, "sid")
	b.open("/app/page")
	b.wantToken("Unauthorized")
}

// A simple client says neither Sec-Fetch nor text/html. What its requests carry
// is learnt once, and after a sign that somebody else signed in.
func TestSimpleClientsAreFollowedToo(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.path = "/app/" })
	b := newBrowser(t, startGateway(t, appSite, app.url))
	get := func(path string) {
		for range 3 {
			b.send(http.MethodGet, path, nil, "Accept", "*/*")
		}
	}
	b.cookies["sid"] = cookie{"x", "/app/"}
	app.change(func(a *legacyApp) { a.sessions["x"] = "alice" })
	get("/app/page")
	b.wantToken("alice")
	app.change(func(a *legacyApp) { a.sessions["x"] = "bob" })
	b.send(http.MethodGet, "/sso", nil, "Accept", "*/*")
	get("/app/page")
	b.wantToken("bob")
	get("/app/script.js")
	if n := app.askedTimes(); n != 2 {
		t.Errorf("the app was asked %d times", n)
	}
}

// That their bytes roll is known after the second time.
func TestAnonymousSessionsAreNotAskedAboutAgain(t *testing.T) {
	for name, test := range map[string]struct {
		habit func(*legacyApp)
		asked int
	}{
		"plain": {func(*legacyApp) {}, 1}, "rolling": {func(a *legacyApp) { a.rolls = true }, 2},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, test.habit)
			b := newBrowser(t, startGateway(t, appSite, app.url, rechecked(time.Millisecond)))
			b.open("/login") // hands out a cookie
			for range 5 {
				b.open("/")
				b.wantToken("Unauthorized")
			}
			if n := app.askedTimes(); n != test.asked {
				t.Errorf("the app was asked %d times about a stranger", n)
			}
			b.signIn("alice")
			b.wantToken("alice")
		})
	}
}

func TestAPageOfFortyAssetsCausesOneProbeAtMost(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.send(http.MethodPost, "/login", url.Values{"user": {"alice"}})
	before := app.askedTimes()
	b.open("/private/page")
	for i := range 40 {
		b.send(http.MethodGet, fmt.Sprintf("/private/%d.png", i), nil, "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "Sec-Fetch-Site", "same-origin")
	}
	b.wantToken("alice")
	if n := app.askedTimes() - before; n != 1 {
		t.Errorf("the app was asked %d times", n)
	}
}

// An app that rolls its cookies is asked once more, to know that it does.
func TestRollingCookiesAreAskedAboutOnceMore(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.rolls = true })
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.signIn("alice")
	for range 10 {
		b.open("/private/page")
		b.wantToken("alice")
	}
	if n := app.askedTimes(); n != 2 {
		t.Errorf("the app was asked %d times", n)
	}
}

// That a copy is still good (304) leads nowhere: whatever cookie comes with it,
// nobody has signed in by it, and the copy may be kept.
func TestAGoodCopyIsNoSignOfASignIn(t *testing.T) {
	app := startLegacyApp(t)
	app.pages["/logo.png"] = func(w http.ResponseWriter, r *http.Request) {
		if c, err := r.Cookie("sid"); err == nil {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: c.Value, Path: "/", MaxAge: 3600}) // as sessions do whose end rolls
		}
		w.Header().Set("Cache-Control", "public, max-age=60")
		w.WriteHeader(http.StatusNotModified)
	}
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.signIn("alice")
	b.wantToken("alice")
	before := app.askedTimes()
	for range 5 {
		a := b.send(http.MethodGet, "/logo.png", nil, "Sec-Fetch-Mode", "no-cors", "Sec-Fetch-Dest", "image", "If-None-Match", `"1"`)
		if a.status != http.StatusNotModified || a.header.Get("Cache-Control") != "private, max-age=60" || len(a.header["Set-Cookie"]) != 1 {
			t.Fatalf("%d %v", a.status, a.header)
		}
		b.wantToken("alice")
	}
	if n := app.askedTimes() - before; n != 0 {
		t.Errorf("the app was asked %d times", n)
	}
}

func TestTheProbeLooksLikeTheBrowser(t *testing.T) {
	app := startLegacyApp(t)
	g := startGateway(t, appSite, app.url)
	g.get("/api/ferndesk-token", "Cookie", "a=1; ferngate=x; sid=x; a=1;b", "User-Agent", "Old Browser/1.0", "Accept-Language", "de",
		"Accept-Encoding", "gzip, br", "X-Forwarded-For", "9.9.9.9", "X-Ferngate-User", "root", "Authorization", "Basic x")
	h := app.like[0]
	for name, want := range map[string]string{
		"Cookie": "a=1; sid=x; a=1;b", "User-Agent": "Old Browser/1.0", "Accept-Language": "de", "Accept-Encoding": "gzip, br",
		"Accept": "application/json", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Host": "app.test", "X-Forwarded-Proto": "http",
		"X-Ferngate-User": "", "Authorization": "",
	} {
		if got := strings.Join(h[http.CanonicalHeaderKey(name)], " | "); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWhatTheProbeSetsIsDroppedUnlessItIsRelayed(t *testing.T) {
	for _, relay := range []bool{false, true} {
		app := startLegacyApp(t, func(a *legacyApp) { a.setsOnAsked = true })
		b := newBrowser(t, startGateway(t, appSite, app.url, func(c *config.Config) { c.Sites[0].SignIn.App.RelayCookies = relay }))
		b.signIn("alice")
		if _, kept := b.cookies["asked"]; kept != relay {
			t.Errorf("relay_cookies: %v, and after a page the browser has the cookie: %v", relay, kept)
		}
		delete(b.cookies, "asked")
		b.send(http.MethodPost, "/quiet-login", url.Values{"user": {"bob"}})
		b.wantToken("bob")
		if _, kept := b.cookies["asked"]; kept != relay {
			t.Errorf("relay_cookies: %v, and after a token the browser has the cookie: %v", relay, kept)
		}
	}
}

func TestWhileTheAppCannotTell(t *testing.T) {
	for name, habit := range map[string]func(*legacyApp){
		"it answers 503": func(a *legacyApp) { a.status = 503 },
		"it is too slow": func(a *legacyApp) { a.slow = make(chan struct{}) },
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t)
			b := newBrowser(t, startGateway(t, appSite, app.url, rechecked(time.Millisecond), func(c *config.Config) {
				c.Sites[0].SignIn.App.Timeout = 50 * time.Millisecond
			}))
			b.signIn("alice")
			app.change(habit)
			time.Sleep(2 * time.Millisecond) // recheck, on the real clock
			a := b.fetch("/api/ferndesk-token")
			if a.status != http.StatusServiceUnavailable || a.header.Get("Retry-After") != "3" || !strings.HasPrefix(a.body, `{"error":`) {
				t.Errorf("token: %d %v %s", a.status, a.header, a.body)
			}
			if a := b.open("/private/x"); a.status != http.StatusServiceUnavailable || a.header.Get("Location") != "" {
				t.Errorf("a required page: %d %v", a.status, a.header)
			}
			if a := b.open("/hello"); a.status != http.StatusOK || app.lastSeen("/hello") != "" {
				t.Errorf("any other page: %d, and the app is told of %q", a.status, app.lastSeen("/hello"))
			}
		})
	}
}

func TestStaleForLetsTheLastIdentityServe(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url, rechecked(time.Millisecond), func(c *config.Config) {
		c.Sites[0].SignIn.App.StaleFor = time.Hour
	}))
	b.signIn("alice")
	app.change(func(a *legacyApp) { a.status = 503 })
	time.Sleep(2 * time.Millisecond) // recheck, on the real clock
	b.wantToken("alice")
	// Not once somebody else may have signed in.
	b.send(http.MethodPost, "/login", url.Values{"user": {"bob"}})
	b.wantToken("Service Unavailable")
}

func TestRequiredPagesLeadToTheAppsSignIn(t *testing.T) {
	app := startLegacyApp(t)
	site := strings.Replace(appSite, "        sign_out_requests", "        sign_in_url: /login?back={return_to}\n        sign_out_url: /logout?next={return_to}\n        sign_out_requests", 1)
	b := newBrowser(t, startGateway(t, site, app.url))
	a := b.open("/private/x?a=1&b=2")
	if want := "/login?back=%2Fprivate%2Fx%3Fa%3D1%26b%3D2"; a.status != http.StatusSeeOther || a.header.Get("Location") != want {
		t.Errorf("%d %q, want %q", a.status, a.header.Get("Location"), want)
	}
	if a := b.fetch("/private/x"); a.status != http.StatusUnauthorized {
		t.Errorf("a script is answered %d", a.status)
	}
	if a := b.open("/.ferngate/sign-in?return_to=/hello"); a.header.Get("Location") != "/login?back=%2Fhello" {
		t.Errorf("our own sign-in leads to %q", a.header.Get("Location"))
	}
	b.signIn("alice")
	a = b.send(http.MethodPost, "/.ferngate/sign-out", url.Values{}, "Sec-Fetch-Site", "same-origin")
	if a.header.Get("Location") != "/logout?next=%2F" {
		t.Errorf("our own sign-out leads to %q", a.header.Get("Location"))
	}
	b.wantToken("Unauthorized") // even before the app has heard of it
}

func TestWithoutSignInURLARequiredPageIs401(t *testing.T) {
	app := startLegacyApp(t)
	b := newBrowser(t, startGateway(t, appSite, app.url))
	if a := b.open("/private/x"); a.status != http.StatusUnauthorized || strings.Contains(a.body, "/.ferngate/sign-in") {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// An app that keeps the session in the cookie gives out the same one again.
func TestTheSameCookieAfterTheNextSignIn(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.copiesLive, a.sameAgain = true, true })
	g := startGateway(t, appSite, app.url)
	b, elsewhere := newBrowser(t, g), newBrowser(t, g)
	elsewhere.signIn("alice")
	for range 2 {
		b.signIn("alice")
		b.wantToken("alice")
		b.open("/logout")
		b.wantToken("Unauthorized")
		elsewhere.wantToken("alice")
	}
}

// The app wins: it is what the person sees.
func TestTheAppsPersonCountsBeforeAnotherMethods(t *testing.T) {
	app := startLegacyApp(t)
	site := strings.Replace(appSite, "    sign_in:\n", "    sign_in:\n      password: { users_file: users.yaml }\n", 1)
	g := startGateway(t, site, app.url)
	b := newBrowser(t, g)
	own, value, _ := strings.Cut(g.signIn("bob"), "=")
	b.cookies[own] = cookie{value, "/"}
	b.wantToken("1002")
	b.signIn("alice")
	b.wantToken("alice")
	b.open("/logout")
	b.wantToken("1002")
}

// Two replicas with one key and no shared memory are as one.
func TestReplicasAgree(t *testing.T) {
	for name, habit := range map[string]func(*legacyApp){
		"plain": func(*legacyApp) {}, "keeps its cookie": func(a *legacyApp) { a.keepsID = true },
		"rolls": func(a *legacyApp) { a.rolls = true }, "copies live": func(a *legacyApp) { a.copiesLive = true },
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, habit)
			b := newBrowser(t, startGateway(t, appSite, app.url), startGateway(t, appSite, app.url))
			for range 3 {
				for _, user := range []string{"alice", "bob"} {
					b.signIn(user)
					for range 4 {
						b.wantToken(user)
					}
					b.send(http.MethodPost, "/quiet-login", url.Values{"user": {"carol"}})
					b.wantToken("carol")
					b.wantToken("carol")
				}
				logout := "/logout"
				if app.keepsID {
					logout = "/quiet-logout"
				}
				b.open(logout)
				for range 4 {
					b.wantToken("Unauthorized")
				}
				b.turn++ // the other one first
			}
		})
	}
}

// TestS5, TestS11 and TestS12 for the method app: 500 people over 50
// connections, identities never mixed.
func TestManyPeopleAtOnceAreNeverMixed(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.rolls = true })
	g := startGateway(t, appSite, app.url)
	people := make(chan int)
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			for i := range people {
				name := fmt.Sprintf("user%d", i)
				b := newBrowser(t, g)
				b.signIn(name)
				b.wantToken(name)
				path := fmt.Sprintf("/private/%d", i)
				if a := b.fetch(path); a.status != http.StatusOK || app.lastSeen(path) != name {
					t.Errorf("%s: %d, and the app is told of %q", path, a.status, app.lastSeen(path))
				}
				if i%3 == 0 {
					b.open("/logout")
					b.wantToken("Unauthorized")
				}
			}
		})
	}
	for i := range 500 {
		people <- i
	}
	close(people)
	wg.Wait()
}

// Two sites in front of one app, or a cookie replayed at another: each asks for itself (TestS11).
func TestTwoAppsAreAskedEachForItself(t *testing.T) {
	one, two := startLegacyApp(t), startLegacyApp(t)
	first, second := startGateway(t, appSite, one.url), startGateway(t, appSite, two.url)
	b := newBrowser(t, first)
	b.signIn("alice")
	b.wantToken("alice")
	b.gateways = []*gateway{second}
	two.change(func(a *legacyApp) { a.sessions[b.cookies["sid"].value] = "mallory" })
	delete(b.cookies, "ferngate")
	b.wantToken("mallory")
}
