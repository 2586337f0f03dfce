package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

const (
	demoPassword      = "fernwood"
	wrongDemoPassword = "Wonderland-4711"
	// expected401 is the path whose answer of 401 the browser notes as an error: the token of nobody.
	expected401 = "/api/ferndesk-token"
)

// claims are what Ferndesk reads in a token.
type claims struct {
	Sub, UserID, Email, Name string
	CustomAttributes         map[string]string
	Iat, Exp                 int64
}

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
		if strings.Contains(demo.output.String(), wrongDemoPassword) {
			t.Error("what was typed as a password is in the log")
		}
	})
	return url
}

// What the README's first command promises, clicked through.
func TestDemoInABrowser(t *testing.T) {
	b := newBrowser(t)
	url := startDemo(t)

	b.open(url + "/help")
	b.wantDemoGuest()

	// A wrong password changes nothing, and the app keeps the login.
	b.click("#log-in")
	b.clickLogIn("alice", wrongDemoPassword)
	b.wait("/login", "[role=alert]", "Wrong login or password.")
	if login := b.js("document.querySelector('#login').value"); login != "alice" {
		t.Errorf("the login became %q", login)
	}
	b.js("document.querySelector('#login').value = ''")
	b.clickLogIn("alice", demoPassword)
	b.wantDemoPerson("alice")
	if cookies := b.js("document.cookie"); cookies != "" {
		t.Errorf("scripts of the page see the cookies %q", cookies)
	}

	// The app's logout is ferngate's, and so is its next login.
	b.click("#log-out")
	b.wantDemoGuest()
	b.click("#log-in")
	b.clickLogIn("bob", demoPassword)
	b.wantDemoPerson("bob")

	// Somebody else logs in over him.
	b.click("#switch-user")
	b.clickLogIn("alice", demoPassword)
	b.wantDemoPerson("alice")

	// Ferngate's own sign-out ends the app's session, too.
	b.open(url + "/.ferngate/sign-out")
	b.wait("/.ferngate/sign-out", "main", "You are signed in as Alice Liddell.")
	b.click("button[type=submit]")
	b.wait("/", "#userbar", "Not logged in")
	b.open(url + "/help")
	b.wantDemoGuest()
	b.wantQuiet(expected401)
}

// A protected page leads to the app's login and from there on; all of it without a mouse.
func TestDemoWithTheKeyboardAlone(t *testing.T) {
	b := newBrowser(t)
	url := startDemo(t)

	b.open(url + "/upload")
	b.typeLogIn("bob", wrongDemoPassword)
	b.wait("/login", "[role=alert]", "Wrong login or password.")
	b.tabTo("#password")
	b.keys(demoPassword)
	b.tabTo("input[type=submit]")
	b.keys("\r")
	b.wait("/upload", "h1", "Upload")
	b.tabTo("a[href='/help']")
	b.keys("\r")
	b.wantDemoPerson("bob")

	b.tabTo("#switch-user")
	b.keys("\r")
	b.typeLogIn("alice", demoPassword)
	b.wantDemoPerson("alice")

	b.tabTo("#log-out")
	b.keys("\r")
	b.wantDemoGuest()
	b.tabTo("a[href='/upload']")
	b.keys("\r")
	b.wait("/login", "h1", "Log in")
	b.wantQuiet(expected401)
}

// Whoever logs in, switches or logs out in one tab does so for the widget in all of them.
func TestDemoInThreeTabs(t *testing.T) {
	b := newBrowser(t)
	b.watch()
	url := startDemo(t)
	tabs := []*browser{b, b.tab(), b.tab()}
	for i, path := range []string{"/", "/help", "/account"} {
		tabs[i].open(url + path)
		tabs[i].wantNobodyShown()
	}
	b.front()
	b.open(url + "/login?back=/tickets/new")
	for _, login := range []string{"alice", "bob"} {
		b.clickLogIn(login, demoPassword)
		b.wait("/tickets/new", "#userbar", "Logged in as "+demoPerson(login).Name)
		for _, tab := range tabs {
			tab.wantShown(demoPerson(login))
		}
		b.click("#switch-user")
	}
	b.click("#log-out")
	b.wait("/tickets/new", "#userbar", "Not logged in")
	for _, tab := range tabs {
		tab.wantNobodyShown()
		tab.wantQuiet(expected401) // the help page's own
	}
}

// clickLogIn fills in the app's login form with the mouse in hand.
func (b *browser) clickLogIn(login, password string) {
	b.t.Helper()
	b.wait("/login", "h1", "Log in")
	b.click("#login")
	b.keys(login)
	b.click("#password")
	b.keys(password)
	b.click("input[type=submit]")
}

// typeLogIn fills in the app's login form and sends it by Enter.
func (b *browser) typeLogIn(login, password string) {
	b.t.Helper()
	b.wait("/login", "h1", "Log in")
	b.tabTo("#login")
	b.keys(login)
	b.tabTo("#password")
	b.keys(password + "\r")
}

// wantDemoGuest wants the help page to know nobody, whichever way it asks, and
// the widget beside it.
func (b *browser) wantDemoGuest() {
	b.t.Helper()
	b.wait("/help", "#userbar", "Not logged in")
	b.wait("/help", "#token-status", "401 Not authenticated")
	b.wantNobodyShown()
	if told := b.js("document.querySelectorAll('#received-headers code').length"); told != "0" {
		b.t.Errorf("the app is told of somebody\nthe page: %s", b.page())
	}
}

// demoPerson is the person as the widget is to show them.
func demoPerson(login string) person {
	return map[string]person{
		"alice": {ID: 1001, Name: "Alice Liddell", Email: "alice@fernwood.example"},
		"bob":   {ID: 1002, Name: "Bob Sawyer", Email: "bob@fernwood.example"},
	}[login]
}

// wantDemoPerson wants the help page's own greeting, the token that it fetched,
// the headers that it was sent and the widget to name one person.
func (b *browser) wantDemoPerson(login string) {
	b.t.Helper()
	want := map[string]claims{
		"alice": {Sub: "1001", Email: "alice@fernwood.example", Name: "Alice Liddell", CustomAttributes: map[string]string{"plan": "pro"}},
		"bob":   {Sub: "1002", Email: "bob@fernwood.example", Name: "Bob Sawyer", CustomAttributes: map[string]string{"plan": "free"}},
	}[login]
	b.wait("/help", "#userbar", "Logged in as "+want.Name)
	b.wantShown(demoPerson(login))
	b.wait("/help", "#token-status", "200 OK")
	b.wait("/help", "#received-headers", want.Email)
	var got claims
	text := b.js("document.querySelector('#token-claims').textContent")
	if err := json.Unmarshal([]byte(text), &got); err != nil {
		b.t.Fatalf("claims %q: %v", text, err)
	}
	if got.Sub != want.Sub || got.UserID != want.Sub || got.Email != want.Email || got.Name != want.Name ||
		got.CustomAttributes["plan"] != want.CustomAttributes["plan"] {
		b.t.Errorf("%s's claims: %s", login, text)
	}
	if got.Exp-got.Iat != 3600 || got.Exp <= time.Now().Unix() {
		b.t.Errorf("a token from %d to %d", got.Iat, got.Exp)
	}
}
