package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ferngate/ferngate/config"
	widgetjs "github.com/ferngate/ferngate/proxy/widget"
)

// hostile is a document whose first script changed the browser under the
// widget, which comes after it.
func hostile(script string) string {
	return `<!DOCTYPE html><html><head><script>` + script + `</script>{widget}<title>Page</title><link rel="icon" href="data:,"></head><body><h1>Page</h1></body></html>`
}

// What pages do to what scripts share does not stop the widget, or is at least
// no louder for it.
func TestWidgetInHostilePages(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	identified := map[string]string{
		"/no channels":   hostile(`window.BroadcastChannel = undefined`),
		"/no locks":      hostile(`Object.defineProperty(navigator, 'locks', { value: undefined })`),
		"/bad locks":     hostile(`Object.defineProperty(navigator, 'locks', { value: { request() { throw 'no' } } })`),
		"/polluted":      hostile(`for (const name of ['method', 'body', 'mode', 'signal', 'headers', 'get', 'set', 'undecided', 'renewed', 'timeout', 'q', 'nonce']) Object.prototype[name] = 'polluted'`),
		"/old libraries": hostile(`Object.prototype.extend = function () {}; Array.prototype.each = function () {}; Array.from = a => a.toArray ? a.toArray() : []`),
		"/elsewhere":     `<!DOCTYPE html><html><head>{widget}<base href="https://elsewhere.test/"><title>Page</title><link rel="icon" href="data:,"></head><body><h1>Page</h1></body></html>`,
		"/names":         pageWith(``) + `<div id="navigation"></div><div id="locks"></div><div id="FERNDESK_SDK_SRC"></div><div id="channel"></div>`,
		"/no head":       `<!DOCTYPE html>{widget}<p>Page`,
	}
	anonymous := map[string]string{
		"/fetch throws":    hostile(`window.fetch = () => { throw new Error('no') }`),
		"/fetch rejects":   hostile(`window.fetch = () => Promise.reject(new Error('no'))`),
		"/fetch is wrong":  hostile(`window.fetch = () => 42`),
		"/fetch never":     hostile(`window.fetch = () => new Promise(() => {})`),
		"/fetch is gone":   hostile(`delete window.fetch; window.fetch = undefined`),
		"/no aborting":     hostile(`window.AbortController = undefined`),
		"/nothing matters": hostile(`window.fetch = () => ({ status: 200, text: () => 'null' })`),
	}
	pages := map[string]string{}
	for _, some := range []map[string]string{identified, anonymous} {
		for path, text := range some {
			pages[path] = text
		}
	}
	s := startWidgetSite(t, config.Inject{}, pages)
	alice, bob := threePeople()[0], threePeople()[1]

	for path := range identified {
		t.Log(path)
		s.is(&alice)
		b.open(s.url + path)
		b.wantShown(alice)
		s.is(&bob)
		b.js("dispatchEvent(new Event('focus'))")
		b.wantShown(bob)
	}
	s.is(&alice)
	b.open(s.url + "/late")
	b.wantShown(alice)
	b.js(`['setTimeout', 'clearTimeout', 'fetch', 'AbortController', 'BroadcastChannel'].forEach(name => { window[name] = () => { throw new Error('no') } })`)
	s.is(&bob)
	b.js("dispatchEvent(new Event('focus'))")
	b.wantShown(bob)
	for path := range anonymous {
		t.Log(path)
		b.open(s.url + path)
		b.wantNobodyShown()
		b.js("dispatchEvent(new Event('focus'))")
		b.pass()
		b.wantNobodyShown()
	}
	b.wantQuiet()
}

// An SDK that throws, or does not come, is nothing that the page hears of.
func TestWidgetWithABadSDK(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, map[string]string{
		"/throws":  hostile(`window.FERNDESK_SDK_SRC = '/throws.js'`),
		"/missing": hostile(`window.FERNDESK_SDK_SRC = 'http://nowhere.example.test/sdk.js'`),
	})
	s.pages["/throws.js"] = `window.Ferndesk = () => { window.called = (window.called || 0) + 1; throw new Error('no') }`
	s.is(&threePeople()[0])
	b.open(s.url + "/throws")
	s.waitCount(tokenPath, 1)
	s.is(nil)
	asked := s.count(widgetjs.WhoamiPath)
	b.js("dispatchEvent(new Event('focus'))")
	s.waitCount(widgetjs.WhoamiPath, asked+1)
	b.until("window.called > 0")
	b.pass()
	b.wantQuiet()

	s.is(&threePeople()[0])
	tokens := s.count(tokenPath)
	b.open(s.url + "/missing")
	s.waitCount(tokenPath, tokens+1)
	b.until("Ferndesk.q.length === 2 && document.querySelector('#ferndesk-sdk') === null")
	b.wantOnlyTheNetwork()
}

// Over plain HTTP there are no locks; the tabs still agree.
func TestWidgetOverPlainHTTP(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, chromedp.Flag("host-resolver-rules", "MAP "+appHost+" 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	b.watch()
	s := startWidgetSiteAt(t, appHost, config.Inject{}, nil)
	s.ttl = shortTTL
	alice, bob := threePeople()[0], threePeople()[1]
	tabs := []*browser{b, b.tab(), b.tab()}
	s.is(&alice)
	for _, tab := range tabs {
		tab.open(s.url + "/")
		tab.wantShown(alice)
	}
	if locks := b.js("isSecureContext + ' ' + typeof navigator.locks"); locks != "false undefined" {
		t.Fatalf("this is no plain HTTP: %s", locks)
	}
	for _, tab := range tabs {
		tab.untilRenewed(3)
	}
	s.is(&bob)
	b.open(s.url + "/changed")
	for _, tab := range tabs {
		tab.wantShown(bob)
	}
	for _, tab := range tabs {
		tab.wantQuiet()
	}
}
