package main

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/ferngate/ferngate/config"
)

// shortTTL is that of the tokens where they are renewed within a test.
const shortTTL = 4 * time.Second

// untilRenewed waits until the widget was told who somebody is once more than
// so many times.
func (b *browser) untilRenewed(times int) {
	b.t.Helper()
	b.until(fmt.Sprintf("Number(document.querySelector('#ferndesk-widget').dataset.identifiedCount) > %d", times))
}

// Of three tabs one fetches the new token, and tells the others, even where
// chance and sight do not choose it: all of them begin at the same time.
func TestWidgetRenewsInOneTab(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, map[string]string{
		"/": hostile(`Math.random = () => 0; Object.defineProperty(document, 'hidden', { value: false })`),
	})
	s.ttl = shortTTL
	alice := threePeople()[0]
	s.is(&alice)
	tabs := []*browser{b, b.tab(), b.tab()}
	for _, tab := range tabs {
		tab.open(s.url + "/")
		tab.wantShown(alice)
	}
	for _, tab := range tabs {
		tab.untilRenewed(3)
	}
	told := 0
	for _, tab := range tabs {
		tab.wantShown(alice)
		tab.wantData("inits", "1")
		n, err := strconv.Atoi(tab.js("document.querySelector('#ferndesk-widget').dataset.identifiedCount"))
		if err != nil {
			t.Fatal(err)
		}
		told = max(told, n-1)
	}
	// Each page has fetched its own first one; the next may be on its way.
	if n := s.count(tokenPath) - len(tabs); n < told || n > told+1 {
		t.Errorf("%d tokens fetched for %d renewals", n, told)
	}

	// The session's end is found out by renewing, in every tab, and without a 401.
	s.is(nil)
	for _, tab := range tabs {
		tab.wantNobodyShown()
		tab.wantQuiet()
	}
}

// A browser whose clock is wrong renews in time all the same.
func TestWidgetRenewsWithAWrongClock(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, map[string]string{
		"/fast": hostile(`const now = Date.now; Date.now = () => now() + 36e5 * 24`),
		"/slow": hostile(`const now = Date.now; Date.now = () => now() - 36e5 * 24`),
	})
	s.ttl = shortTTL
	alice := threePeople()[0]
	s.is(&alice)
	for path := range s.pages {
		tokens := s.count(tokenPath)
		b.open(s.url + path)
		b.wantShown(alice)
		b.untilRenewed(2)
		if n := s.count(tokenPath) - tokens; n > 4 {
			t.Errorf("%s: %d tokens for 2 renewals", path, n)
		}
	}
	b.wantQuiet()
}

// While there is no new token the person stays, and what is asked is not asked at once again.
func TestWidgetCannotRenew(t *testing.T) {
	t.Parallel()
	b := newWidgetBrowser(t)
	s := startWidgetSite(t, config.Inject{}, nil)
	s.ttl = shortTTL
	alice := threePeople()[0]
	s.is(&alice)
	b.open(s.url + "/")
	b.wantShown(alice)
	s.answers("html", tokenPath)
	s.waitCount(tokenPath, 3)
	b.wantShown(alice)
	b.wantData("identifiedCount", "1")
	s.answers("", tokenPath)
	b.untilRenewed(1)
	b.wantData("inits", "1")
	b.wantQuiet()
}
