package proxy

import (
	"fmt"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// wantTokenOf fails the test unless the cookies are good for a token of this person, "" for nobody.
func wantTokenOf(t *testing.T, g *gateway, what, cookies, userID string) {
	t.Helper()
	a := g.get("/api/ferndesk-token", "Cookie", cookies)
	if userID == "" {
		if a.status != http.StatusUnauthorized || a.body != notAuthenticated {
			t.Errorf("%s: %d %s", what, a.status, a.body)
		}
		return
	}
	if a.status != http.StatusOK || claimsOf(t, a.body)["sub"] != userID {
		t.Errorf("%s: %d %s", what, a.status, a.body)
	}
}

// There are no chunks: a cookie that looks like one is the app's.
func TestS1_ChunkedCookieNames(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, cookies := range []string{"ferngate_1of10000000000=x", "ferngate_0of1=x", "ferngate_5of2=x", "ferngate_ofx=x", "ferngate-0=x; ferngate-1=y"} {
		wantTokenOf(t, g, cookies, cookies, "")
		g.rawGet("/opt/x", "Cookie: "+cookies)
		if got := app.next(t).values("Cookie"); !slices.Equal(got, []string{cookies}) {
			t.Errorf("%s arrived as %q", cookies, got)
		}
	}
	many := strings.Repeat("ferngate_1of5000=x; ", 1000) + strings.Repeat("ferngate=x; ", 1000)
	wantTokenOf(t, g, "thousands", many+"z=1", "")
}

// A cookie that was planted before sign-in is worth nothing after it.
func TestS3_PlantedCookie(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	planted := g.signIn("alice")
	a := g.postForm(signInPath, url.Values{"login": {"bob"}, "password": {testPassword}}, "Cookie", planted)
	wantTokenOf(t, g, "bob", cookieOf(t, a), "1002")
	wantTokenOf(t, g, "the old cookie", planted, "")
	// A page of another site cannot sign anybody in.
	for _, headers := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "same-site"}, {"Origin", "http://evil.test"}, {"Origin", "null"}} {
		a := g.postForm(signInPath, url.Values{"login": {"bob"}, "password": {testPassword}}, headers...)
		if a.status != http.StatusForbidden || len(a.header["Set-Cookie"]) > 0 {
			t.Errorf("%q: %d %v", headers, a.status, a.header)
		}
	}
}

// Two hundred sign-ins of two people at once: everybody is who they are.
func TestS5_ParallelSignIns(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprint(w, r.Header.Get("X-Ferngate-User"), r.Header.Get("X-Forwarded-Email"))
	})
	g := startGateway(t, behindProxy(testConfig), app)
	slots := make(chan struct{}, 9*runtime.GOMAXPROCS(0)) // as many as the gateway lets wait
	var wg sync.WaitGroup
	for i := range 200 {
		login, id, email := "alice", "1001", "alice@corp.test"
		if i%2 == 1 {
			login, id, email = "bob", "1002", "bob@other.test"
		}
		wg.Go(func() {
			slots <- struct{}{}
			a := g.postForm(signInPath, url.Values{"login": {login}, "password": {testPassword}},
				"X-Forwarded-For", fmt.Sprintf("10.0.%d.1", i)) // or they would count as guesses from one place
			<-slots
			if a.status != http.StatusSeeOther {
				t.Errorf("sign-in of %s: %d %s", login, a.status, a.body)
				return
			}
			cookie := cookieOf(t, a)
			wantTokenOf(t, g, login, cookie, id)
			if a := g.get("/x", "Cookie", cookie); a.body != id+email {
				t.Errorf("%s: the app was told %s", login, a.body)
			}
		})
	}
	wg.Wait()
}

// There is no half of a sign-in: what a failed one leaves behind is nothing.
func TestS6_HalfASignIn(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	a := g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {"wrong"}})
	if a.status != http.StatusUnauthorized || len(a.header["Set-Cookie"]) > 0 {
		t.Errorf("%d %v", a.status, a.header)
	}
	if a := g.get(signInPath, "Accept", "text/html"); len(a.header["Set-Cookie"]) > 0 {
		t.Errorf("the page itself sets %q", a.header["Set-Cookie"])
	}
	wantTokenOf(t, g, "nobody", "", "")
}

