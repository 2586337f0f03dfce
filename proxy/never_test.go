package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// DESIGN.md, "What must never happen": one sweep each, as far as it is built.

// 1. A client names an identity: in every spelling, on every kind of path,
// signed in or not, as a header, in a trailer and with a websocket's handshake.
func TestNever1_ClientNamesAnIdentity(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := "Cookie: " + g.signIn("alice")
	upgrade := []string{"Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA=="}
	for _, name := range otherSpellings {
		for _, path := range []string{"/public/x", "/opt/x", "/x"} {
			for _, lines := range [][]string{nil, {cookie}} {
				var want []string
				switch {
				case path == "/x" && lines == nil:
					continue // turned away
				case path != "/public/x" && lines != nil:
					want = []string{"1001"}
				}
				lines = slices.Concat(lines, []string{name + ": admin", "Connection: " + name})
				g.rawGet(path, lines...)
				wantUser(t, app.next(t), want...)
				g.rawGet(path, slices.Concat(lines[:len(lines)-1], upgrade)...)
				wantUser(t, app.next(t), want...)
				g.raw(request("POST", path, append(lines, "Transfer-Encoding: chunked", "Trailer: "+name)...)+"1\r\na\r\n0\r\n"+name+": admin\r\n\r\n", 1)
				got := app.next(t)
				wantUser(t, got, want...)
				if len(got.trailer) > 0 {
					t.Errorf("%s: trailers %q", name, got.trailer)
				}
			}
		}
	}
}

// 2. A spelling of a protected path comes through without a session, by any
// method, as a websocket, or over HTTP/2.
func TestNever2_SpellingOfAProtectedPath(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	optional := startGateway(t, withAccess("{ path: /admin/, require: required }"), app.url)
	c := dialH2(t, startTLSGateway(t, adminOnly, app.url))
	check := func(how, target string, status int) {
		t.Helper()
		select {
		case a := <-app.arrived:
			t.Errorf("%s %s reached the app as %s", how, target, a.line)
		default:
			if status < 300 && (status != 0 || how != "h2") { // 0: the stream was reset
				t.Errorf("%s %s: %d", how, target, status)
			}
		}
	}
	for _, target := range protectedPaths(t) {
		for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "QUERY"} {
			check(method, target, g.raw(request(method, target), 1)[0].status)
		}
		check("preflight", target, g.raw(request("OPTIONS", target, "Origin: http://app.test", "Access-Control-Request-Method: GET"), 1)[0].status)
		check("websocket", target, g.rawGet(target, "Connection: Upgrade", "Upgrade: websocket").status)
		check("optional elsewhere", target, optional.rawGet(target, "Accept: text/html").status)
		status, _ := c.send("GET", target)
		check("h2", target, status)
	}
}

