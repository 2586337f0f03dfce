package proxy

import (
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/config"
)

// The method app where it is another proxy that forwards: of what the app answers
// ferngate sees nothing.

// askedAppSite is appSite for a proxy that asks.
var askedAppSite = behindProxy(strings.Replace(appSite, "    access:\n", "    forward_auth: { source: x_forwarded }\n    access:\n", 1))

// forwarder is a proxy that forwards to an app by itself, and asks a gateway about
// each request before it does. The gateway's own paths it sends there.
type forwarder struct {
	t            *testing.T
	gateway, app *url.URL
	losesCookies bool // whether it hands on no cookie of the gateway's with what the app answers
}

// startForwarder returns what a browser may take for a gateway.
func startForwarder(t *testing.T, g *gateway, app string, losesCookies bool) *gateway {
	t.Helper()
	parse := func(text string) *url.URL {
		u, err := url.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	server := httptest.NewServer(&forwarder{t, parse(g.url), parse(app), losesCookies})
	t.Cleanup(server.Close)
	return &gateway{t: t, url: server.URL, host: g.host}
}

// ServeHTTP implements http.Handler.
func (f *forwarder) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/api/ferndesk-token" || strings.HasPrefix(r.URL.Path, ownPrefix) {
		f.pass(w, r, f.gateway, nil)
		return
	}
	told := f.ask(r)
	if told.status != http.StatusOK {
		for name, values := range told.header {
			w.Header()[name] = values
		}
		w.WriteHeader(told.status)
		_, _ = w.Write([]byte(told.body))
		return
	}
	r.Header["X-Ferngate-User"] = told.header["X-Ferngate-User"]
	cookies := told.header["Set-Cookie"]
	if len(cookies) > 1 {
		f.t.Errorf("%s: %d cookies, of which nginx would hand on one", r.URL, len(cookies))
	}
	if f.losesCookies {
		cookies = nil
	}
	f.pass(w, r, f.app, cookies)
}

// ask asks the gateway about a request.
func (f *forwarder) ask(r *http.Request) answer {
	req, err := http.NewRequestWithContext(r.Context(), http.MethodGet, f.gateway.String()+authPath, nil)
	if err != nil {
		f.t.Error(err)
		return answer{status: http.StatusInternalServerError}
	}
	req.Header = r.Header.Clone()
	req.Header.Del("Content-Length")
	for name, value := range map[string]string{
		"X-Forwarded-Method": r.Method, "X-Forwarded-Proto": "http", "X-Forwarded-Host": r.Host, "X-Forwarded-Uri": r.RequestURI, "X-Forwarded-For": "203.0.113.7",
	} {
		req.Header.Set(name, value)
	}
	res, err := testTransport.RoundTrip(req)
	if err != nil {
		f.t.Error(err)
		return answer{status: http.StatusBadGateway}
	}
	return read(f.t, res)
}

// pass forwards a request, and adds cookies to the answer.
func (f *forwarder) pass(w http.ResponseWriter, r *http.Request, to *url.URL, cookies []string) {
	(&httputil.ReverseProxy{
		Transport: testTransport,
		Rewrite: func(pr *httputil.ProxyRequest) {
			pr.SetURL(to)
			pr.Out.Host = pr.In.Host
			pr.Out.Header.Set("X-Forwarded-For", "203.0.113.7")
			pr.Out.Header.Set("X-Forwarded-Host", pr.In.Host)
			pr.Out.Header.Set("X-Forwarded-Proto", "http")
		},
		ModifyResponse: func(res *http.Response) error {
			res.Header["Set-Cookie"] = slices.Concat(cookies, res.Header["Set-Cookie"])
			return nil
		},
	}).ServeHTTP(w, r)
}

// eachForwarder runs a test through a proxy that hands on the gateway's cookies,
// and through one that does not.
func eachForwarder(t *testing.T, habit func(*legacyApp), test func(t *testing.T, b *browser, app *legacyApp), changes ...func(*config.Config)) {
	for name, loses := range map[string]bool{"cookies handed on": false, "cookies lost": true} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, habit)
			g := startGateway(t, askedAppSite, app.url, changes...)
			test(t, newBrowser(t, startForwarder(t, g, app.url, loses)), app)
		})
	}
}

func TestForwardAuth_WhoSignsInToTheAppIsSignedIn(t *testing.T) {
	eachForwarder(t, func(*legacyApp) {}, func(t *testing.T, b *browser, app *legacyApp) {
		b.wantToken("Unauthorized")
		if a := b.open("/private/x"); a.status != http.StatusUnauthorized {
			t.Errorf("a stranger: %d", a.status)
		}
		b.signIn("alice")
		b.wantToken("alice")
		if a := b.open("/private/x"); a.status != http.StatusOK || app.lastSeen("/private/x") != "alice" {
			t.Errorf("alice: %d, the app is told of %q", a.status, app.lastSeen("/private/x"))
		}
	})
}

