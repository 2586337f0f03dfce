package proxy

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// Answers that come late, are lost, or are overtaken by what happened meanwhile.

// slowPage is a page that the app is asked for, and answers when it is told to.
type slowPage struct{ asked, answer chan struct{} }

// slowly makes a page slow; first is what the app does before it answers.
func slowly(path string, first func(*legacyApp)) (*slowPage, func(*legacyApp)) {
	page := &slowPage{make(chan struct{}), make(chan struct{})}
	return page, func(a *legacyApp) {
		a.pages[path] = func(http.ResponseWriter, *http.Request) {
			first(a)
			close(page.asked)
			<-page.answer
		}
	}
}

func nothing(*legacyApp) {}

// overtakes does something while a request that was sent before it is being
// answered. That answer is the last to arrive.
func (b *browser) overtakes(page *slowPage, request func(*browser), something func()) {
	b.t.Helper()
	late, before, done := b.copy(), b.cookies["ferngate"], make(chan struct{})
	go func() {
		defer close(done)
		request(late)
	}()
	select {
	case <-page.asked:
	case <-done:
		b.t.Fatal("it was answered at once")
	}
	something()
	close(page.answer)
	<-done
	if ours := late.cookies["ferngate"]; ours != before {
		b.cookies["ferngate"] = ours
	}
}

func posting(target string) func(*browser) {
	return func(b *browser) { b.send(http.MethodPost, target, url.Values{"a": {"b"}}) }
}

func opening(target string) func(*browser) {
	return func(b *browser) { b.open(target) }
}

// ownSignOut signs out here; the app is told nothing.
func ownSignOut(b *browser) {
	b.send(http.MethodPost, "/.ferngate/sign-out", url.Values{}, "Sec-Fetch-Site", "same-origin")
}

// The app has done what it was asked to, whether or not its answer arrived.
func TestARequestWhoseAnswerIsLostIsASignToo(t *testing.T) {
	for name, c := range map[string]struct {
		request func(*browser)
		user    string // after it
		want    string
	}{
		"a form":             {posting("/lost"), "bob", "bob"},
		"a sign-in request":  {opening("/sso"), "bob", "bob"},
		"a sign-out request": {opening("/quiet-logout"), "", "Unauthorized"},
	} {
		t.Run(name, func(t *testing.T) {
			app := startLegacyApp(t, func(a *legacyApp) {
				breaksOff := func(http.ResponseWriter, *http.Request) {
					a.is("x", c.user)
					panic(http.ErrAbortHandler)
				}
				a.pages["/lost"], a.pages["/sso"], a.pages["/quiet-logout"] = breaksOff, breaksOff, breaksOff
			})
			app.is("x", "alice")
			b := newBrowser(t, startGateway(t, appSite, app.url))
			b.cookies["sid"] = cookie{"x", "/"}
			b.open("/")
			b.wantToken("alice")
			c.request(b)
			b.wantToken(c.want)
		})
	}
}

func TestATokenWhileAFormIsBeingAnsweredIsNotThePersonsBefore(t *testing.T) {
	slow, habit := slowly("/login", func(a *legacyApp) { a.is("x", "bob") })
	app := startLegacyApp(t, habit)
	app.is("x", "alice")
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	b.overtakes(slow, posting("/login"), func() { b.wantToken("bob") })
	b.wantToken("bob")
}

// A stop button, a closed tab: the form has arrived all the same.
func TestAFormThatTheBrowserDidNotWaitForIsASignToo(t *testing.T) {
	slow, habit := slowly("/login", func(a *legacyApp) { a.is("x", "bob") })
	app := startLegacyApp(t, habit)
	app.is("x", "alice")
	g := startGateway(t, appSite, app.url)
	b := newBrowser(t, g)
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, g.url+"/login", strings.NewReader("user=bob"))
	if err != nil {
		t.Fatal(err)
	}
	r.Host = g.host
	r.Header.Set("Cookie", b.jar("/login"))
	go func() {
		<-slow.asked
		leave()
	}()
	if _, err := testTransport.RoundTrip(r); err == nil {
		t.Error("it was answered")
	}
	b.wantToken("bob")
	close(slow.answer)
}

// Copies of the app's cookie live on after the sign-out, which is all that could
// bring the person back.
func TestALateAnswerDoesNotUndoASignOut(t *testing.T) {
	for name, c := range map[string]struct {
		before  func(*browser)
		request func(*browser)
	}{
		"to the first page": {func(*browser) {}, opening("/slow")},
		"to a page":         {opening("/"), opening("/slow")},
		"to a form":         {opening("/"), posting("/slow")},
	} {
		for by, signOut := range map[string]func(*browser){"the app's": opening("/quiet-logout"), "ours": ownSignOut} {
			t.Run(name+", "+by, func(t *testing.T) {
				slow, habit := slowly("/slow", nothing)
				app := startLegacyApp(t, habit, func(a *legacyApp) { a.copiesLive = true })
				app.is("x", "alice")
				b := newBrowser(t, startGateway(t, appSite, app.url))
				b.cookies["sid"] = cookie{"x", "/"}
				c.before(b)
				b.overtakes(slow, c.request, func() {
					signOut(b)
					b.wantToken("Unauthorized")
				})
				b.wantToken("Unauthorized")
				b.open("/")
				b.wantToken("Unauthorized")
			})
		}
	}
}

// What a stranger's page found out before the sign-in says nothing of the
// sign-out after it, and is not remembered in its place.
func TestALateStrangersAnswerDoesNotUndoASignOut(t *testing.T) {
	slow, habit := slowly("/slow", nothing)
	app := startLegacyApp(t, habit, func(a *legacyApp) { a.copiesLive, a.forgetsNone = true, true })
	b := newBrowser(t, startGateway(t, appSite, app.url))
	b.cookies["sid"] = cookie{"x", "/"}
	b.open("/")
	other := func(late *browser) { // it is asked about anew
		late.cookies["sid"] = cookie{"x2", "/"}
		late.open("/slow")
	}
	b.overtakes(slow, other, func() {
		b.signIn("alice")
		b.wantToken("alice")
		b.open("/quiet-logout")
		b.wantToken("Unauthorized")
	})
	b.wantToken("Unauthorized")
}
