package main

import "testing"

// injectedApp is an app into whose pages the widget is put, and how a person
// uses it in a browser.
type injectedApp struct {
	*appServer
	signInBy string                 // its sign_in
	numbered bool                   // the user id is the account's number, else its login
	home     string                 // a page for everybody
	links    []link                 // three pages to go to once signed in, one after the other
	signIn   func(*browser, person) // from any page, whoever is signed in
	signOut  func(*browser)
	stays    bool     // it goes from page to page within one document
	kept     bool     // its pages may be kept in the back/forward cache
	strict   bool     // its policy forbids inline scripts
	fetches  []string // pages that it has fetched once all links were followed
	works    string   // what is true on every page where its own scripts run; "" for nothing of note
	own      []string // parts of what a browser complains of without us, too
}

// link leads to a page.
type link struct{ selector, path, heading string }

// The widget knows who somebody is in apps that know nothing of it, whatever
// the person does with the browser.
func TestInjectedApps(t *testing.T) {
	renewed := startRenewal(t)
	t.Run("in", func(t *testing.T) {
		for _, tt := range []struct {
			name  string
			start func(*testing.T) *injectedApp
		}{
			{"a React app built with Vite", startSPA},
			{"pages swapped by Turbo", func(t *testing.T) *injectedApp { return startSwapped(t, "turbo") }},
			{"pages swapped by htmx", func(t *testing.T) *injectedApp { return startSwapped(t, "htmx") }},
			{"pages with a policy of nonces", func(t *testing.T) *injectedApp { return startStrict(t, "nonce") }},
			{"pages with a policy of hashes", func(t *testing.T) *injectedApp { return startStrict(t, "hash") }},
			{"DokuWiki", startInjectedWiki},
			{"Django", startInjectedDjango},
		} {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				startInjected(t, tt.start(t), "1h").story(t)
			})
		}
	})
	renewed()
}

func (s *injectedSite) story(t *testing.T) {
	alice, bob := threePeople()[0], threePeople()[1]
	b := s.newBrowser(t)

	b.open(appOrigin + s.home)
	s.wantAnonymous(b)
	s.signIn(b, alice)
	s.wantPerson(b, alice)
	b.reload()
	s.wantPerson(b, alice)
	s.goAround(b, alice)

	// Every tab is told of a switch and of the sign-out.
	tabs := []*browser{b, b.tab(), b.tab()}
	for _, other := range tabs[1:] {
		other.open(appOrigin + s.links[0].path)
		s.wantPerson(other, alice)
	}
	b.front()
	s.signIn(b, bob)
	for _, tab := range tabs {
		s.wantPerson(tab, bob)
	}
	s.follow(b, s.links[0])
	s.wantPerson(b, bob)
	s.signOut(b)
	for _, tab := range tabs {
		s.wantAnonymous(tab)
	}

	// What the back/forward cache still has of the person is not shown.
	b.history(-1, s.links[0])
	if !s.stays {
		s.wantRestored(b)
	}
	for _, tab := range tabs {
		s.wantAnonymous(tab)
		s.wantNoComplaints(tab)
	}
	if n := s.reports(); n > 0 {
		t.Errorf("%d reports of a policy", n)
	}
	if s.strict {
		s.wantComplaints(t, b)
	}
	for _, tab := range tabs {
		s.wantInPlace(tab)
	}
}

// goAround follows the links, goes back and forward, and where all of this is
// one document, comes back to it from another one.
func (s *injectedSite) goAround(b *browser, p person) {
	b.t.Helper()
	b.js("window.first = true")
	calls := b.js(widget("w.dataset.inits + w.dataset.identifiedCount"))
	for _, l := range s.links {
		s.follow(b, l)
		s.wantPerson(b, p)
	}
	first := b.js("window.first === true") == "true"
	if first != s.stays {
		b.t.Errorf("still in the first document: %v", first)
	}
	for _, step := range []struct{ by, to int }{{-1, 1}, {-1, 0}, {1, 1}} {
		b.history(step.by, s.links[step.to])
		s.wantPerson(b, p)
		if !s.stays {
			s.wantRestored(b)
		}
	}
	if s.stays {
		if after := b.js(widget("w.dataset.inits + w.dataset.identifiedCount")); after != calls {
			b.t.Errorf("inits and identifications: %s, and then %s", calls, after)
		}
		s.wantFetchedAsIs(b, p)
		b.open(appOrigin + s.links[2].path)
		s.wantPerson(b, p)
		b.history(-1, s.links[1])
		s.wantRestored(b)
		s.wantPerson(b, p)
	}
}

func (s *injectedSite) follow(b *browser, l link) {
	b.t.Helper()
	b.press(l.selector)
	b.wait(l.path, "h1", l.heading)
}