// 3. A secret in the log, in a body or in a Location: with debug logging, on
// the way through sign-in, token, sign-out and every error page.
func TestNever3_SecretsShown(t *testing.T) {
	dead := "http://127.0.0.1:1"
	app := startRecorder(t, "")
	g := startGateway(t, testConfig+"  - { host: dead.test, upstream: \""+dead+"\" }\n", app.url)
	var shown strings.Builder
	show := func(a answer) answer {
		shown.WriteString(a.body + "\n" + a.header.Get("Location") + "\n")
		return a
	}
	const guess = "Guess-hunter2-4711"
	show(g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {guess}}, "Accept", "text/html"))
	show(g.postForm(signInPath+"?return_to=/x", url.Values{"login": {"nobody"}, "password": {guess}}, "Accept", "text/html"))
	signedIn := show(g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}, "return_to": {"/x"}}))
	cookie := cookieOf(t, signedIn)
	_, sealed, _ := strings.Cut(cookie, "=")
	token := g.get("/api/ferndesk-token", "Cookie", cookie).body
	if strings.Count(token, ".") != 2 || len(sealed) < 100 {
		t.Fatalf("this is no test: %q %q", token, sealed)
	}
	noMail := g.signIn("nomail")
	_, sealedToo, _ := strings.Cut(noMail, "=")
	for _, accept := range []string{"text/html", "*/*"} {
		for _, headers := range [][]string{{"Cookie", cookie}, {"Cookie", noMail}, {"Cookie", cookie + "x"}, {"Cookie", cookie + "; " + noMail}, nil} {
			headers = append(headers, "Accept", accept, "Authorization", "Bearer "+token)
			for _, target := range []string{"/page?x=1", "/staff/x", "/x%00", "/.ferngate/nothing", signInPath, signOutPath, "/public/x"} {
				show(g.get(target, headers...))
			}
			show(g.get("/page", append(headers, "Host", "other.test")...))
			show(g.get("/page", append(headers, "Host", "dead.test")...))
			g.get("/page?access_token="+token, headers...) // what is in an address itself must stay out of the log
			show(g.send(http.MethodPost, "/page", "password="+testPassword, headers...))
			show(g.send(http.MethodDelete, signInPath, "", headers...))
			show(g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}}, append(headers, "Sec-Fetch-Site", "cross-site")...))
		}
	}
	show(g.get("/api/ferndesk-token", "Cookie", noMail))
	show(g.get("/api/ferndesk-token", "Cookie", cookie, "Sec-Fetch-Site", "cross-site"))
	show(g.postForm(signOutPath, url.Values{"return_to": {"/bye"}}, "Cookie", cookie))
	shown.WriteString(g.logText(t))
	for name, secret := range map[string]string{
		"the JWT secret": testJWTSecret, "the session key": testSessionKey, "a session cookie": sealed, "another session cookie": sealedToo,
		"a password": testPassword, "a guessed password": guess, "a password hash": testHash, "a token's signature": token[strings.LastIndex(token, ".")+1:],
	} {
		if i := strings.Index(shown.String(), secret); i >= 0 {
			t.Errorf("%s was shown: …%s…", name, shown.String()[max(0, i-200):i])
		}
	}
}

// 3, too. What is wrong with a broken answer of the app's is not told by quoting it.
func TestNever3_BrokenAnswerShown(t *testing.T) {
	const secret = "topsecret"
	for name, wire := range map[string]string{
		"no colon":        "HTTP/1.1 200 OK\r\nSet-Cookie: sid=" + secret + "\r\nbroken line\r\n\r\n",
		"a folded cookie": "HTTP/1.1 200 OK\r\nSet-Cookie sid=" + secret + "\r\n\r\n",
		"no status line":  "sid=" + secret + "\r\n\r\n",
		"a status":        "HTTP/1.1 " + secret + " OK\r\n\r\n",
		"a length":        "HTTP/1.1 200 OK\r\nContent-Length: " + secret + "\r\n\r\n",
		"an encoding":     "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + secret + "\r\n\r\n",
		"after a 103":     "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nSet-Cookie: sid=" + secret + "\r\nbroken line\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, startDying(t, wire))
			a := g.raw(request("GET", "/public/x"), 1)[0]
			if strings.HasPrefix(wire, "HTTP/1.1 103") {
				a = g.raw(request("GET", "/public/x"), 2)[1]
			}
			if a.status != http.StatusBadGateway || strings.Contains(fmt.Sprint(a), secret) {
				t.Errorf("%d %v %s", a.status, a.header, a.body)
			}
			g.accessLine(t)
			if log := g.logText(t); strings.Contains(log, secret) || !strings.Contains(log, "the upstream failed") {
				t.Errorf("the log says %s", log)
			}
		})
	}
}

