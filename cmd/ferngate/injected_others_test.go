package main

import (
	"os"
	"strings"
	"testing"
)

// deployed is sign_in as it is shipped for an app.
func deployed(t *testing.T, app string) string {
	t.Helper()
	mapping, err := os.ReadFile("../../deploy/apps/" + app + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	section := "app:\n  recheck: 1h\n  timeout: 10s\n"
	for line := range strings.Lines(string(mapping)) {
		section += "  " + line
	}
	return section
}

func startInjectedWiki(t *testing.T) *injectedApp {
	t.Helper()
	recent := link{".action.recent a", "/doku.php", "Recent Changes"}
	app := &injectedApp{
		appServer: startDokuWiki(t).appServer,
		signInBy:  deployed(t, "dokuwiki"),
		home:      "/doku.php?id=start",
		links:     []link{recent, {"#dokuwiki__header a[accesskey=h]", "/doku.php", "Start"}, recent},
		own:       []string{"layout shift"}, // as its tools unfold
	}
	app.signOut = func(b *browser) {
		b.t.Helper()
		b.press(".action.logout a")
		b.until("document.querySelector('.action.login a') !== null")
	}
	app.signIn = func(b *browser, p person) {
		b.t.Helper()
		if b.js("document.querySelector('.action.logout a') !== null") == "true" {
			app.signOut(b) // it has no form for who is signed in
		}
		b.press(".action.login a")
		b.until("document.querySelector('#dw__login') !== null")
		b.fill("#dw__login [name=u]", p.Login)
		b.fill("#dw__login [name=p]", p.Password)
		b.press("#dw__login [type=submit]")
		b.wait("/doku.php", ".user bdi", p.Name)
	}
	return app
}

func startInjectedDjango(t *testing.T) *injectedApp {
	t.Helper()
	password := link{"a[href='/admin/password_change/']", "/admin/password_change/", "Password change"}
	app := &injectedApp{
		appServer: startDjango(t, "db").appServer,
		signInBy:  deployed(t, "django"),
		home:      "/",
		links:     []link{password, {"#site-name a", "/admin/", "Site administration"}, password},
		own: []string{
			"/favicon.ico", // there is none
			"layout shift", // as its font arrives
		},
	}
	app.signOut = func(b *browser) {
		b.t.Helper()
		b.press("a[href='/admin/logout/']")
		b.wait("/admin/logout/", "h1", "Logged out")
	}
	app.signIn = func(b *browser, p person) {
		b.t.Helper()
		if b.js("document.querySelector('#user-tools') !== null") == "true" {
			app.signOut(b) // it has no form for who is signed in
		}
		b.open(appOrigin + "/admin/login/?next=/admin/")
		b.fill("#id_username", p.Login)
		b.fill("#id_password", p.Password)
		b.press("[type=submit]")
		b.wait("/admin/", "#user-tools", p.Login)
	}
	return app
}
