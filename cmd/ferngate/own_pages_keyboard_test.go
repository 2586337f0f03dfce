package main

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// All that a person comes to in ferngate's own pages, by Tab and Enter alone,
// with the focus in sight; here somebody who reads French.
func TestOwnPagesWithTheKeyboardAlone(t *testing.T) {
	b := newBrowser(t)
	gate := startOwnPagesGate(t, "plain")
	b.do("read French", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, tab, network.SetExtraHTTPHeaders,
			network.SetExtraHTTPHeadersParams{Headers: network.Headers{"Accept-Language": acceptLanguages["fr"]}})
		return none, err
	})

	// The login has the focus, and Enter sends the form.
	b.open(gate + "/staff/")
	b.wait("/.ferngate/sign-in", "h1", "Se connecter")
	b.waitFocus("#login")
	b.wantFocusSeen()
	b.wantTabs("#password", "button")
	b.open(gate + "/staff/")
	b.waitFocus("#login")
	b.keys("alice\tWonderland\r")

	// What went wrong is said of the field that has the focus then.
	b.wait("/.ferngate/sign-in", "[role=alert]", "L’identifiant ou le mot de passe est incorrect.")
	b.waitFocus("#password[aria-invalid=true][aria-describedby=problem]")
	b.wantFocusSeen()
	b.keys(gatePassword + "\r")

	// A page that is not open to Alice leads to the sign-out, which asks.
	b.wait("/staff/", "h1", "Accès refusé")
	b.wait("/staff/", "strong", "Alice Liddell")
	b.wantTabs("a[href='/.ferngate/sign-out']")
	b.open(gate + "/.ferngate/sign-out?return_to=%2Fhelp")
	b.wantTabs("button", "a[href='/help']")
	b.keys("\r")
	b.wait("/help", "h1", "L’application est injoignable")
	b.open(gate + "/.ferngate/sign-out")
	b.wantTabs("button")
	b.keys("\r")
	b.wait("/.ferngate/sign-out", "h1", "Votre session est fermée")
	b.wantTabs("a[href='/.ferngate/sign-in?return_to=%2F']")
	b.keys("\r")
	b.wait("/.ferngate/sign-in", "h1", "Se connecter")
	b.waitFocus("#login")
}

// wantTabs wants Tab to lead through just these, in order, each of which can be
// seen to have the focus then, and Shift and Tab back.
func (b *browser) wantTabs(selectors ...string) {
	b.t.Helper()
	for _, selector := range selectors {
		b.keys("\t")
		b.waitFocus(selector)
		b.wantFocusSeen()
	}
	for _, selector := range slices.Backward(selectors[:len(selectors)-1]) {
		b.do("Shift and Tab", chromedp.KeyEvent("\t", chromedp.KeyModifiers(8)))
		b.waitFocus(selector)
	}
	for _, selector := range selectors[1:] {
		b.keys("\t")
		b.waitFocus(selector)
	}
	// Of what takes the focus there is no more than was come to, and what had it to begin with.
	all := b.js("[...document.querySelectorAll('a[href], button, input:not([type=hidden])')].filter(e => !e.autofocus).every(e => e.matches(" +
		quote(strings.Join(selectors, ", ")) + "))")
	if all != "true" {
		b.t.Errorf("Tab does not come to everything\nthe page: %s", b.page())
	}
}

// wantFocusSeen wants what has the focus to have a ring of two pixels at least
// in another colour than what is around it (WCAG 2.2, 2.4.7).
func (b *browser) wantFocusSeen() {
	b.t.Helper()
	if ring := b.js(`(() => {
		const style = getComputedStyle(document.activeElement);
		const grounds = [document.body, document.querySelector("main")].map(e => getComputedStyle(e).backgroundColor);
		return style.outlineStyle === "solid" && parseFloat(style.outlineWidth) >= 2 && !grounds.includes(style.outlineColor);
	})()`); ring != "true" {
		b.t.Errorf("the focus cannot be seen at %s", b.js("document.activeElement.outerHTML"))
	}
}
