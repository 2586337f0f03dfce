package proxy

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// The app under load, or out of order; and what it is asked with, and what
// becomes of the rest of what it answers.

// asClient is what a trusted proxy says of a client's address.
func asClient(client string) []string { return []string{"X-Forwarded-For", client} }

// One client can make the app fail as often as it likes: to nobody else does it
// count as being down.
func TestOneClientDoesNotHaveTheAppLeftAlone(t *testing.T) {
	app := startLegacyApp(t)
	app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Cookie"), "garbage") {
			app.change(func(a *legacyApp) { a.asked++ })
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		app.serveMe(w, r)
	}
	app.is("x", "alice")
	g := startGateway(t, behindProxy(appSite), app.url, rechecked(0))
	const times = 20
	for i := range times {
		mallory := newBrowser(t, g)
		mallory.headers, mallory.cookies["sid"] = asClient("192.0.2.66"), cookie{fmt.Sprint("garbage", i), "/"}
		mallory.wantToken("Service Unavailable")
	}
	if n := app.askedTimes(); n != times {
		t.Errorf("the app was asked %d times", n)
	}
	b := newBrowser(t, g)
	b.cookies["sid"] = cookie{"x", "/"}
	b.wantToken("alice")
}

// An app that takes its time is not down, however many wait for it: those who
// find no slot in time are told so, and nobody else is.
func TestABurstDoesNotHaveTheAppLeftAlone(t *testing.T) {
	g := newGateway(t, "trusted_proxies: [192.0.2.1]\n"+appSite, "http://app.invalid")
	app := newLegacyApp()
	app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-time.After(600 * time.Millisecond):
			app.serveMe(w, r)
		case <-r.Context().Done(): // nobody waits for it any more
		}
	}
	app.within(g)
	tokenOf := func(id, client string) string {
		b := newBrowser(t, g)
		b.headers, b.cookies["sid"] = asClient(client), cookie{id, "/"}
		return b.tokenOf()
	}
	synctest.Test(t, func(t *testing.T) {
		var offices sync.WaitGroup
		var mu sync.Mutex
		count := map[string]int{}
		for i := range 600 {
			id, client := fmt.Sprint("user", i), fmt.Sprint("198.51.100.", i%6)
			app.is(id, id)
			offices.Go(func() {
				got := tokenOf(id, client)
				if got == id {
					got = "their own"
				}
				mu.Lock()
				defer mu.Unlock()
				count[got]++
			})
		}
		offices.Wait()
		if count["their own"] == 0 || count["Service Unavailable"] == 0 || len(count) != 2 {
			t.Errorf("the tokens of a burst: %v", count)
		}
		app.is("x", "alice")
		if got := tokenOf("x", "203.0.113.1"); got != "alice" {
			t.Errorf("elsewhere, after it: %s", got)
		}
	})
}

// Those who come at the same moment are told what the first was.
func TestABrowserIsAskedAboutOnceForAllItsRequests(t *testing.T) {
	app := startLegacyApp(t)
	g := startGateway(t, appSite, app.url)
	for i := range 20 {
		id := fmt.Sprint("user", i)
		app.is(id, id)
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				b := newBrowser(t, g)
				b.cookies["sid"] = cookie{id, "/"}
				b.wantToken(id)
			})
		}
		wg.Wait()
		if n := app.askedTimes(); n != i+1 {
			t.Fatalf("the app was asked %d times about %d browsers", n, i+1)
		}
	}
}

// Whatever way an answer takes, the app's cookies are relayed with it and cannot
// be ours.
func TestRelayedCookiesAreNeverOurs(t *testing.T) {
	for name, request := range map[string]func(*browser) answer{
		"a page":              func(b *browser) answer { return b.open("/hello") },
		"a token":             func(b *browser) answer { return b.fetch("/api/ferndesk-token") },
		"a page of ours":      func(b *browser) answer { return b.open("/.ferngate/sign-in") },
		"a page refused":      func(b *browser) answer { return b.open("/private/staff/x") },
		"a fetch of a page's": func(b *browser) answer { return b.fetch("/private/x") },
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t)
			app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
				w.Header()["Set-Cookie"] = []string{"ferngate=planted; Path=/", "asked=yes; Path=/", "__Host-ferngate=planted; Path=/; Secure"}
				app.serveMe(w, r)
			}
			app.is("x", "alice")
			site := strings.Replace(withPassword, "    access:\n", "    access:\n      - { path: /private/staff/, require: required, groups: [staff] }\n", 1)
			b := newBrowser(t, startGateway(t, site, app.url, func(c *config.Config) { c.Sites[0].SignIn.App.RelayCookies = true }))
			b.cookies["sid"] = cookie{"x", "/"}
			a := request(b)
			if b.cookies["asked"].value != "yes" {
				t.Errorf("%d: what the app set is lost: %q", a.status, a.header["Set-Cookie"])
			}
			if all := fmt.Sprint(a.header["Set-Cookie"]); strings.Contains(all, "planted") {
				t.Errorf("the app has set a cookie of ours: %s", all)
			}
		})
	}
}

