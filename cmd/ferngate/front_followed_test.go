package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
)

// Where the app signs people in itself, a proxy that forwards by itself keeps
// its answers from ferngate, which follows its sessions all the same: by the
// cookies that come, and by the requests that are named.
func TestFronts_Followed(t *testing.T) {
	alone := frontKind{name: "ferngate by itself"}
	for _, kind := range append([]frontKind{alone}, frontKinds...) {
		t.Run(kind.name, func(t *testing.T) {
			t.Parallel() // each waits for its own recheck
			app := &signingApp{sessions: map[string]string{}}
			s := newFronts(t, followedFrontConfig, app.serve)
			t.Run("signs in and out", func(t *testing.T) { followsSignIn(t, s.followed(t, kind, "30s"), app) })
			t.Run("is asked again", func(t *testing.T) { followsEnd(t, s.followed(t, kind, "1s"), app) })
		})
	}
}

const followedFrontConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
{front}
session: { keys: [{keys}] }
sites:
  - host: app.example.com
    upstream: {upstream}
    {site}
    ferndesk: { jwt_secret: file:jwt.secret }
    {identity_headers}
    access: [{ path: /private/, require: required }]
    sign_in:
      app:
        session_cookies: [sid]
        recheck: {recheck}
        timeout: 10s
        whoami: { path: /me, extract: { login: { json: /login }, groups: { json: /groups } } }
        identity: { user_id: "{login}", email: "{login}@example.test", name: "{login}", groups: "{groups}" }
        sign_in_url: /login?back={return_to}
        sign_out_requests: [{ path: /quiet-logout }]
`

// followed is a front of the kind, with a ferngate that asks the app so often.
func (s *fronts) followed(t *testing.T, kind frontKind, recheck string) *front {
	t.Helper()
	asks := *s
	asks.config = strings.ReplaceAll(s.config, "{recheck}", recheck)
	if kind.start == nil {
		return asks.at(asks.gate(t, withTLS, "", bothKeys))
	}
	return asks.at(kind.start(t, &asks, asks.behind(t, kind)))
}

func followsSignIn(t *testing.T, f *front, app *signingApp) {
	jar := cookies{}
	step := 0
	do := func(request string) string {
		t.Helper()
		step++
		return f.do(t, fmt.Sprint(t.Name(), step), request, jar)
	}
	want := func(what, answer string, parts ...string) {
		t.Helper()
		for _, part := range parts {
			if !strings.Contains(answer, part) {
				t.Fatalf("%s: no %q in\n%s", what, part, answer)
			}
		}
	}
	const nobody, private = "401\n", "-- the app got --\nGET /private/page"

	want("a stranger", do(opened("/private/page")), "303\n", "/login?back=%2Fprivate%2Fpage\n")
	want("a stranger's sign-in", do(opened("/.ferngate/sign-in?return_to=%2Fprivate%2Fpage")), "303\n", "Location: /login?back=%2Fprivate%2Fpage\n")
	want("a stranger's token", do(fetched("/api/ferndesk-token")), nobody)
	want("the app's form", do(posted("/login", "login=alice")), "303\n", "Set-Cookie: sid=")
	answer := do(opened("/private/page"))
	want("signed in", answer, "200\n", private, "\nX-Forwarded-User: alice\n", "\nX-Forwarded-Groups: "+manyGroups+"\n")
	want("the cookies of both", answer, "Set-Cookie: basket=2", "Set-Cookie: theme=dark", "Set-Cookie: __Host-ferngate=")
	want("signed in, the token", do(fetched("/api/ferndesk-token")), "200\n", `"userId":"alice"`)

	asked := app.timesAsked()
	want("known", do(opened("/private/page")), "200\n", private, "\nX-Forwarded-User: alice\n")
	want("known, a script", do(fetched("/private/data")), "200\n", "\nX-Forwarded-User: alice\n")
	if now := app.timesAsked(); now != asked {
		t.Errorf("the app was asked %d times more who somebody is that ferngate knows", now-asked)
	}

	want("a sign-out that leaves the cookie as it is", do(opened("/quiet-logout")), "200\n")
	want("signed out", do(opened("/private/page")), "303\n", "/login?back=%2Fprivate%2Fpage\n")
	want("signed out, the token", do(fetched("/api/ferndesk-token")), nobody)
	want("signed out, a page for everybody", do(opened("/page")), "200\n")

	want("another's sign-in, with the same cookie", do(posted("/login", "login=bob")), "303\n")
	want("another", do(opened("/private/page")), "200\n", private, "\nX-Forwarded-User: bob\n")
	want("another's token", do(fetched("/api/ferndesk-token")), "200\n", `"userId":"bob"`)
	want("ferngate's own sign-out", do(posted("/.ferngate/sign-out", "")), "200\n", "Signed out")
}

// followsEnd is of a session that ends in the app without a request.
func followsEnd(t *testing.T, f *front, app *signingApp) {
	jar := cookies{}
	f.do(t, t.Name()+" sign-in", posted("/login", "login=alice"), jar)
	if answer := f.do(t, t.Name()+" page", opened("/private/page"), jar); !strings.Contains(answer, "\nX-Forwarded-User: alice\n") {
		t.Fatalf("signed in:\n%s", answer)
	}
	app.expire()
	step := 0
	eventually(t, "the end of a session", func() error {
		step++
		answer := f.do(t, fmt.Sprint(t.Name(), step), opened("/private/page"), jar)
		if !strings.HasPrefix(answer, "303\n") {
			return fmt.Errorf("a page:\n%s", answer)
		}
		return nil
	})
}

// signingApp signs people in by itself. A browser keeps its cookie, whoever
// signs in or out.
type signingApp struct {
	mu       sync.Mutex
	sessions map[string]string // by the cookie's value: the login
	asked    int
}

func (a *signingApp) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	id := ""
	if c, err := r.Cookie("sid"); err == nil {
		id = c.Value
	}
	switch r.URL.Path {
	case "/me":
		a.asked++
		login := a.sessions[id]
		if login == "" {
			http.Error(w, "who?", http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"login": login, "groups": strings.Split(manyGroups, ",")})
		return
	case "/login":
		if id == "" {
			id = fmt.Sprint("session-", len(a.sessions))
			http.SetCookie(w, &http.Cookie{Name: "sid", Value: id, Path: "/"})
		}
		a.sessions[id] = r.FormValue("login")
		http.Redirect(w, r, "/private/page", http.StatusSeeOther)
		return
	case "/quiet-logout":
		delete(a.sessions, id)
	}
	w.Header().Set("Content-Type", "text/plain")
	w.Header().Add("Set-Cookie", "theme=dark; Path=/")
	w.Header().Add("Set-Cookie", "basket=2; Path=/")
	fmt.Fprintln(w, "the app's page")
}

// manyGroups are everybody's: with them answers and cookies are larger than
// what proxies have room for at first.
var manyGroups = strings.TrimSuffix(strings.Repeat("a-group-of-many-people,", 50), ",")

func (a *signingApp) timesAsked() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked
}

func (a *signingApp) expire() {
	a.mu.Lock()
	defer a.mu.Unlock()
	clear(a.sessions)
}
