package main

import (
	"encoding/json"
	"testing"
	"time"
)

// expected401 are the paths whose answer of 401 the browser notes as an error:
// the token of nobody, and a sign-in with a wrong password.
var expected401 = []string{"/api/ferndesk-token", "/.ferngate/sign-in"}

// startDemo runs `ferngate demo` and returns where it is.
func startDemo(t *testing.T) string {
	t.Helper()
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	url := "http://127.0.0.1:" + port
	demo := start(t, t.TempDir(), "ferngate", "demo", "--listen", "127.0.0.1:"+port)
	demo.answers(t, url+"/help")
	t.Cleanup(func() {
		if err := demo.terminate(t); err != nil {
			t.Errorf("the demo ended with %v", err)
		}
	})
	return url
}

// What the README's first command promises, clicked through.
func TestDemoInABrowser(t *testing.T) {
	b := newBrowser(t)
	url := startDemo(t)

	// Nobody is signed in.
	b.open(url + "/help")
	b.wait("/help", "#token-status", "401 Not authenticated")
	b.wait("/help", "#received-headers", "not sent")

	// A wrong password: an alert, and the login is kept.
	b.click("#sign-in")
	b.wait("/.ferngate/sign-in", "h1", "Sign in")
	b.click("#login")
	b.keys("alice")
	b.click("#password")
	b.keys("Wonderland")
	b.click("button[type=submit]")
	b.wait("/.ferngate/sign-in", "[role=alert]", "The login or the password is wrong.")
	if login := b.js("document.querySelector('#login').value"); login != "alice" {
		t.Errorf("the login became %q", login)
	}

	// The right one leads back to the page, with a token and a name.
	b.waitFocus("#password")
	b.keys(demoPassword)
	b.click("button[type=submit]")
	b.wait("/help", "#token-status", "200 OK")
	wantDemoClaims(t, b.js("document.querySelector('#token-claims').textContent"))
	b.wait("/help", "#received-headers", "alice@fernwood.example")
	b.wait("/help", "#userbar", "Hello, Alice Liddell")
	if cookies := b.js("document.cookie"); cookies != "" {
		t.Errorf("scripts of the page see the cookies %q", cookies)
	}
	b.open(url + "/account")
	b.wait("/account", "#content", "You are Alice Liddell.")

	// Sign-out asks first, and then it is over.
	b.open(url + "/help")
	b.wait("/help", "#token-status", "200 OK")
	b.click("#sign-out")
	b.wait("/.ferngate/sign-out", "main", "You are signed in as Alice Liddell.")
	b.click("button[type=submit]")
	b.wait("/help", "#token-status", "401 Not authenticated")
	b.wait("/help", "#userbar", "Hello, guest")

	b.wantQuiet(expected401...)
}

// A protected page leads to sign-in and from there on; all of it without a mouse.
func TestDemoWithTheKeyboardAlone(t *testing.T) {
	b := newBrowser(t)
	url := startDemo(t)

	b.open(url + "/account")
	b.wait("/.ferngate/sign-in", "h1", "Sign in")
	b.waitFocus("#login")
	b.keys("bob")
	b.tabTo("#password")
	b.keys("fernwoods\r")
	b.wait("/.ferngate/sign-in", "[role=alert]", "The login or the password is wrong.")
	b.waitFocus("#password")
	b.keys(demoPassword)
	b.tabTo("button")
	b.keys("\r")
	b.wait("/account", "#content", "You are Bob Sawyer.")

	b.tabTo("#sign-out")
	b.keys("\r")
	b.wait("/.ferngate/sign-out", "h1", "Sign out")
	b.tabTo("button")
	b.keys("\r")
	b.wait("/.ferngate/sign-in", "h1", "Sign in") // /account is for signed-in people
	b.wantQuiet(expected401...)
}

func wantDemoClaims(t *testing.T, text string) {
	t.Helper()
	var claims struct {
		Sub, UserID, Email, Name string
		CustomAttributes         map[string]string
		Iat, Exp                 int64
	}
	if err := json.Unmarshal([]byte(text), &claims); err != nil {
		t.Fatalf("claims %q: %v", text, err)
	}
	if claims.Sub != "1001" || claims.UserID != "1001" || claims.Email != "alice@fernwood.example" ||
		claims.Name != "Alice Liddell" || claims.CustomAttributes["plan"] != "pro" {
		t.Errorf("claims: %s", text)
	}
	if claims.Exp-claims.Iat != 3600 || claims.Exp <= time.Now().Unix() {
		t.Errorf("a token from %d to %d", claims.Iat, claims.Exp)
	}
}
