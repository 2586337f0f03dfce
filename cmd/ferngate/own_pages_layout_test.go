package main

import (
	"testing"

	"github.com/chromedp/chromedp"
)

// beyond lists what sticks out of the window to the right, or whose text is cut off.
const beyond = `[...document.querySelectorAll("body *")].filter(e => {
	const box = e.getBoundingClientRect(), style = getComputedStyle(e);
	return box.right > innerWidth + .5 || box.left < -.5 || style.overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1 && e.tagName !== "INPUT";
}).map(e => e.outerHTML.slice(0, 80)).join("\n") + (document.documentElement.scrollWidth > innerWidth ? "\nthe page scrolls" : "")`

// At 320 pixels, and with text of twice the size, nothing scrolls sideways and
// nothing is cut off (WCAG 2.2, 1.4.10 and 1.4.4).
func TestOwnPagesFitNarrowWindows(t *testing.T) {
	b := newBrowser(t)
	url, paths := serveOwnPages(t, "branded")
	b.do("a window of 320 pixels", chromedp.EmulateViewport(320, 640))
	for _, path := range paths {
		b.open(url + path)
		for _, size := range []string{"100%", "200%"} {
			b.js("document.documentElement.style.fontSize = " + quote(size))
			if found := b.js(beyond); found != "" {
				t.Errorf("%s, text at %s:\n%s", path, size, found)
			}
		}
	}
	b.wantQuiet()
}

// unseen lists what cannot be seen once the system's colours replace ours: what
// a thing is must not hang on a background.
const unseen = `[...document.querySelectorAll("main, button, .action, input:not([type=hidden]), .problem, .mark")].filter(e => {
	const style = getComputedStyle(e, e.matches(".mark") ? "::before" : null), ground = getComputedStyle(document.body).backgroundColor;
	const side = e.matches(".problem") ? "Left" : "Top";
	return style["border" + side + "Style"] === "none" || parseFloat(style["border" + side + "Width"]) === 0 || style["border" + side + "Color"] === ground;
}).map(e => e.outerHTML.slice(0, 80)).join("\n")`

// With forced colours every part still has an edge, and so has what has the focus.
func TestOwnPagesWithForcedColors(t *testing.T) {
	b := newBrowser(t)
	url, paths := serveOwnPages(t, "plain")
	b.prefers("forced-colors", "active")
	for _, path := range paths {
		if path[:4] != "/en/" {
			continue // colours are the same in every language
		}
		b.open(url + path)
		b.until("matchMedia('(forced-colors: active)').matches")
		if found := b.js(unseen); found != "" {
			t.Errorf("%s: cannot be seen:\n%s", path, found)
		}
	}
	b.open(url + "/en/sign-in")
	b.waitFocus("#login")
	b.wantFocusSeen()
	b.wantQuiet()
}
