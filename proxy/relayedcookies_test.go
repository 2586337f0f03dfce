package proxy

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// An app gives a stranger's session another id whenever its profile page is
// asked for. What the stranger has in that session stays there.
func TestAStrangersSessionOutlivesTheQuestion(t *testing.T) {
	app := startLegacyApp(t)
	baskets := map[string]string{}
	app.pages["/me"] = func(w http.ResponseWriter, r *http.Request) {
		app.change(func(a *legacyApp) {
			a.asked++
			if c, err := r.Cookie("sid"); err == nil {
				id := rand.Text()
				baskets[id] = baskets[c.Value]
				delete(baskets, c.Value)
				http.SetCookie(w, &http.Cookie{Name: "sid", Value: id, Path: "/"})
			}
		})
		w.Header().Set("Location", "/login")
		w.WriteHeader(http.StatusFound)
	}
	app.pages["/basket"] = func(w http.ResponseWriter, r *http.Request) {
		app.change(func(*legacyApp) {
			c, err := r.Cookie("sid")
			if err != nil || baskets[c.Value] == "" {
				c = &http.Cookie{Name: "sid", Value: rand.Text(), Path: "/"}
				baskets[c.Value] = "empty"
				http.SetCookie(w, c)
			}
			fmt.Fprint(w, baskets[c.Value])
			baskets[c.Value] = "a fern"
		})
	}
	b := newBrowser(t, startGateway(t, appSite, app.url, func(c *config.Config) { c.Sites[0].SignIn.App.RelayCookies = true }))
	if a := b.open("/basket"); a.body != "empty" {
		t.Fatalf("the basket begins with %q", a.body)
	}
	for range 5 {
		if a := b.open("/basket"); a.body != "a fern" {
			t.Fatalf("in the basket: %q", a.body)
		}
	}
	if n := app.askedTimes(); n != 2 { // once more, to know that the ids change
		t.Errorf("the app was asked %d times", n)
	}
}
