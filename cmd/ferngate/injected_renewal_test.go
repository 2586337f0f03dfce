package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"testing"
	"time"
)

// startRenewal begins to wait in two tabs for a token's renewal, which is most
// of a minute away, since there are no shorter tokens. What it returns ends the
// wait; meanwhile other tests may run.
func startRenewal(t *testing.T) (finish func()) {
	t.Helper()
	const ttl = time.Minute
	page := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<!doctype html><title>Page</title><link rel="icon" href="data:,"><h1>Page</h1>`)
	}))
	t.Cleanup(page.Close)
	s := startInjected(t, &injectedApp{
		appServer: &appServer{url: page.URL},
		signInBy:  "password: { users_file: users.yaml }\n",
		numbered:  true,
	}, ttl.String())
	alice := threePeople()[0]

	b := s.newBrowser(t)
	b.open(appOrigin + "/.ferngate/sign-in?return_to=%2F")
	b.fill("#login", alice.Login)
	b.fill("#password", gatePassword)
	begin := time.Now()
	b.press("button")
	b.wait("/", "h1", "Page")
	s.wantPerson(b, alice)
	other := b.tab()
	other.open(appOrigin + "/")
	s.wantPerson(other, alice)
	tabs := []*browser{b, other}

	done := make(chan error, 1)
	go func() { done <- s.renewed(tabs, begin.Add(ttl)) }()
	return func() {
		t.Helper()
		if err := <-done; err != nil {
			t.Errorf("renewal: %v", err)
		}
		for _, tab := range tabs {
			tab.wantQuiet()
		}
	}
}

// renewed waits until all tabs have told Ferndesk of a second token before the
// first one's end; one tab has fetched it for all.
func (s *injectedSite) renewed(tabs []*browser, end time.Time) error {
	if err := poll(func() error {
		for _, tab := range tabs {
			if got := tab.js(widget("w.dataset.state + w.dataset.identifiedCount")); got != "identified2" {
				return fmt.Errorf("a tab is %s", got)
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if late := time.Since(end); late > 0 {
		return fmt.Errorf("%v after the first token's end", late)
	}
	fetched := 0
	for _, tab := range tabs {
		text := tab.js("performance.getEntriesByType('resource').filter((e) => e.name.startsWith(origin + '/api/ferndesk-token?')).length")
		n, err := strconv.Atoi(text)
		if err != nil {
			return fmt.Errorf("how many tokens were fetched: %s", text)
		}
		fetched += n
	}
	if most := len(tabs) + 1; fetched > most {
		return fmt.Errorf("%d tokens were fetched, want at most %d", fetched, most)
	}
	return nil
}
