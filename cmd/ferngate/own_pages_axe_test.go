package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// axeRun is all that axe-core finds against WCAG 2.2 AA and good practice, and
// what it cannot tell, one line each.
const axeRun = `axe.run(document, {
	preload: false,
	resultTypes: ["violations", "incomplete"],
	runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}).then(found => [...found.violations, ...found.incomplete].flatMap(rule =>
	rule.nodes.map(node => rule.id + ": " + node.html + " " + node.failureSummary)).join("\n"))`

// Every page in every language, light and dark, as it is and with a site's own
// name, logo and colour.
func TestOwnPagesAreAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join(nodeModules(t, "axe-core"), "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	for branding := range brandings {
		t.Run(branding, func(t *testing.T) {
			b := newBrowser(t)
			url, paths := serveOwnPages(t, branding)
			b.do("have axe-core in every page", func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
				_, err = cdp.Call(ctx, tab, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: string(axe)})
				return none, err
			})
			for _, path := range paths {
				b.open(url + path)
				for _, scheme := range []string{"light", "dark"} {
					b.prefers("prefers-color-scheme", scheme)
					found, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](axeRun, chromedp.EvalAwaitPromise))
					if err != nil {
						t.Fatalf("%s, %s: %v", path, scheme, err)
					}
					if found != "" {
						t.Errorf("%s, %s:\n%s", path, scheme, found)
					}
				}
			}
			b.wantQuiet()
		})
	}
}

// prefers sets what a person asks for of pages: a media feature and its value.
func (b *browser) prefers(feature, value string) {
	b.t.Helper()
	b.do(feature+": "+value, func(ctx context.Context, tab *chromedp.Target) (none chromedp.Void, err error) {
		_, err = cdp.Call(ctx, tab, emulation.SetEmulatedMedia,
			emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: feature, Value: value}}})
		return none, err
	})
}