// An upgrade that nobody asked for is answered twice over, as it came and as a
// failure: what the app set when it was asked who is signed in is relayed once.
func TestRelayedCookiesOfAFailedUpgrade(t *testing.T) {
	app := startLegacyApp(t)
	app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
		w.Header()["Set-Cookie"] = []string{"ferngate=planted; Path=/", "asked=yes; Path=/", "__Host-ferngate=planted; Path=/; Secure"}
		app.serveMe(w, r)
	}
	app.pages["/odd"] = func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "websocket")
		w.WriteHeader(http.StatusSwitchingProtocols)
	}
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url, func(c *config.Config) { c.Sites[0].SignIn.App.RelayCookies = true }))
	b.cookies["sid"] = cookie{"x", "/"}
	a := b.open("/odd")
	lines := slices.DeleteFunc(a.header["Set-Cookie"], func(line string) bool {
		return strings.HasPrefix(line, "ferngate=") && !strings.Contains(line, "planted")
	})
	if a.status != http.StatusBadGateway || !slices.Equal(lines, []string{"asked=yes; Path=/"}) {
		t.Errorf("%d %q", a.status, lines)
	}
}

// What net/http says of a broken answer quotes it, session cookie and all.
func TestABrokenAnswerOfWhoamiIsNotQuotedInTheLog(t *testing.T) {
	const secret = "topsecret"
	for name, wire := range map[string]string{
		"a folded cookie": "HTTP/1.1 200 OK\r\nSet-Cookie sid=" + secret + "\r\n\r\n",
		"no status line":  "sid=" + secret + "\r\n\r\n",
		"a length":        "HTTP/1.1 200 OK\r\nContent-Length: " + secret + "\r\n\r\n",
		"an encoding":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secret + "\r\n\r\n",
		"JSON":            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n{\"" + secret,
		"gzip":            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n" + secret,
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, appSite, startDying(t, wire))
			b := newBrowser(t, g)
			b.cookies["sid"] = cookie{"x", "/"}
			b.tokenOf()
			if log := g.logText(t); strings.Contains(log, secret) || !strings.Contains(log, "the app") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// In which field something was not found is told; what was there is for
// ferngate whoami, which masks it.
func TestWhatWhoamiAnsweredIsNotInTheLog(t *testing.T) {
	for name, c := range map[string]struct{ kind, body string }{
		"keys":    {"application/json", `{"user":{"topsecret@corp.test":"topsecret"},"topsecret":1}`},
		"values":  {"application/json", `{"user":{"login":"topsecret","email":"topsecret"}}`},
		"a title": {"text/html", `<title>topsecret's account</title><p>topsecret`},
		"a type":  {"text/topsecret", `topsecret`},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				a.pages["/me"] = func(w http.ResponseWriter, _ *http.Request) {
					w.Header().Set("Content-Type", c.kind)
					_, _ = io.WriteString(w, c.body)
				}
			})
			g := startGateway(t, appSite, app.url)
			b := newBrowser(t, g)
			b.cookies["sid"] = cookie{"x", "/"}
			b.wantToken("Unauthorized")
			if log := g.logText(t); strings.Contains(log, "topsecret") || !strings.Contains(log, "user/") && !strings.Contains(log, "identity") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// Apps bind sessions to, or redirect by, what the proxies before us say: whoami
// says the same as every other request, and as little.
func TestWhoamiComesByTheSameWayAsThePages(t *testing.T) {
	sent := []string{
		"X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", "https", "X-Real-IP", "192.0.2.7", "X-Forwarded-Port", "443", "X-Forwarded-Ssl", "on",
		"X-Forwarded-Prefix", "/p", "Front-End-Https", "on", "X_Real_Ip", "192.0.2.8", "X-Ferngate-User", "root",
	}
	for name, site := range map[string]string{"a trusted proxy": behindProxy(appSite), "anybody": appSite} {
		t.Run(name, func(t *testing.T) {
			var forwarded http.Header
			app := startLegacyApp(t, func(a *legacyApp) {
				a.pages["/page"] = func(_ http.ResponseWriter, r *http.Request) { forwarded = r.Header.Clone() }
			})
			b := newBrowser(t, startGateway(t, site, app.url))
			b.headers = sent
			b.cookies["sid"] = cookie{"x", "/"}
			b.open("/page")
			asked := app.like[0]
			for i := 0; i < len(sent); i += 2 {
				key := http.CanonicalHeaderKey(sent[i])
				if page, whoami := fmt.Sprint(forwarded[key]), fmt.Sprint(asked[key]); page != whoami {
					t.Errorf("%s: forwarded with %s, asked with %s", key, page, whoami)
				}
			}
			if kept := asked.Get("X-Real-IP") != ""; kept != (name == "a trusted proxy") {
				t.Errorf("asked with the client's own X-Real-IP: %v", kept)
			}
		})
	}
}
