package proxy

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
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
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
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
	}))
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