// The app is asked once for each person and recheck, whatever they do meanwhile.
func TestForwardAuth_TheAppIsAskedSeldom(t *testing.T) {
	eachForwarder(t, func(*legacyApp) {}, func(t *testing.T, b *browser, app *legacyApp) {
		b.signIn("alice")
		asked := app.askedTimes()
		for _, path := range []string{"/", "/a", "/b?c", "/private/x", "/style.css"} {
			b.open(path)
			b.fetch(path)
		}
		b.wantToken("alice")
		if n := app.askedTimes(); n != asked {
			t.Errorf("asked %d times more", n-asked)
		}
	})
}

// A sign-out of the app's is seen with the next request: by a cookie that is gone
// or another, and by the requests that are configured.
func TestForwardAuth_SignOutOfTheApp(t *testing.T) {
	for name, c := range map[string]struct {
		habit  func(*legacyApp)
		logout string
	}{
		"the cookie is cleared":                      {func(*legacyApp) {}, "/logout"},
		"a configured request, and the cookie stays": {func(a *legacyApp) { a.keepsID = true }, "/quiet-logout"},
	} {
		t.Run(name, func(t *testing.T) {
			eachForwarder(t, c.habit, func(t *testing.T, b *browser, _ *legacyApp) {
				b.signIn("alice")
				b.wantToken("alice")
				b.open(c.logout)
				b.wantToken("Unauthorized")
				if a := b.open("/private/x"); a.status != http.StatusUnauthorized {
					t.Errorf("still let in: %d", a.status)
				}
				b.signIn("alice")
				b.wantToken("alice")
			})
		})
	}
}

// One person after the other in the same browser: by a new cookie, by a form or
// a script's request, and by the requests that are configured.
func TestForwardAuth_UserSwitch(t *testing.T) {
	for name, habit := range map[string]func(*legacyApp){
		"the app renews the cookie": func(*legacyApp) {},
		"the app keeps the cookie":  func(a *legacyApp) { a.keepsID = true },
	} {
		t.Run(name, func(t *testing.T) {
			eachForwarder(t, habit, func(t *testing.T, b *browser, app *legacyApp) {
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
		})
	}
}

// What nothing in a request tells is found out after recheck.
func TestForwardAuth_Recheck(t *testing.T) {
	eachForwarder(t, func(*legacyApp) {}, func(t *testing.T, b *browser, app *legacyApp) {
		b.signIn("alice")
		b.wantToken("alice")
		app.change(func(a *legacyApp) { clear(a.sessions) })
		b.wantToken("Unauthorized")
	}, rechecked(time.Nanosecond))
}

// What is lost, since the app's answer is not seen: that a sign-out was meant,
// where the app's cookie stays as good as it was.
func TestForwardAuth_WhatIsLost(t *testing.T) {
	eachForwarder(t, func(a *legacyApp) { a.keepsID, a.copiesLive = true, true }, func(t *testing.T, b *browser, _ *legacyApp) {
		b.signIn("alice")
		b.wantToken("alice")
		b.open("/quiet-logout")
		b.wantToken("alice")
	})
}

// 8. While the app cannot tell who it is, what asks for nobody goes on.
func TestForwardAuth_Never8_DeadApp(t *testing.T) {
	eachForwarder(t, func(*legacyApp) {}, func(t *testing.T, b *browser, app *legacyApp) {
		b.signIn("alice")
		app.change(func(a *legacyApp) { a.status = http.StatusInternalServerError })
		for path, want := range map[string]int{"/": 200, "/open/x": 200, "/private/x": 503} {
			if a := b.open(path); a.status != want {
				t.Errorf("%s: %d", path, a.status)
			}
		}
		if got := app.lastSeen("/"); got != "" {
			t.Errorf("the app is told of %q", got)
		}
	}, rechecked(time.Nanosecond))
}

// What is learnt of the app's session is remembered without using the one that
// began here.
func TestForwardAuth_WhatIsLearntIsNoUseOfTheSession(t *testing.T) {
	text := strings.Replace(askedAppSite, "127.0.0.0/8", "192.0.2.0/24", 1) // httptest's client
	text = strings.Replace(text, "    sign_in:\n", "    sign_in:\n      password: { users_file: users.yaml }\n", 1)
	g := newGateway(t, text, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		newLegacyApp().within(g)
		b := newBrowser(t, g)
		b.send(http.MethodPost, signInPath, url.Values{"login": {"alice"}, "password": {testPassword}})
		b.cookies["sid"] = cookie{"nobody's", "/"}
		_, target, headers := asks["x_forwarded"]("GET", "http://app.test", "/private/x")
		headers = append(headers, "Sec-Fetch-Mode", "navigate")
		time.Sleep(11 * time.Hour)
		if a := b.send(http.MethodGet, target, nil, headers...); a.status != http.StatusOK || len(a.header["Set-Cookie"]) != 1 {
			t.Fatalf("%d, %q", a.status, a.header["Set-Cookie"])
		}
		time.Sleep(time.Hour) // idle_timeout is 12 h
		if a := b.send(http.MethodGet, target, nil, headers...); a.status != http.StatusUnauthorized && a.status != http.StatusSeeOther {
			t.Errorf("after the idle time-out: %d", a.status)
		}
	})
}
