package main

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// tellTale tells of what nobody may cause in a page of the app, as soon as it
// happens, and counts how often the document came back from the back/forward
// cache. It runs before anything of the page does.
const tellTale = `if (window === top) {
	window.restored = 0
	new PerformanceObserver((list) => {
		for (const shift of list.getEntries()) {
			// What moved within a box that did not is the app's own text; and one thing alone
			// that moves a little is painted while the page is still being read.
			const moved = shift.sources.map(({ node, previousRect, currentRect }) => [node && node.nodeName + '#' + node.id, JSON.stringify(previousRect), JSON.stringify(currentRect)])
				.filter(([, from, to]) => from !== to)
			if (shift.hadRecentInput || shift.value < 0.001 || shift.sources.length > 0 && moved.length === 0) continue
			complain('layout shift of ' + shift.value + ' at ' + location + ': ' + moved.join(' '))
		}
	}).observe({ type: 'layout-shift', buffered: true })
	document.addEventListener('securitypolicyviolation', (e) => complain('policy: ' + e.violatedDirective + ' ' + e.blockedURI + ' ' + e.sample))
	addEventListener('pageshow', (e) => { if (e.persisted) window.restored++ })
}`

// watch makes the console's complaints those of tellTale, too.
func (b *browser) watch() {
	b.t.Helper()
	err := chromedp.Listen(b.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventBindingCalled:
			b.complain(e.Payload)
		case *page.EventBackForwardCacheNotUsed:
			b.mu.Lock()
			defer b.mu.Unlock()
			for _, why := range e.NotRestoredExplanations {
				b.loaded = append(b.loaded, string(why.Reason))
			}
		}
	})
	if err != nil {
		b.t.Fatal(err)
	}
	b.do("watch the pages", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		if _, err = cdp.Call(ctx, tab, runtime.AddBinding, runtime.AddBindingParams{Name: "complain"}); err != nil {
			return none, err
		}
		_, err = cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: tellTale})
		return none, err
	})
}

// tab opens one more, which is behind the others from when one of them is
// brought to the front.
func (b *browser) tab() *browser {
	b.t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx)
	b.t.Cleanup(cancel)
	other := &browser{t: b.t, ctx: ctx}
	if err := chromedp.Listen(ctx, other.hear); err != nil {
		b.t.Fatalf("open a tab: %v", err)
	}
	other.watch()
	return other
}

// front brings the tab to the front.
func (b *browser) front() {
	b.t.Helper()
	b.do("bring the tab to the front", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, tab, page.BringToFront, cdp.Empty{})
		return none, err
	})
}

func (b *browser) reload() {
	b.t.Helper()
	b.do("reload", chromedp.Reload())
}

// history goes so many steps through the tab's history and waits until the page
// at path shows the heading. Pages of the back/forward cache load nothing, so
// there is no load to wait for.
func (b *browser) history(steps int, l link) {
	b.t.Helper()
	b.js(fmt.Sprintf("history.go(%d)", steps))
	b.wait(l.path, "h1", l.heading)
}

// press clicks in the middle of what the selector selects, once the page is
// there. Unlike click it finds its way in pages of the back/forward cache, too,
// whose nodes chromedp does not know.
func (b *browser) press(selector string) {
	b.t.Helper()
	b.until("document.readyState === 'complete' && document.querySelector(" + quote(selector) + ") !== null")
	var x, y float64
	at := b.js("(() => { const e = document.querySelector(" + quote(selector) + "); e.scrollIntoView({ block: 'nearest', behavior: 'instant' })" +
		"\nconst r = e.getBoundingClientRect(); return (r.left + r.right) / 2 + ' ' + (r.top + r.bottom) / 2 })()")
	if _, err := fmt.Sscan(at, &x, &y); err != nil {
		b.t.Fatalf("where is %s: %s\nthe page: %s", selector, at, b.page())
	}
	b.do("press "+selector, chromedp.MouseClickXY(x, y))
}

// fill types text into the field that the selector selects, in place of what it
// holds; again, where a script of the page took the focus away.
func (b *browser) fill(selector, text string) {
	b.t.Helper()
	field := "document.querySelector(" + quote(selector) + ")"
	eventually(b.t, "fill in "+selector, func() error {
		b.press(selector)
		b.js(field + ".select()")
		b.keys(text)
		if got := b.js(field + ".value"); got != text {
			return fmt.Errorf("%q", got)
		}
		return nil
	})
}
