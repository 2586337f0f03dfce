package proxy

import (
	"cmp"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// legacyApp is an app with a login of its own, and the habits that real ones
// have. It counts how often it is asked who is signed in.
type legacyApp struct {
	url string

	keepsID     bool          // sign-in and sign-out leave the cookie as it is (as apps do that forget to renew it)
	copiesLive  bool          // the cookie is the session: what was signed out is still good
	forgetsNone bool          // sign-in leaves the session of before as good as it was
	sameAgain   bool          // sign-in gives a person the same cookie every time
	rolls       bool          // every answer sets the cookie anew, with other bytes
	path        string        // the cookie's Path; "" is /
	status      int           // of whoami's answers in place of the true ones; 0: none
	slow        chan struct{} // whoami waits for it; nil: it does not
	setsOnAsked bool          // whoami's answers set a cookie

	pages map[string]http.HandlerFunc // by path, in place of its own, whoami's among them

	mu       sync.Mutex
	sessions map[string]string // cookie value (without the part that rolls) to user
	asked    int
	asWhom   []string // the Cookie headers that whoami came with
	like     []http.Header
	seen     []string // of other requests: path, and who the identity header says it is
}

const appSite = `listen: 127.0.0.1:0
session: { keys: [file:session.key] }
sites:
  - host: app.test
    upstream: {upstream}
    ferndesk: { jwt_secret: file:jwt.secret }
    identity_headers: { user_id: X-Ferngate-User }
    sign_in:
      app:
        session_cookies: ["sid*"]
        whoami:
          path: /me
          extract:
            login: { json: /user/login }
            email: { json: /user/email }
            name: { json: /user/name, optional: true }
        identity: { user_id: "{login}", email: "{email}", name: "{name}" }
        sign_out_requests: [{ path: /quiet-logout }]
        sign_in_requests: [{ path: /sso }]
    access:
      - { path: /private/, require: required }
      - { path: /open/, require: public }
`

func startLegacyApp(t testing.TB, habits ...func(*legacyApp)) *legacyApp {
	t.Helper()
	a := newLegacyApp(habits...)
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

func newLegacyApp(habits ...func(*legacyApp)) *legacyApp {
	a := &legacyApp{sessions: map[string]string{}, pages: map[string]http.HandlerFunc{}}
	for _, h := range habits {
		h(a)
	}
	return a
}

// within puts the app behind a gateway without a socket, for bubbles of testing/synctest.
func (a *legacyApp) within(g *gateway) {
	g.gw.sites.byHost["app.test"].proxy.Transport = roundTrip(func(r *http.Request) (*http.Response, error) {
		answered := make(chan *http.Response, 1)
		go func() {
			w := httptest.NewRecorder()
			a.ServeHTTP(w, r)
			res := w.Result()
			res.Request = r
			answered <- res
		}()
		select {
		case res := <-answered:
			return res, nil
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	})
}

// ServeHTTP implements http.Handler.
func (a *legacyApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/me" {
		a.change(func(a *legacyApp) { a.seen = append(a.seen, r.URL.Path+" "+r.Header.Get("X-Ferngate-User")) })
	}
	switch page := a.pages[r.URL.Path]; {
	case page != nil:
		page(w, r)
		return
	case r.URL.Path == "/me":
		a.serveMe(w, r)
		return
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	id, user := a.session(r)
	switch r.URL.Path {
	case "/login":
		if r.Method == http.MethodPost {
			user = r.FormValue("user")
			if !a.keepsID || id == "" {
				if !a.forgetsNone {
					delete(a.sessions, id)
				}
				id = rand.Text()
			}
			if a.sameAgain {
				id = "the-one-of-" + user
			}
			a.sessions[id] = user
			a.set(w, id)
			w.Header().Set("Location", "/")
			w.WriteHeader(http.StatusSeeOther)
			return
		}
		if id == "" {
			id = rand.Text()
			a.sessions[id] = ""
			a.set(w, id)
		}
	case "/quiet-login": // by script: no redirect, and the cookie stays
		a.sessions[id] = r.FormValue("user")
	case "/sso": // comes back from elsewhere: the cookie stays
		a.sessions[id] = r.FormValue("user")
	case "/logout":
		if !a.copiesLive {
			delete(a.sessions, id)
		}
		http.SetCookie(w, &http.Cookie{Name: "sid", Path: a.cookiePath(), MaxAge: -1})
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
		return
	case "/quiet-logout": // nothing in its answer tells
		if !a.copiesLive {
			a.sessions[id] = ""
		}
		w.Header().Set("Location", "/")
		w.WriteHeader(http.StatusSeeOther)
		return
	default:
		if a.rolls && id != "" {
			a.set(w, id)
		}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprintf(w, "<!doctype html><title>App</title><p>Hello %s", user)
}

// serveMe says who is signed in, as JSON.
func (a *legacyApp) serveMe(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	a.asked++
	a.asWhom = append(a.asWhom, r.Header.Get("Cookie"))
	a.like = append(a.like, r.Header.Clone())
	_, user := a.session(r)
	status, slow, sets := a.status, a.slow, a.setsOnAsked
	a.mu.Unlock()
	if slow != nil {
		select {
		case <-slow:
		case <-r.Context().Done():
		}
	}
	if sets {
		http.SetCookie(w, &http.Cookie{Name: "asked", Value: "yes"})
	}
	switch {
	case status != 0:
		w.WriteHeader(status)
	case user == "":
		w.Header().Set("Location", "/login")
		w.WriteHeader(http.StatusFound)
	default:
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"user": map[string]string{"login": user, "email": user + "@corp.test", "name": strings.ToUpper(user)}})
	}
}

// session is the id and the user of a request's session, "" for none.
func (a *legacyApp) session(r *http.Request) (id, user string) {
	c, err := r.Cookie("sid")
	if err != nil {
		return "", ""
	}
	id, _, _ = strings.Cut(c.Value, ".")
	return id, a.sessions[id]
}

func (a *legacyApp) set(w http.ResponseWriter, id string) {
	if a.rolls {
		id += "." + rand.Text()
	}
	http.SetCookie(w, &http.Cookie{Name: "sid", Value: id, Path: a.cookiePath(), HttpOnly: true})
}

func (a *legacyApp) cookiePath() string {
	if a.path == "" {
		return "/"
	}
	return a.path
}

// change changes how the app behaves from now on.
func (a *legacyApp) change(f func(*legacyApp)) {
	a.mu.Lock()
	defer a.mu.Unlock()
	f(a)
}

// is makes a session that user's; "" for nobody's.
func (a *legacyApp) is(id, user string) {
	a.change(func(a *legacyApp) { a.sessions[id] = user })
}

// askedTimes is how often whoami was asked so far.
func (a *legacyApp) askedTimes() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

// lastSeen is the user id that the app was told with the last request for a path.
func (a *legacyApp) lastSeen(path string) string {
	a.mu.Lock()
	defer a.mu.Unlock()
	for i := len(a.seen) - 1; i >= 0; i-- {
		if p, user, _ := strings.Cut(a.seen[i], " "); p == path {
			return user
		}
	}
	return "never asked for"
}

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
