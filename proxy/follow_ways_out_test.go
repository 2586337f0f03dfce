package proxy

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// States that a person must get out of, by no more than going on.

// signInPageSite is appSite whose required pages lead to the app's sign-in page.
var signInPageSite = strings.Replace(appSite, "        sign_out_requests", "        sign_in_url: /login?back={return_to}\n        sign_out_requests", 1)

// leadsOn makes the sign-in page lead those back who are signed in already.
func leadsOn(a *legacyApp) {
	a.pages["/login"] = func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		defer a.mu.Unlock()
		if _, user := a.session(r); user != "" {
			w.Header().Set("Location", r.FormValue("back"))
			w.WriteHeader(http.StatusFound)
		}
	}
}

// The app knows the person and leads back to the page that was asked for: it
// must open there, or the two of us send the browser to and fro for ever.
func TestARequiredPageOpensWhenTheAppKnowsThePerson(t *testing.T) {
	for name, c := range map[string]struct {
		first  string // whose the app's session was at first
		before func(*legacyApp, *browser)
		target string
	}{
		"they signed in elsewhere": {"", func(a *legacyApp, b *browser) {
			b.wantToken("Unauthorized")
			a.is("x", "alice")
		}, "/private/x"},
		"they looked at the sign-out page": {"alice", func(a *legacyApp, b *browser) {
			a.pages["/quiet-logout"] = func(http.ResponseWriter, *http.Request) {} // asks whether they want to
			b.open("/quiet-logout")
		}, "/private/x"},
		"the app did not sign them out": {"alice", func(a *legacyApp, b *browser) {
			a.copiesLive = true
			b.open("/quiet-logout")
			b.wantToken("Unauthorized")
		}, "/private/x"},
		"they signed out here only": {"alice", func(_ *legacyApp, b *browser) {
			ownSignOut(b)
			b.wantToken("Unauthorized")
		}, "/.ferngate/sign-in?return_to=/private/x"},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, leadsOn)
			app.is("x", c.first)
			b := newBrowser(t, startGateway(t, signInPageSite, app.url))
			b.cookies["sid"] = cookie{"x", "/"}
			b.open("/")
			c.before(app, b)
			if a := b.follow(c.target); a.status != http.StatusOK {
				t.Errorf("%d %s", a.status, a.body)
			}
			b.wantToken("alice")
		})
	}
}

// A link on somebody else's page to a sign-out that asks first signs nobody out.
func TestASignOutPageThatAsksFirstSignsNobodyOut(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.pages["/quiet-logout"] = func(http.ResponseWriter, *http.Request) {} })
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	b.send(http.MethodGet, "/quiet-logout", nil, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "cross-site")
	b.wantToken("alice")
}

func TestNobodySignsOutByHEADOrOPTIONS(t *testing.T) {
	for _, method := range []string{http.MethodHead, http.MethodOptions} {
		app := startLegacyApp(t, func(a *legacyApp) { a.copiesLive = true })
		app.is("x", "alice")
		b := newBrowser(t, startGateway(t, appSite, app.url))
		b.cookies["sid"] = cookie{"x", "/"}
		b.open("/")
		b.send(method, "/quiet-logout", nil)
		b.wantToken("alice")
		if n := app.askedTimes(); n != 1 {
			t.Errorf("%s: the app was asked %d times", method, n)
		}
	}
}

// A cookie for /app comes with the page /app, and not with the token: that it
// does not is no sign-out, whoever set it, and when.
func TestACookieIsNotMissedWhereItMayNotBelong(t *testing.T) {
	app := startLegacyApp(t)
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/app"}
	for range 3 {
		b.open("/app")
		b.wantToken("alice")
	}
	if n := app.askedTimes(); n != 1 {
		t.Errorf("the app was asked %d times", n)
	}
}

// Two apps behind one site, each with a cookie of the same name for its own path.
func TestACookieForAnotherPathIsAnotherCookie(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) {
		a.pages["/two/login"] = func(w http.ResponseWriter, _ *http.Request) {
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: "z", Path: "/two"})
		}
	})
	app.is("x", "alice")
	g := startGateway(t, appSite, app.url)
	newBrowser(t, g).open("/two/login") // somebody else
	b := newBrowser(t, g)
	b.cookies["sid"] = cookie{"x", "/one"}
	b.open("/one/page")
	b.open("/two/") // where this browser has none
	b.wantToken("alice")
	b.open("/one/page")
	delete(b.cookies, "sid")
	b.open("/one/page") // where it belongs
	b.wantToken("Unauthorized")
}

// Apps that have moved clear the cookie of where they were with every page.
func TestAClearedCookieOfAnotherPathOrDomainIsNoSignOut(t *testing.T) {
	for name, line := range map[string]string{
		"path": "sid=; Path=/old; Max-Age=0", "domain": "sid=; Path=/; Domain=.old.test; Max-Age=0",
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				a.pages["/page"] = func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Set-Cookie", line) }
			})
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.signIn("alice")
			for range 3 {
				b.open("/page")
				b.wantToken("alice")
			}
			if n := app.askedTimes(); n != 1 {
				t.Errorf("the app was asked %d times", n)
			}
			b.open("/logout")
			b.wantToken("Unauthorized")
		})
	}
}

// Whoever uses the app uses the session that they have here as well.
func TestASessionOfOurOwnBesideTheAppsIsRenewed(t *testing.T) {
	g := newGateway(t, withPassword, "http://app.invalid", func(c *config.Config) { c.Session.IdleTimeout = time.Hour })
	app := newLegacyApp()
	app.within(g)
	synctest.Test(t, func(t *testing.T) {
		b := newBrowser(t, g)
		name, value, _ := strings.Cut(g.serveSignIn(t, "bob"), "=")
		b.cookies[name] = cookie{value, "/"}
		b.signIn("alice")
		for range 20 { // each is later than recheck, and asks
			time.Sleep(10 * time.Minute)
			b.open("/")
			b.wantToken("alice")
		}
		b.open("/logout")
		b.wantToken("1002")
		time.Sleep(2 * time.Hour)
		b.wantToken("Unauthorized")
	})
}

// A click on another link breaks off the answer that brought the session that
// goes on: the browser comes back with the one from before.
func TestAnAnswerThatIsLostDoesNotEndASessionOfOurOwn(t *testing.T) {
	app := startLegacyApp(t)
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, withPassword, app.url))
	b.signInHere("bob")
	b.wantToken("1002")
	lost := b.copy()
	lost.cookies["sid"] = cookie{"x", "/"}
	lost.open("/")
	lost.wantToken("alice")
	b.wantToken("1002")
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	b.wantToken("alice")
}

// The answer to the sign-out is broken off by the next click, and somebody signs
// in where it is not seen.
func TestASignOutWhoseAnswerIsLostIsNotForEver(t *testing.T) {
	app := startLegacyApp(t, func(a *legacyApp) { a.copiesLive = true })
	app.is("x", "alice")
	app.is("y", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	b.copy().open("/quiet-logout")
	b.cookies["sid"] = cookie{"y", "/"} // by another host
	b.wantToken("alice")
	b.cookies["sid"] = cookie{"x", "/"} // signed in again, with the cookie of before
	b.send(http.MethodPost, "/quiet-login", url.Values{"user": {"alice"}})
	b.wantToken("alice")
}
