package main

import (
	"testing"

	"github.com/ferngate/ferngate/config"
	widgetjs "github.com/ferngate/ferngate/proxy/widget"
)

func newWidgetBrowser(t *testing.T) *browser {
	t.Helper()
	b := newBrowser(t)
	b.watch()
	return b
}

// From nobody to somebody, through reloads and pages, to somebody else and to
// nobody again, in one tab.
func TestWidgetFollowsThePerson(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice, bob := threePeople()[0], threePeople()[1]

	b.open(s.url + "/")
	b.wantNobodyShown()
	if n := s.count(tokenPath); n != 0 {
		t.Errorf("%d tokens for nobody", n)
	}

	s.is(&alice)
	b.open(s.url + "/welcome")
	b.wantShown(alice)
	b.wantData("keys", "jwt,token")
	b.wantData("inits", "1")
	b.reload()
	b.wantShown(alice)
	b.click("#next")
	b.wait("/next", "h1", "Page")
	b.wantShown(alice)
	b.wantData("identifiedCount", "1")

	s.is(&bob)
	b.js("dispatchEvent(new Event('focus'))")
	b.wantShown(bob)
	b.wantData("inits", "2")
	b.wantData("identifiedCount", "2")

	s.is(nil)
	b.js("dispatchEvent(new Event('focus'))")
	b.wantNobodyShown()
	b.wantData("inits", "3")
	b.wantData("identifiedCount", "2")
	b.wantData("loads", "1")
	b.wantQuiet()
}

// A single-page app's own steps, with what it does meanwhile.
func TestWidgetInASinglePageApp(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice := threePeople()[0]

	b.open(s.url + "/")
	b.wantNobodyShown()
	s.is(&alice)
	b.js("history.pushState(1, '', '/signed-in')")
	b.wantShown(alice)
	for _, step := range []string{"pushState(2, '', '/2')", "pushState(3, '', '/3')", "replaceState(3, '', '/4')"} {
		b.js("history." + step)
		b.wantShown(alice)
	}
	asked := s.count(widgetjs.WhoamiPath)
	b.js("(() => { for (let i = 0; i < 100; i++) history.replaceState(i, '', '/steps') })()")
	s.is(nil)
	b.js("history.back()")
	b.wantNobodyShown()
	if n := s.count(widgetjs.WhoamiPath) - asked; n > 3 {
		t.Errorf("%d questions for 100 steps", n)
	}
	if patched := b.js("[history.pushState, history.replaceState].some(f => !f.toString().includes('native code'))"); patched != "false" {
		t.Error("the page's history is not its own")
	}
	b.wantQuiet()
}

// What comes back from the browser's memory is as it was, until it has asked.
func TestWidgetAndTheBackForwardCache(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice, bob := threePeople()[0], threePeople()[1]

	s.is(&alice)
	b.open(s.url + "/first")
	b.wantShown(alice)
	back := func(to string) {
		t.Helper()
		b.js("history.back()")
		b.until("location.pathname === " + quote(to) + " && window.restored === 1")
		b.js("window.restored = 0")
	}
	b.open(s.url + "/second")
	b.wantShown(alice)
	back("/first")
	b.wantShown(alice)
	b.wantData("identifiedCount", "1")

	// Left again, and the person is another when it comes back; and then nobody.
	b.open(s.url + "/third")
	b.wantShown(alice)
	s.is(&bob)
	back("/first")
	b.wantShown(bob)
	s.is(nil)
	b.open(s.url + "/fourth")
	b.wantNobodyShown()
	back("/first")
	b.wantNobodyShown()

	// It is still told by other tabs, and tells them.
	other := b.tab()
	s.is(&alice)
	other.open(s.url + "/other")
	other.wantShown(alice)
	b.wantShown(alice)
	b.wantQuiet()
	other.wantQuiet()
}

// A page that is left in the middle of a question may be kept, too.
func TestWidgetLeftWhileItAsks(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice := threePeople()[0]

	s.is(&alice)
	for _, path := range []string{widgetjs.WhoamiPath, tokenPath} {
		letGo := s.hold(path)
		asked := s.count(path)
		b.open(s.url + "/first")
		s.waitCount(path, asked+1)
		b.open(s.url + "/second")
		b.wantShown(alice)
		b.js("history.back()")
		b.until("location.pathname === '/first' && window.restored === 1")
		b.wantShown(alice)
		letGo()
	}
	b.wantQuiet()
}

func TestWidgetInThreeTabs(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	alice, bob := threePeople()[0], threePeople()[1]
	tabs := []*browser{b, b.tab(), b.tab()}
	for _, tab := range tabs {
		tab.open(s.url + "/")
		tab.wantNobodyShown()
	}
	for _, who := range []*person{&alice, &bob, nil, &bob, &alice, nil} {
		s.is(who)
		tokens := s.count(tokenPath)
		b.open(s.url + "/changed")
		for _, tab := range tabs {
			if who == nil {
				tab.wantNobodyShown()
			} else {
				tab.wantShown(*who)
			}
		}
		if n := s.count(tokenPath) - tokens; n > 1 {
			t.Errorf("%d tokens for one change in three tabs", n)
		}
	}
	for _, tab := range tabs {
		tab.wantQuiet()
	}
}
