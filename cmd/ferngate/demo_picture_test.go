package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// The demo, with its widget open, as a person sees it.
func TestDemoPicture(t *testing.T) {
	const width, height = 1200, 800
	wantPicture(t, "../../.github/demo.png", width, height, func() []byte {
		b := newBrowser(t)
		b.do("a window of that size", chromedp.EmulateViewport(width, height))
		url := startDemo(t)
		b.open(url + "/login?back=/")
		b.clickLogIn("alice", demoPassword)
		b.wait("/", "#userbar", "Logged in as Alice Liddell")
		b.wantShown(demoPerson("alice"))
		b.js("document.querySelector('#ferndesk-widget').shadowRoot.querySelector('#launcher').click()")
		b.until("document.querySelector('#ferndesk-widget').shadowRoot.querySelector('#greeting').checkVisibility()")
		return b.picture()
	})
}
