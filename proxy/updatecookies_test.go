package proxy

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

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

func TestUpdateCookies(t *testing.T) {
	for _, tt := range []struct {
		name      string
		have, set []string
		want      []string
	}{
		{"another value, in its place", []string{"a=1; sid=old;  b=2"}, []string{"sid=new; Path=/; HttpOnly"}, []string{"a=1; sid=new;  b=2"}},
		{"the first one", []string{"sid=old; a=1"}, []string{"sid=new"}, []string{"sid=new; a=1"}},
		{"in the second line", []string{"a=1", "sid=old"}, []string{"sid=\"n=w\"; Secure"}, []string{"a=1", "sid=\"n=w\""}},
		{"the last of several counts", []string{"sid=old"}, []string{"sid=new", "sid=newer"}, []string{"sid=newer"}},
		{"none that the request does not have", []string{"a=1"}, []string{"sid=new"}, []string{"a=1"}},
		{"no request with two of the name", []string{"sid=one; sid=two"}, []string{"sid=new"}, []string{"sid=one; sid=two"}},
		{"gone by its age", []string{"a=1; sid=old"}, []string{"sid=x; Max-Age=0"}, []string{"a=1"}},
		{"gone by its date", []string{"a=1", "sid=old"}, []string{"sid=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT"}, []string{"a=1"}},
		{"the only one is gone", []string{"sid=old"}, []string{"sid=; Max-Age=0"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{"Cookie": tt.have}
			updateCookies(h, tt.set)
			if diff := cmp.Diff(tt.want, h["Cookie"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
