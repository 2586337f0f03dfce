package main

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ferngate/ferngate/config"
)

// The stand-in is as strict as Ferndesk, and says so in Ferndesk's words: else
// the other tests would show nothing.
func TestStandinSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	b := newBrowser(t, chromedp.Flag("host-resolver-rules", "MAP *.test 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"))
	s := startWidgetSiteAt(t, "help.example.test", config.Inject{}, map[string]string{
		"/": `<!DOCTYPE html><html><head><title>Page</title><link rel="icon" href="data:,"><script id="ferndesk-sdk" src="{sdk}"></script></head><body><h1>Page</h1></body></html>`,
	})
	alice := threePeople()[0]
	s.is(&alice)
	_, good := s.token()
	at, err := url.Parse(s.url)
	if err != nil {
		t.Fatal(err)
	}
	const init = "Ferndesk('init', { widgetId: 'widget_01' })"
	identify := func(given string) string { return init + ", Ferndesk('identify', " + given + ")" }
	goodToken := identify("{ token: " + quote(good) + " }")
	const domain, invalid = "must be called from same domain or 1-level subdomain", "Ferndesk: identify failed - invalid token"
	for _, tt := range []struct{ host, calls, want string }{
		{"app.example.test", goodToken, ""},
		{"app.example.test", identify("{ jwt: " + quote(good) + " }"), ""},
		{"help.example.test", goodToken, ""},
		{"example.test", goodToken, ""},
		{"a.b.example.test", goodToken, domain},
		{"otherexample.test", goodToken, domain},
		{"app.example.test", identify("{}"), "identify requires a token"},
		{"app.example.test", identify("Promise.resolve(" + quote(good) + ")"), "identify requires a token"},
		{"app.example.test", identify("{ token: " + quote(good[:len(good)-4]+"AAAA") + " }"), invalid},
		{"app.example.test", identify("{ token: " + quote(good) + ", jwt: " + quote(good+"A") + " }"), invalid},
		{"app.example.test", "Ferndesk('identify', { token: " + quote(good) + " })", "Ferndesk: identify failed - not initialised"},
	} {
		b.open("http://" + tt.host + ":" + at.Port() + "/")
		b.js("(" + tt.calls + ", 0)")
		if tt.want == "" {
			b.wantShown(alice)
			continue
		}
		eventually(t, tt.host+": "+tt.calls, func() error { return b.complainedOf(tt.want) })
	}
	b.wantQuiet()
}

// complainedOf takes a complaint from those of the console's that were of an error.
func (b *browser) complainedOf(message string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	i := slices.IndexFunc(b.complaints, func(c string) bool {
		return strings.HasPrefix(c, "console.error") && strings.Contains(c, message)
	})
	if i < 0 {
		return fmt.Errorf("no complaint %q among %q", message, b.complaints)
	}
	b.complaints = slices.Delete(b.complaints, i, i+1)
	return nil
}