func TestS7_GuessesFromElsewhere(t *testing.T) {
	g := startGateway(t, behindProxy(testConfig), "http://127.0.0.1:1")
	limited := 0
	for i := range 1000 {
		a := g.postForm(signInPath, url.Values{"login": {fmt.Sprint("guess", i)}, "password": {"x"}}, "X-Forwarded-For", "203.0.113.9")
		switch a.status {
		case http.StatusTooManyRequests:
			limited++
			if a.header.Get("Retry-After") == "" {
				t.Fatal("429 without Retry-After")
			}
		case http.StatusUnauthorized:
		default:
			t.Fatalf("guess %d: %d", i, a.status)
		}
	}
	if limited < 900 {
		t.Errorf("only %d of 1000 guesses were refused", limited)
	}
	if a := g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}}, "X-Forwarded-For", "198.51.100.7"); a.status != http.StatusSeeOther {
		t.Errorf("alice, from elsewhere: %d", a.status)
	}
	// What an outsider says about its address is no way around the limit.
	direct := startGateway(t, testConfig, "http://127.0.0.1:1")
	for i := range 60 {
		a := direct.postForm(signInPath, url.Values{"login": {fmt.Sprint("guess", i)}, "password": {"x"}}, "X-Forwarded-For", fmt.Sprintf("10.0.0.%d", i))
		if i == 59 && a.status != http.StatusTooManyRequests {
			t.Errorf("with a new address each: %d", a.status)
		}
	}
}

func TestS8_CookieCopiedBeforeSignOut(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	g.postForm(signOutPath, nil, "Cookie", cookie)
	wantTokenOf(t, g, "replayed", cookie, "")
	if a := g.get("/x", "Cookie", cookie); a.status != http.StatusUnauthorized {
		t.Errorf("replayed: %d", a.status)
	}
	app.none(t)
}

// A neighbour host can plant cookies of our name, which browsers send first: as
// many as it likes, and the session that is signed out ends all the same.
func TestS8_SignOutBehindPlantedCookies(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	for _, planted := range []string{strings.Repeat("ferngate=x; ", 9), strings.Repeat("ferngate=x; ", 1000)} {
		cookie := g.signIn("alice")
		if a := g.postForm(signOutPath, nil, "Cookie", planted+cookie); a.status != http.StatusOK {
			t.Errorf("%d %s", a.status, a.body)
		}
		wantTokenOf(t, g, "replayed", cookie, "")
	}
}

// A rule asks for exactly one @, with the domain after it. A users file with
// another address is a fault; auth's TestAccess_EmailDomains has the odd ones.
func TestS9_EmailDomains(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, withAccess("{ path: /, require: required, email_domains: [corp.test] }"), app.url)
	for login, want := range map[string]int{"alice": http.StatusOK, "bob": http.StatusForbidden, "nomail": http.StatusForbidden} {
		if a := g.get("/x", "Cookie", g.signIn(login)); a.status != want {
			t.Errorf("%s: %d", login, a.status)
		}
	}
	for _, email := range []string{"x@evil.test@corp.test", `"x@corp.test\n"`, "x@corp.test@", "@corp.test", "corp.test"} {
		if err := g.writeUsers(t, strings.Replace(usersText(), "alice@corp.test", email, 1)); err == nil {
			t.Errorf("%s is no fault", email)
		}
	}
}

// A person without groups is in none.
func TestS10_GroupThatNobodyGrants(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, login := range []string{"bob", "noname"} {
		if a := g.get("/staff/x", "Cookie", g.signIn(login)); a.status != http.StatusForbidden {
			t.Errorf("%s: %d", login, a.status)
		}
	}
	app.none(t)
}

// What one path asks for says nothing about the next: the identity is kept, the
// decision never is.
func TestS12_EveryPathDecidesAnew(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	bob := g.signIn("bob")
	for range 3 {
		for target, want := range map[string]int{"/public/x": 200, "/opt/x": 200, "/x": 200, "/staff/x": 403, "/staff": 403, "/public/../staff/x": 403} {
			if a := g.rawGet(target, "Cookie: "+bob); a.status != want {
				t.Errorf("%s: %d, want %d", target, a.status, want)
			}
		}
	}
}

