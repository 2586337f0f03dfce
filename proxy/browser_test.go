package proxy

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// browser is somebody with a cookie jar in front of one gateway, or several in turn.
type browser struct {
	t        testing.TB
	gateways []*gateway
	cookies  map[string]cookie
	turn     int
	agent    string
	headers  []string // that every request has besides
}

type cookie struct{ value, path string }

func newBrowser(t testing.TB, gateways ...*gateway) *browser {
	return &browser{t: t, gateways: gateways, cookies: map[string]cookie{}, agent: "test browser"}
}

// copy is another browser with the same cookies: one whose answers this one
// never gets, or gets late, or a thief's.
func (b *browser) copy() *browser {
	other := newBrowser(b.t, b.gateways...)
	maps.Copy(other.cookies, b.cookies)
	other.headers = b.headers
	return other
}

// send sends a request with the browser's cookies and keeps those of the answer.
func (b *browser) send(method, target string, form url.Values, headers ...string) answer {
	b.t.Helper()
	g := b.gateways[b.turn%len(b.gateways)]
	b.turn++
	headers = slices.Concat([]string{"User-Agent", b.agent}, b.headers, headers)
	if jar := b.jar(target); jar != "" {
		headers = append(headers, "Cookie", jar)
	}
	body := ""
	if form != nil {
		body = form.Encode()
		headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	}
	send := g.send
	if g.url == "" {
		send = g.serve // in a bubble
	}
	a := send(method, target, body, headers...)
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		b.keep(c)
	}
	return a
}

// keep does as a cookie says that an answer sets. A browser has one for each
// path of a name; here there is one for a name.
func (b *browser) keep(c *http.Cookie) {
	path := cmp.Or(c.Path, "/")
	switch {
	case c.Domain != "": // some other host's
	case c.MaxAge >= 0:
		b.cookies[c.Name] = cookie{c.Value, path}
	case b.cookies[c.Name].path == path:
		delete(b.cookies, c.Name)
	}
}

// jar is the Cookie header for a target.
func (b *browser) jar(target string) string {
	var pairs []string
	for name, c := range b.cookies {
		if strings.HasPrefix(target, c.path) {
			pairs = append(pairs, name+"="+c.value)
		}
	}
	return strings.Join(pairs, "; ")
}

// open opens a page, as a person does.
func (b *browser) open(target string) answer {
	b.t.Helper()
	return b.send(http.MethodGet, target, nil, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "document")
}

// fetch fetches something, as a page's script does.
func (b *browser) fetch(target string) answer {
	b.t.Helper()
	return b.send(http.MethodGet, target, nil, "Sec-Fetch-Mode", "cors", "Sec-Fetch-Site", "same-origin", "Sec-Fetch-Dest", "empty")
}

// follow opens a page and where it leads, as far as a browser goes before it
// says that there are too many redirects.
func (b *browser) follow(target string) answer {
	b.t.Helper()
	for range 20 {
		a := b.open(target)
		if a.status < 300 || a.status >= 400 {
			return a
		}
		target = a.header.Get("Location")
	}
	b.t.Fatalf("too many redirects, the last to %s", target)
	return answer{}
}

// signIn posts the app's own form and follows it to the page that it leads to.
func (b *browser) signIn(user string) {
	b.t.Helper()
	a := b.send(http.MethodPost, "/login", url.Values{"user": {user}}, "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Site", "same-origin")
	if a.status != http.StatusSeeOther {
		b.t.Fatalf("the app's sign-in: %d %s", a.status, a.body)
	}
	b.open(a.header.Get("Location"))
}

// tokenOf fetches a token and returns whom it names, or the answer's status.
func (b *browser) tokenOf() string {
	b.t.Helper()
	a := b.fetch("/api/ferndesk-token")
	if a.status != http.StatusOK {
		return http.StatusText(a.status)
	}
	var claims jwt.MapClaims
	if _, err := jwt.ParseWithClaims(a.body, &claims, func(*jwt.Token) (any, error) { return []byte(testJWTSecret), nil }); err != nil {
		b.t.Fatal(err)
	}
	return claims["sub"].(string)
}

// wantToken fails unless the next token names user, or is refused with that status text.
func (b *browser) wantToken(want string) {
	b.t.Helper()
	if got := b.tokenOf(); got != want {
		b.t.Errorf("the token is %q's, want %q", got, want)
	}
}
