package main

import (
	"strings"
	"testing"
)

// The wiki's own form, a token for its page, and the wiki's own way out.
func TestFollowedDokuWikiInABrowser(t *testing.T) {
	b := newBrowser(t)
	app := startDokuWiki(t).legacyApp()
	url := app.gate(t, defaultRecheck.String())
	alice := threePeople()[0]

	b.open(url + app.page)
	b.wait("/doku.php", "h1", "Start")
	b.wantToken(app.tokens[0], "401 ")

	b.click("#dokuwiki__usertools .login a")
	b.wait("/doku.php", "#dw__login legend", "Log In")
	b.click("#dw__login [name=u]")
	b.keys(alice.Login)
	b.tabTo("[name=p]")
	b.keys(appPassword + "\r")
	b.wait("/doku.php", "#dokuwiki__usertools .user", alice.Name)
	got := b.wantToken(app.tokens[0], "200 ")
	if err := (&followed{legacyApp: app}).names(answer{status: 200, body: []byte(strings.TrimPrefix(got, "200 "))}, alice); err != nil {
		t.Error(err)
	}
	if cookies := b.js("document.cookie"); strings.Contains(cookies, "ferngate") {
		t.Errorf("scripts of the page see the cookies %q", cookies)
	}

	b.click("#dokuwiki__usertools .logout a")
	b.wait("/doku.php", "#dokuwiki__usertools .login", "Log In")
	b.wantToken(app.tokens[0], "401 ")
	b.wantQuiet(app.tokens[0])
}

// wantToken has the page fetch a token, wants the answer to begin with that,
// and returns its status and body.
func (b *browser) wantToken(path, begin string) string {
	b.t.Helper()
	b.js("(window.got = '', fetch(" + quote(path) + ").then(async r => window.got = r.status + ' ' + await r.text()), 0)")
	b.until("window.got.startsWith(" + quote(begin) + ")")
	return b.js("window.got")
}
