package main

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
)

// userID is the person's at this app.
func (a *injectedApp) userID(p person) string {
	if a.numbered {
		return fmt.Sprint(p.ID)
	}
	return p.Login
}

// widget is an expression about what the widget's element shows.
func widget(shows string) string {
	return "((w) => w !== null && " + shows + ")(document.getElementById('ferndesk-widget'))"
}

// wantPerson wants the widget to show the person, whose token Ferndesk has verified.
func (s *injectedSite) wantPerson(b *browser, p person) {
	b.t.Helper()
	s.wantWidget(b, "w.dataset.state === 'identified' && w.dataset.user === "+quote(s.userID(p))+" && w.dataset.keys === 'jwt,token'")
	s.wantOnce(b)
}

// wantAnonymous wants the widget to show nobody, and to have asked.
func (s *injectedSite) wantAnonymous(b *browser) {
	b.t.Helper()
	b.until("performance.getEntriesByType('resource').some((e) => e.name.startsWith(origin + '/.ferngate/whoami?') && e.responseEnd > 0)")
	s.wantWidget(b, "w.dataset.state === 'anonymous' && w.dataset.user === ''")
	s.wantOnce(b)
}

func (s *injectedSite) wantWidget(b *browser, shows string) {
	b.t.Helper()
	if err := poll(func() error {
		if got := b.js(widget(shows)); got != "true" {
			return errors.New(got)
		}
		return nil
	}); err != nil {
		b.t.Fatalf("%s: %v: %s\nthe page: %s", shows, err, b.js("document.documentElement.outerHTML"), b.page())
	}
}

// wantOnce wants one element of ours in the page and one of the SDK's, which was
// loaded once, and the page's own scripts to work beside them.
func (s *injectedSite) wantOnce(b *browser) {
	b.t.Helper()
	for what, expression := range map[string]string{
		"elements that were inserted":   `document.querySelectorAll('script[src^="/.ferngate/widget.js"]').length === 1`,
		"elements of the SDK":           `document.querySelectorAll('[id="ferndesk-sdk"]').length === 1`,
		"times that the SDK was loaded": widget("w.dataset.loads === '1'"),
		"the page's own scripts":        s.works,
	} {
		if got := b.js(expression); expression != "" && got != "true" {
			b.t.Errorf("%s: %s is %s\n%s", what, expression, got, b.js("document.documentElement.outerHTML"))
		}
	}
}

// wantRestored wants the document to have come from the back/forward cache, if
// the app lets it.
func (s *injectedSite) wantRestored(b *browser) {
	b.t.Helper()
	if s.kept && b.js("window.restored > 0") != "true" {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.t.Errorf("not from the back/forward cache: %s", b.loaded)
	}
}

// wantFetchedAsIs wants the pages that the app fetches to put them, or a part of
// them, into the document to be as the app sent them.
func (s *injectedSite) wantFetchedAsIs(b *browser, p person) {
	b.t.Helper()
	if len(s.fetches) == 0 {
		return
	}
	direct := newVisitor(b.t, s.url)
	direct.post("/sign-in", url.Values{"login": {p.Login}, "password": {p.Password}})
	for _, path := range s.fetches {
		sizes := "[...new Set(performance.getEntriesByName(origin + " + quote(path) + ", 'resource').map((e) => e.initiatorType + ' ' + e.decodedBodySize))].join()"
		if got, want := b.js(sizes), fmt.Sprintf("fetch %d", len(direct.get(path).body)); got != want {
			b.t.Errorf("%s: %s, and the app's own is %s", path, got, want)
		}
	}
}

// wantInPlace wants everything of the page to be where it would be without us.
// Afterwards the widget is gone.
func (s *injectedSite) wantInPlace(b *browser) {
	b.t.Helper()
	moved := b.js(`(() => {
		const places = () => [...document.body.querySelectorAll('*')].map((e) => e.tagName + JSON.stringify(e.getBoundingClientRect()))
		const before = places()
		document.querySelectorAll('#ferndesk-widget, #ferndesk-sdk, script[src^="/.ferngate/widget.js"]').forEach((e) => e.remove())
		const after = places()
		return before.length !== after.length ? before.length + ' elements became ' + after.length : before.filter((place, i) => place !== after[i]).join()
	})()`)
	if moved != "" {
		b.t.Errorf("moved by the widget: %s", moved)
	}
}

// wantNoComplaints wants a quiet console, no layout shift and no report of a
// policy, but for what the app causes by itself.
func (s *injectedSite) wantNoComplaints(b *browser) {
	b.t.Helper()
	b.mu.Lock()
	b.complaints = slices.DeleteFunc(b.complaints, func(c string) bool {
		return slices.ContainsFunc(s.own, func(own string) bool { return strings.Contains(c, own) })
	})
	b.mu.Unlock()
	b.wantQuiet()
}

// reports are how many the app got of its policy.
func (s *injectedSite) reports() int {
	count := 0
	for _, r := range s.requests() {
		if r.uri == "/csp-report" {
			count++
		}
	}
	return count
}

// wantComplaints wants both complaints and reports once there is a reason.
func (s *injectedSite) wantComplaints(t *testing.T, b *browser) {
	t.Helper()
	b.js(`document.body.insertAdjacentHTML('beforeend', '<img alt="" src="data:," onerror="document.title = 1">')`)
	eventually(t, "a report of what the policy forbids", func() error {
		if s.reports() == 0 {
			return fmt.Errorf("none")
		}
		return nil
	})
	eventually(t, "complaints", func() error {
		b.js(`document.body.insertAdjacentHTML('afterbegin', '<p>News</p><p>News</p><p>News</p>')`)
		b.mu.Lock()
		defer b.mu.Unlock()
		all := strings.Join(b.complaints, "\n")
		for _, want := range []string{"layout shift", "policy: script-src"} {
			if !strings.Contains(all, want) {
				return fmt.Errorf("no %s among %s", want, all)
			}
		}
		return nil
	})
}