// 4. A redirect to another origin from anything that the client sent.
func TestNever4_RedirectElsewhere(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	lines := []string{"Accept: text/html", "X-Forwarded-Host: evil.test", "Referer: http://evil.test/", "Origin: http://evil.test"}
	for _, target := range []string{
		"/page", "//evil.test", "//evil.test/%2e%2e", `/\evil.test`, `\\evil.test`, "/x?return_to=//evil.test", "http://app.test//evil.test/",
		"/.ferngate/sign-in?return_to=//evil.test", "/.ferngate/sign-out?return_to=https://evil.test", "/%2f/evil.test", "/;//evil.test",
	} {
		location := g.rawGet(target, lines...).header.Get("Location")
		path, query, _ := strings.Cut(location, "?")
		if location != "" && (path != signInPath || query != "" && !strings.HasPrefix(query, "return_to=%2F") || strings.Contains(location, "//")) {
			t.Errorf("%s redirects to %s", target, location)
		}
	}
}

// 5. One person's answer in a cache that others share.
func TestNever5_PersonalAnswerInASharedCache(t *testing.T) {
	app := startRecorder(t, "HTTP/1.1 200 OK\r\nCache-Control: public, max-age=60, S-MaxAge=600\r\nCDN-Cache-Control: max-age=600\r\n"+
		"Surrogate-Control: max-age=600\r\nContent-Length: 2\r\n\r\nok")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	for path, want := range map[string]string{"/x": "private, max-age=60", "/opt/x": "private, max-age=60", "/public/x": "public, max-age=60, S-MaxAge=600"} {
		a := g.get(path, "Cookie", cookie)
		cdn := a.header.Get("CDN-Cache-Control") + a.header.Get("Surrogate-Control")
		if cc := a.header.Get("Cache-Control"); cc != want || (cdn != "") != (path == "/public/x") {
			t.Errorf("%s: Cache-Control %q, for networks %q", path, cc, cdn)
		}
	}
}

// 5, too. An answer that renews the cookie is in nobody's cache at all.
func TestNever5_RenewedCookieInASharedCache(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	g.stub("Cache-Control", "public, s-maxage=600", "CDN-Cache-Control", "max-age=600", "Surrogate-Control", "max-age=600")
	synctest.Test(t, func(t *testing.T) {
		cookie := g.serveSignIn(t, "alice")
		time.Sleep(2 * time.Hour)
		a := g.serve(http.MethodGet, "/opt/x", "", "Cookie", cookie, "Accept", "text/html")
		if a.status != http.StatusOK || !strings.HasPrefix(a.header.Get("Set-Cookie"), "ferngate=") {
			t.Fatalf("not renewed: %d %v", a.status, a.header)
		}
		if cc := a.header.Get("Cache-Control"); cc != "private, no-store" {
			t.Errorf("Cache-Control %q", cc)
		}
		for _, name := range []string{"Cdn-Cache-Control", "Surrogate-Control"} {
			if v := a.header.Get(name); v != "" {
				t.Errorf("%s: %s tells networks to keep the cookie", name, v)
			}
		}
	})
}

// 6. A session outlives the users file's entry.
func TestNever6_SessionOutlivesItsPerson(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	alice, bob := g.signIn("alice"), g.signIn("bob")
	if err := g.writeUsers(t, strings.Replace(usersText(), "login: alice", "login: alicia", 1)); err != nil {
		t.Fatal(err)
	}
	if a := g.get("/x", "Cookie", alice); a.status != http.StatusUnauthorized {
		t.Errorf("alice is gone: %d", a.status)
	}
	if a := g.get("/api/ferndesk-token", "Cookie", alice); a.status != http.StatusUnauthorized {
		t.Errorf("alice is gone: %d", a.status)
	}
	if a := g.get("/x", "Cookie", bob); a.status != http.StatusOK {
		t.Errorf("bob is still there: %d", a.status)
	}
	// Alice is back, but not with the password that she signed in with.
	if err := g.writeUsers(t, strings.Replace(usersText(), testHash, testHash[:len(testHash)-1]+"a", 1)); err != nil {
		t.Fatal(err)
	}
	if a := g.get("/x", "Cookie", alice); a.status != http.StatusUnauthorized {
		t.Errorf("another password: %d", a.status)
	}
}