// A cookie of one site, or of the other scheme, is nobody's at the next.
func TestS14_CookieOfAnotherSiteOrScheme(t *testing.T) {
	second := strings.NewReplacer("app.test", "second.test").Replace(testConfig[strings.Index(testConfig, "  - host:"):])
	g := startGateway(t, behindProxy(testConfig+second), "http://127.0.0.1:1")
	cookie := g.signIn("alice")
	if a := g.get("/api/ferndesk-token", "Cookie", cookie, "Host", "second.test"); a.status != http.StatusUnauthorized {
		t.Errorf("at the other site: %d", a.status)
	}
	for _, cookies := range []string{cookie, "__Host-" + cookie} {
		if a := g.get("/api/ferndesk-token", "Cookie", cookies, "X-Forwarded-Proto", "https"); a.status != http.StatusUnauthorized {
			t.Errorf("under HTTPS: %d", a.status)
		}
	}
	wantTokenOf(t, g, "where it was sealed", cookie, "1001")
}

func TestS15_TossedCookies(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	alice, bob := g.signIn("alice"), g.signIn("bob")
	for what, c := range map[string]struct{ cookies, want string }{
		"garbage first":   {"ferngate=garbage; " + alice, "1001"},
		"garbage last":    {alice + "; ferngate=", "1001"},
		"the same twice":  {alice + ";" + alice, "1001"},
		"two that differ": {alice + "; " + bob, ""},
		"and swapped":     {bob + "; ferngate=x; " + alice, ""},
	} {
		wantTokenOf(t, g, what, c.cookies, c.want)
		g.rawGet("/opt/x", "Cookie: a=1; "+c.cookies+"; b=2", "Cookie: "+alice)
		if got := app.next(t); !slices.Equal(got.values("Cookie"), []string{"a=1; b=2"}) {
			t.Errorf("%s: the app got %q", what, got.values("Cookie"))
		}
	}
	// A cookie that does not open is ignored, not cleared: it may be of a key that comes back.
	if a := g.get("/opt/x", "Cookie", "ferngate=garbage", "Accept", "text/html"); len(a.header["Set-Cookie"]) > 0 {
		t.Errorf("cleared: %q", a.header["Set-Cookie"])
	}
}

// The operators' listener knows nothing of sessions and tokens, and serves nothing of a site.
func TestS16_SessionAtTheAdminListener(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	a := g.get("/api/ferndesk-token", "Cookie", cookie)
	admin := &gateway{t: t, url: startApp(t, g.gw.admin.ServeHTTP)}
	for _, target := range []string{"/", "/x", "/api/ferndesk-token", signInPath, "/staff/x"} {
		if a := admin.get(target, "Cookie", cookie, "Authorization", "Bearer "+a.body); a.status != http.StatusNotFound {
			t.Errorf("%s: %d %s", target, a.status, a.body)
		}
	}
	app.none(t)
	// Nor does a site serve what is the operators'.
	g.get("/healthz", "Cookie", cookie)
	if got := app.next(t); got.line != "GET /healthz HTTP/1.1" {
		t.Errorf("arrived %s", got.line)
	}
}

func TestS19_TokenIsNoSession(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	token := g.get("/api/ferndesk-token", "Cookie", cookie).body
	_, sealed, _ := strings.Cut(cookie, "=")
	for _, a := range []answer{
		g.get("/x?access_token=" + token), g.get("/x?jwt=" + token + "&token=" + token), g.get("/x?ferngate=" + sealed),
		g.get("/x", "Authorization", "Bearer "+token), g.get("/x", "Authorization", "Bearer "+sealed), g.get("/x", "Cookie", "ferngate="+token),
		g.get("/api/ferndesk-token?access_token="+token, "Authorization", "Bearer "+token),
	} {
		if a.status != http.StatusUnauthorized {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	app.none(t)
}
