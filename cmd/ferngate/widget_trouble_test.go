package main

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
	widgetjs "github.com/ferngate/ferngate/proxy/widget"
)

// focus is what a browser does when somebody comes back to a tab.
func (b *browser) focus() {
	b.t.Helper()
	b.js("dispatchEvent(new Event('focus'))")
}

// wantOnlyTheNetwork fails the test for all that the console complained of but
// the browser's own lines about requests that failed.
func (b *browser) wantOnlyTheNetwork() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, c := range b.complaints {
		if !strings.HasPrefix(c, "network: Failed to load resource") {
			b.t.Errorf("in the console: %s", c)
		}
	}
}

// While nobody can tell who it is nothing changes, and when it can be told
// again the widget finds out by itself.
func TestWidgetWhileItCannotBeTold(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	alice, bob := threePeople()[0], threePeople()[1]
	for _, spoilt := range []string{"undecided", "fails", "down", "html"} {
		t.Log(spoilt)
		s := startWidgetSite(t, config.Inject{}, nil)
		s.is(&alice)
		s.answers(spoilt, widgetjs.WhoamiPath, tokenPath)
		b.open(s.url + "/")
		s.waitCount(widgetjs.WhoamiPath, 2)
		b.wantNobodyShown()
		if n := s.count(tokenPath); n != 0 {
			t.Errorf("%d tokens fetched", n)
		}
		s.answers("", widgetjs.WhoamiPath, tokenPath)
		b.wantShown(alice)

		s.is(&bob)
		asked := s.count(widgetjs.WhoamiPath)
		s.answers(spoilt, widgetjs.WhoamiPath, tokenPath)
		b.focus()
		s.waitCount(widgetjs.WhoamiPath, asked+1)
		b.pass()
		b.wantShown(alice)
		b.wantData("inits", "1")
		s.answers("", widgetjs.WhoamiPath, tokenPath)
		b.focus()
		b.wantShown(bob)
	}
	b.wantOnlyTheNetwork()
}

// Whom there is no token for stays unknown, and is not asked for again and again.
func TestWidgetWithoutAToken(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice, bob := threePeople()[0], threePeople()[1]
	s.is(&alice)
	s.answers("refused", tokenPath)
	b.open(s.url + "/")
	s.waitCount(widgetjs.WhoamiPath, 2)
	b.focus()
	s.waitCount(widgetjs.WhoamiPath, 3)
	b.pass()
	if n := s.count(tokenPath); n != 1 {
		t.Errorf("%d tokens asked for", n)
	}
	b.wantNobodyShown()
	s.is(&bob)
	s.answers("", tokenPath)
	b.focus()
	b.wantShown(bob)
	b.wantOnlyTheNetwork()
}

// An answer from before a change that was seen counts no more, however late it comes.
func TestWidgetTakesNoOlderAnswer(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	alice, bob := threePeople()[0], threePeople()[1]
	for _, held := range []string{widgetjs.WhoamiPath, tokenPath} {
		for _, then := range []*person{nil, &bob} {
			for _, elsewhere := range []bool{false, true} {
				s := startWidgetSite(t, config.Inject{}, nil)
				s.is(&alice)
				letGo := s.hold(held)
				b.open(s.url + "/")
				s.waitCount(held, 1)
				s.is(then)
				told := b
				if elsewhere {
					told = b.tab()
					told.open(s.url + "/elsewhere")
				} else {
					b.focus()
				}
				want := func() {
					t.Helper()
					if then == nil {
						s.waitCount(widgetjs.WhoamiPath, 2)
						b.wantNobodyShown()
						return
					}
					b.wantShown(*then)
				}
				want()
				b.pass() // until the other tab has told
				letGo()
				b.pass()
				want()
				b.focus()
				b.pass()
				want()
				count := map[bool]string{true: "0", false: "1"}[then == nil]
				b.wantData("identifiedCount", count)
				told.wantQuiet()
			}
		}
	}
	b.wantQuiet()
}
