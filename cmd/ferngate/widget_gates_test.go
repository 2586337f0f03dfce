package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/ferngate/ferngate/cmd/ferngate/standin"
	"github.com/ferngate/ferngate/config"
	widgetjs "github.com/ferngate/ferngate/proxy/widget"
)

// pageWith is a document with the element, and more after it in the head.
func pageWith(head string) string {
	return `<!DOCTYPE html><html><head>{widget}` + head + `<title>Page</title><link rel="icon" href="data:,"></head><body><h1>Page</h1></body></html>`
}

func TestWidgetStaysAway(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	pages := map[string]string{
		"/off":            pageWith(`<meta name="ferngate" content="off">`),
		"/off in capital": pageWith(`<META NAME="Ferngate" CONTENT="OFF">`),
		"/its own widget": pageWith(`<script>window.Ferndesk = function () { throw 'not ours' }</script>`),
		"/an element":     pageWith(`<script id="ferndesk-sdk" type="text/plain"></script>`),
		"/the official":   pageWith(`<script type="x" src="https://static.ferndesk.com/dist/sdk.js?v=3"></script>`),
		"/its own SDK":    pageWith(`<script defer src="{sdk}"></script>`),
		"/its own source": pageWith(`<script>window.FERNDESK_SDK_SRC = 'https://cdn.example.test/f.js'</script><script type="x" src="https://cdn.example.test/f.js"></script>`),
	}
	s := startWidgetSite(t, config.Inject{}, pages)
	s.is(&threePeople()[0])
	for path := range pages {
		b.open(s.url + path)
		b.until("window.__ferngate")
		b.pass()
		if there := b.js("document.querySelectorAll('#ferndesk-widget').length"); there != "0" {
			t.Errorf("%s: the widget is there", path)
		}
	}
	if n := s.count(standin.SDKPath); n != 1 {
		t.Errorf("the SDK was loaded %d times", n)
	}
	if asked := s.count(widgetjs.WhoamiPath) + s.count(tokenPath); asked != 0 {
		t.Errorf("it asked %d times who somebody is", asked)
	}
	b.wantQuiet()
}

// The widget's element may be there twice, and other things may look like an opt-out.
func TestWidgetRunsOnce(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{Init: map[string]config.Option{"hideLauncher": "true"}}, map[string]string{
		"/": `<!DOCTYPE html><html><head><script>const before = new Set(Object.getOwnPropertyNames(window))</script>{widget}{widget}
<meta name="ferngate" content="on"><title>Page</title><link rel="icon" href="data:,"></head><body><h1>Page</h1>{widget}</body></html>`,
	})
	alice := threePeople()[0]
	s.is(&alice)
	b.open(s.url + "/")
	b.wantShown(alice)
	b.wantData("loads", "1")
	b.wantData("inits", "1")
	if n := s.count(widgetjs.WhoamiPath); n != 1 {
		t.Errorf("%d questions", n)
	}
	if hidden := b.js("document.querySelector('#ferndesk-widget').shadowRoot.querySelector('#launcher').hidden"); hidden != "true" {
		t.Error("the options of the config did not arrive")
	}
	if names := b.js("Object.getOwnPropertyNames(window).filter(name => !before.has(name)).sort()"); names != "Ferndesk,__ferngate" {
		t.Errorf("new names in the page: %s", names)
	}
	b.wantQuiet()
}

func TestWidgetWaitsForConsent(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	alice := threePeople()[0]
	asks := func(consent config.Consent) *widgetSite {
		t.Helper()
		s := startWidgetSite(t, config.Inject{Consent: &consent}, nil)
		s.is(&alice)
		b.open(s.url + "/")
		b.until("window.__ferngate")
		b.pass()
		b.wantNoWidget(s)
		return s
	}

	for _, target := range []string{"document", "window"} {
		s := asks(config.Consent{Event: "agreed"})
		b.js("document.body.dispatchEvent(new Event('agreed', { bubbles: true }))") // a button's, not the page's
		b.pass()
		b.wantNoWidget(s)
		b.js(target + ".dispatchEvent(new Event('agreed'))")
		b.wantShown(alice)
	}

	// As name=value, a cookie of another value is no consent, nor is one whose name only ends so.
	s := asks(config.Consent{Event: "agreed", Cookie: "consent=yes"})
	b.js("(document.cookie = 'consent=no', document.cookie = 'noconsent=yes', document.cookie = 'consent2=yes', dispatchEvent(new Event('focus')))")
	b.pass()
	b.wantNoWidget(s)
	b.js("(document.cookie = 'consent=yes', dispatchEvent(new Event('focus')))")
	b.wantShown(alice)
	b.reload() // and now from the beginning
	b.wantShown(alice)
	b.js("document.cookie = 'consent=; max-age=0'")

	// As a name, any value is.
	asks(config.Consent{Cookie: "consent"})
	b.js("(document.cookie = 'consent=', document.dispatchEvent(new Event('visibilitychange')))")
	b.wantShown(alice)
	b.wantQuiet()
}

// wantNoWidget wants nothing to be loaded from elsewhere, or asked.
func (b *browser) wantNoWidget(s *widgetSite) {
	b.t.Helper()
	if got := b.js("typeof window.Ferndesk + document.querySelectorAll('#ferndesk-sdk').length"); got != "undefined0" || s.count(widgetjs.WhoamiPath) != 0 {
		b.t.Errorf("the widget is there: %s, %d questions", got, s.count(widgetjs.WhoamiPath))
	}
}

func TestWidgetPutOff(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	alice := threePeople()[0]
	for _, in := range []config.Inject{{Delay: 700 * time.Millisecond}, {Idle: true}, {Idle: true, Delay: 700 * time.Millisecond}} {
		s := startWidgetSite(t, in, map[string]string{"/": pageWith(`<script>
			new MutationObserver(() => { window.loadedAt = window.loadedAt || document.querySelector('#ferndesk-sdk') && performance.now() })
				.observe(document.documentElement, { childList: true, subtree: true })</script>`)})
		s.is(&alice)
		b.open(s.url + "/")
		b.wantShown(alice)
		late := b.js(fmt.Sprintf("window.loadedAt - performance.getEntriesByType('navigation')[0].domContentLoadedEventStart >= %d", in.Delay.Milliseconds()))
		if late != "true" {
			t.Errorf("%+v: the SDK was loaded at %s", in, b.js("window.loadedAt"))
		}
	}
	b.wantQuiet()
}
