package demoapp

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// logIn posts the login form; headers are name, value, name, value.
func logIn(t *testing.T, h http.Handler, login, password, back string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return post(t, h, "/login", url.Values{"login": {login}, "password": {password}, "back": {back}}, headers...)
}

// loggedIn logs in and returns the Cookie header that the browser sends from then on.
func loggedIn(t *testing.T, h http.Handler, login string, headers ...string) string {
	t.Helper()
	w := logIn(t, h, login, "fernwood", "/", headers...)
	wantStatus(t, w, http.StatusSeeOther)
	return sessionCookie + "=" + setCookie(t, w).Value
}

// setCookie is the one cookie that the answer sets.
func setCookie(t *testing.T, w *httptest.ResponseRecorder) *http.Cookie {
	t.Helper()
	cookies := w.Result().Cookies()
	if len(cookies) != 1 {
		t.Fatalf("cookies set: %v", w.Header()["Set-Cookie"])
	}
	return cookies[0]
}

func wantLocation(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	wantStatus(t, w, http.StatusSeeOther)
	if at := w.Header().Get("Location"); at != want {
		t.Errorf("Location %q, want %q", at, want)
	}
}

func TestLoginBeginsASessionAndLeadsBack(t *testing.T) {
	h := Handler()
	w := logIn(t, h, "alice", "fernwood", "/tickets/101?from=list")
	wantLocation(t, w, "/tickets/101?from=list")
	c := setCookie(t, w)
	if c.Name != "FWSESSID" || len(c.Value) < 26 || c.Path != "/" || !c.HttpOnly || c.MaxAge != 0 {
		t.Errorf("cookie %+v", c)
	}
	w = get(t, h, "/", "Cookie", c.Name+"="+c.Value)
	wantBody(t, w, "Logged in as <b>Alice Liddell</b>", `id="log-out"`)
	wantNotInBody(t, w, `id="log-in"`)
}

func TestWrongLoginOrPasswordShowsTheFormAgain(t *testing.T) {
	for _, c := range []struct{ login, password string }{
		{"alice", "Fernwood"}, {"alice", ""}, {"alice", "fernwood "}, {"Alice", "fernwood"}, {"mallory", "fernwood"}, {"", ""},
	} {
		w := logIn(t, Handler(), c.login, c.password, "/help")
		wantStatus(t, w, http.StatusOK)
		wantBody(t, w, "Wrong login or password.", `value="`+c.login+`"`, `name="back" value="/help"`)
		if got := w.Header()["Set-Cookie"]; got != nil {
			t.Errorf("%+v: cookie %v", c, got)
		}
	}
}

func TestTheFormNeverShowsAPasswordAgain(t *testing.T) {
	w := logIn(t, Handler(), "alice", "Wonderland-4711", "/")
	wantNotInBody(t, w, "Wonderland")
}

func TestALoginInTheAddressDoesNotCount(t *testing.T) {
	w := post(t, Handler(), "/login?login=alice&password=fernwood", nil)
	wantStatus(t, w, http.StatusOK)
	wantBody(t, w, "Wrong login or password.")
}

func TestLoginFormKeepsWhereItWasAskedFor(t *testing.T) {
	w := get(t, Handler(), "/login?back=%2Fhelp%3Fa%3D1%26b%3D2")
	wantBody(t, w, `name="back" value="/help?a=1&amp;b=2"`, `<form method="post" action="/login">`, `type="password"`)
	wantLocation(t, post(t, Handler(), "/login?back=%2Fhelp", url.Values{"login": {"bob"}, "password": {"fernwood"}}), "/help")
}

func TestLoginGivesANewIDAndEndsTheOldOne(t *testing.T) {
	h := Handler()
	planted := sessionCookie + "=0123456789abcdef"
	alice := loggedIn(t, h, "alice", "Cookie", planted)
	wantBody(t, get(t, h, "/", "Cookie", planted), "Not logged in")

	// The form offers the switch without a logout.
	wantBody(t, get(t, h, "/login", "Cookie", alice), "You are logged in as <b>Alice Liddell</b>.", `id="switch-user"`)
	bob := loggedIn(t, h, "bob", "Cookie", alice)
	if bob == alice {
		t.Error("the id stayed")
	}
	wantBody(t, get(t, h, "/", "Cookie", bob), "Logged in as <b>Bob Sawyer</b>")
	wantBody(t, get(t, h, "/", "Cookie", alice), "Not logged in")
}

func TestLogoutEndsTheSessionAndClearsTheCookie(t *testing.T) {
	h := Handler()
	alice, elsewhere := loggedIn(t, h, "alice"), loggedIn(t, h, "alice")
	w := get(t, h, "/logout?back=%2Fhelp", "Cookie", alice)
	wantLocation(t, w, "/help")
	if c := setCookie(t, w); c.Name != sessionCookie || c.MaxAge >= 0 || c.Path != "/" {
		t.Errorf("cookie %+v", c)
	}
	wantBody(t, get(t, h, "/", "Cookie", alice), "Not logged in", `id="log-in"`)
	wantBody(t, get(t, h, "/", "Cookie", elsewhere), "Logged in as <b>Alice Liddell</b>")
}

func TestLogoutOfAGuestIsNoFault(t *testing.T) {
	wantLocation(t, get(t, Handler(), "/logout"), "/")
}

func TestLoginAndLogoutLeadNowhereElse(t *testing.T) {
	for _, back := range []string{
		"", "help", "http://evil.example/", "https:evil.example", "//evil.example/", `/\evil.example`, `\\evil.example`,
		"/\t/evil.example", "\t//evil.example", " //evil.example", "/\n/evil.example", "javascript:alert(1)", "/%zz",
		"/logout", "/logout?back=/help", "/login?back=/help",
	} {
		wantLocation(t, logIn(t, Handler(), "alice", "fernwood", back), "/")
		wantLocation(t, get(t, Handler(), "/logout?"+url.Values{"back": {back}}.Encode()), "/")
	}
}

func TestLoginFormEscapesEverything(t *testing.T) {
	const evil = `"><script>alert(1)</script>`
	w := logIn(t, Handler(), evil, evil, "/help?"+strings.ReplaceAll(evil, " ", ""))
	wantNotInBody(t, w, "<script>")
}
