package app

import (
	"context"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// stubApp answers whoami by the session cookie, without a socket.
type stubApp struct {
	mu     sync.Mutex
	people map[string]string // Cookie header to login
	fails  error
	takes  time.Duration
	asked  int
}

// RoundTrip implements http.RoundTripper.
func (a *stubApp) RoundTrip(r *http.Request) (*http.Response, error) {
	a.mu.Lock()
	a.asked++
	login, fails, takes := a.people[r.Header.Get("Cookie")], a.fails, a.takes
	a.mu.Unlock()
	select {
	case <-time.After(takes):
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
	res := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}, Body: http.NoBody, Request: r}
	switch {
	case fails != nil:
		return nil, fails
	case login == "":
		res.StatusCode = http.StatusUnauthorized
	default:
		res.Body = io.NopCloser(strings.NewReader(`{"login":"` + login + `","email":"` + login + `@corp.test"}`))
	}
	return res, nil
}

func (a *stubApp) is(cookie, login string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.people[cookie] = login
}

func newStub(t *testing.T, change ...func(*config.App)) (*stubApp, *Method) {
	t.Helper()
	pointer := func(text string) config.Pointer {
		p, err := config.ParsePointer(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	tmpl := func(text string) config.Template {
		p, err := config.ParseTemplate(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	cfg := config.App{
		SessionCookies: []string{"sid", "aux"},
		Whoami: []config.WhoamiStep{{
			Path: "/me",
			Extract: map[string][]config.Extractor{
				"login": {{JSON: pointer("/login")}}, "email": {{JSON: pointer("/email")}},
			},
		}},
		Identity:        config.IdentityMapping{UserID: tmpl("{login}"), Email: tmpl("{email}")},
		SignOutRequests: []config.RequestPattern{{Path: "/doku.php", Query: map[string]string{"do": "logout"}}},
		SignInRequests:  []config.RequestPattern{{Method: "GET", Path: "/sso"}},
		SignInURL:       "/login?back={return_to}",
		Recheck:         30 * time.Second,
		Timeout:         2 * time.Second,
	}
	for _, c := range change {
		c(&cfg)
	}
	app := &stubApp{people: map[string]string{}}
	m, err := New(cfg, config.Upstream{URL: &url.URL{Scheme: "http", Host: "app.test"}}, app, nil, func(Asked, time.Duration) {}, zap.NewNop())
	if err != nil {
		t.Fatal(err)
	}
	return app, m
}

// request is one of a browser with these cookies; target is "METHOD /path?query".
func request(target, cookie string, headers ...string) *Request {
	method, rest, _ := strings.Cut(target, " ")
	path, query, _ := strings.Cut(rest, "?")
	h := http.Header{}
	if cookie != "" {
		h.Set("Cookie", cookie)
	}
	for i := 0; i < len(headers); i += 2 {
		h.Add(headers[i], headers[i+1])
	}
	return &Request{
		Method: method, Path: path, Readings: []string{path}, Query: query, Header: h, Client: netip.MustParseAddr("192.0.2.1"), SessionID: "one", Began: time.Now(),
		Like: func() (string, http.Header) { return "app.test", h },
	}
}

// step is one request and its answer: who is found, and what is remembered after it.
func (m *Method) step(t *testing.T, r *Request, f *auth.Followed, need Freshness, status int, setCookies ...string) (string, *auth.Followed) {
	t.Helper()
	out := m.Identify(t.Context(), r, f, need)
	if out.Followed != nil {
		f = out.Followed
	}
	h := http.Header{"Set-Cookie": setCookies}
	if s := m.Signal(r, status, h); s.Any() {
		if next := m.Observe(r, s, f); next != nil {
			f = next
		}
	}
	switch {
	case out.Undecided:
		return "undecided", f
	case out.Identity == nil:
		return "nobody", f
	}
	return out.Identity.UserID, f
}

func want(t *testing.T, what, got, want string) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %s, want %s", what, got, want)
	}
}

func TestAnAnswerCountsForRecheck(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		who, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		want(t, "first page", who, "alice")
		for range 29 {
			time.Sleep(time.Second)
			who, f = m.step(t, request("GET /", "sid=1"), f, Exact, 200)
			want(t, "page", who, "alice")
		}
		if app.asked != 1 {
			t.Errorf("asked %d times within recheck", app.asked)
		}
		time.Sleep(time.Second)
		app.is("sid=1", "")
		who, _ = m.step(t, request("GET /", "sid=1"), f, Exact, 200)
		want(t, "after recheck", who, "nobody")
	})
}

func TestATokenNeedsAnAnswerNewerThanTheLastUnsafeRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		_, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		app.is("sid=1", "bob") // by a request that tells nothing but its method
		_, f = m.step(t, request("POST /api", "sid=1"), f, Remembered, 200)
		who, _ := m.step(t, request("GET /api", "sid=1"), f, Rechecked, 200)
		want(t, "what needs no more than recheck", who, "alice")
		who, _ = m.step(t, request("GET /token", "sid=1"), f, Exact, 200)
		want(t, "a token", who, "bob")
	})
}

// Every signal, and what an answer from before it is worth afterwards.
func TestSignals(t *testing.T) {
	const alice, nobody = "alice", "nobody"
	for name, c := range map[string]struct {
		request *Request
		status  int
		set     []string
		want    string // with the same cookies, who are bob's meanwhile
	}{
		"a page":                                   {request("GET /", "sid=1"), 200, nil, alice},
		"a page that rolls the cookie":             {request("GET /", "sid=1"), 200, []string{"sid=2"}, alice},
		"a redirect":                               {request("GET /", "sid=1"), 302, nil, alice},
		"a redirect that sets another cookie":      {request("GET /", "sid=1"), 302, []string{"theme=2"}, alice},
		"a redirect that sets a session cookie":    {request("GET /", "sid=1"), 302, []string{"sid=2; Path=/"}, "bob"},
		"a form":                                   {request("POST /", "sid=1"), 200, nil, "bob"},
		"a sign-in request":                        {request("GET /sso?code=x", "sid=1"), 200, nil, "bob"},
		"a sign-out request":                       {request("GET /doku.php?id=start&do=logout", "sid=1"), 302, nil, nobody},
		"a sign-out request in another spelling":   {request("GET /doku.php?do=log%6Fut;id=start", "sid=1"), 302, nil, nobody},
		"a sign-out request that failed":           {request("GET /doku.php?do=logout", "sid=1"), 403, nil, "bob"},
		"a link from elsewhere to a sign-out page": {request("GET /doku.php?do=logout", "sid=1", "Sec-Fetch-Site", "cross-site"), 200, nil, "bob"},
		"a link from elsewhere to the sign-out":    {request("GET /doku.php?do=logout", "sid=1", "Sec-Fetch-Site", "cross-site"), 302, nil, nobody},
		"a look at a sign-out page":                {request("HEAD /doku.php?do=logout", "sid=1"), 200, nil, alice},
		"the sign-in page that leads on":           {request("GET /login?back=/", "sid=1"), 302, nil, "bob"},
		"the sign-in page":                         {request("GET /login?back=/", "sid=1"), 200, nil, alice},
		"a script that sets a session cookie":      {request("POST /api/login", "sid=1"), 200, []string{"sid=2"}, "bob"},
		"another query":                            {request("GET /doku.php?do=login", "sid=1"), 200, nil, alice},
		"a cleared cookie, by age":                 {request("GET /", "sid=1"), 200, []string{"sid=; Max-Age=0"}, nobody},
		"a cleared cookie, by date":                {request("GET /", "sid=1"), 200, []string{"sid=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}, nobody},
		"a cleared cookie, by emptiness":           {request("GET /", "sid=1"), 200, []string{`sid=""`}, nobody},
		"a cookie that is cleared and set":         {request("GET /", "sid=1"), 200, []string{"sid=deleted; Max-Age=0", "sid=2"}, alice},
		"a cleared cookie that nobody had":         {request("GET /", "sid=1"), 200, []string{"aux=; Max-Age=0"}, alice},
		"a cleared cookie of some other name":      {request("GET /", "sid=1"), 200, []string{"theme=; Max-Age=0"}, alice},
		"a cookie that is set for a year to come":  {request("GET /", "sid=1"), 200, []string{"sid=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT"}, alice},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app, m := newStub(t)
				app.is("sid=1", "alice")
				m.step(t, request("POST /login", ""), nil, Remembered, 302, "sid=1; Path=/")
				_, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
				app.is("sid=1", "bob")
				c.request.Began = time.Now()
				_, f = m.step(t, c.request, f, Exact, c.status, c.set...)
				who, _ := m.step(t, request("GET /token", c.request.Header.Get("Cookie")), f, Exact, 200)
				want(t, "the next token", who, c.want)
				// A copy of the cookies without our own knows no more than the app does.
				copied, _ := m.step(t, request("GET /token", "sid=1"), nil, Exact, 200)
				if copied == "alice" && c.want != alice {
					t.Error("a copy of the cookies is still alice's")
				}
			})
		})
	}
}

func TestASessionCookieThatAppearsIsAskedAbout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		app.is("sid=1; aux=1", "bob")
		_, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		who, _ := m.step(t, request("GET /", "sid=1; aux=1"), f, Exact, 200)
		want(t, "the page", who, "bob")
	})
}

// After a sign-out the same cookies are nobody's, whatever the app says of them.
func TestSignedOutCookiesComeBackBySignInOnly(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice") // and it stays: copies live on
		_, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		old := f
		_, f = m.step(t, request("GET /doku.php?do=logout", "sid=1"), f, Exact, 302)
		time.Sleep(24 * time.Hour)
		for _, remembered := range []*auth.Followed{f, old, nil} {
			who, _ := m.step(t, request("GET /token", "sid=1"), remembered, Exact, 200)
			want(t, "the cookies after sign-out", who, "nobody")
		}
		_, other := newStub(t) // a replica that has seen nothing
		who, _ := other.step(t, request("GET /token", "sid=1"), f, Exact, 200)
		want(t, "at another replica", who, "nobody")
		_, f = m.step(t, request("POST /login", "sid=1"), f, Remembered, 302)
		who, _ = m.step(t, request("GET /token", "sid=1"), f, Exact, 200)
		want(t, "after the next sign-in", who, "alice")
	})
}

func TestASessionCookieThatIsAbsentWhereItBelongs(t *testing.T) {
	for name, c := range map[string]struct {
		learnt, asked *Request
		set           string
		want          string
	}{
		"a page beside":                     {request("GET /a", "sid=1"), request("GET /token", ""), "", "alice"},
		"the page itself":                   {request("GET /a", "sid=1"), request("GET /a", ""), "", "nobody"},
		"below where it was seen":           {request("GET /app/a", "sid=1"), request("GET /app/b", ""), "", "nobody"},
		"elsewhere":                         {request("GET /app/a", "sid=1"), request("GET /token", ""), "", "alice"},
		"elsewhere, but set for everywhere": {request("GET /app/a", "sid=1"), request("GET /token", ""), "sid=1; Path=/", "nobody"},
		"where it was set for":              {request("GET /app/sub/a", "sid=1"), request("GET /app/b", ""), "sid=1; Path=/app", "nobody"},
		"on a link from elsewhere":          {request("GET /x/a", "sid=1"), request("GET /x/b", "", "Sec-Fetch-Site", "cross-site"), "", "alice"},
		"on a request of the page's":        {request("GET /x/a", "sid=1"), request("GET /x/b", "", "Sec-Fetch-Site", "same-origin"), "", "nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				app, m := newStub(t)
				app.is("sid=1", "alice")
				if c.set != "" {
					m.step(t, request("GET /login", ""), nil, Remembered, 200, c.set)
				}
				_, f := m.step(t, c.learnt, nil, Exact, 200)
				who, _ := m.step(t, c.asked, f, Exact, 200)
				want(t, "the token", who, c.want)
			})
		})
	}
}

// A slow answer brings an older cookie back: what has happened since counts.
func TestAnOlderCookieDoesNotUndoASignal(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		_, before := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		slow := request("GET /", "sid=1")
		time.Sleep(time.Second)
		app.is("sid=1", "bob")
		m.step(t, request("POST /login", "sid=1"), before, Remembered, 302)
		if !m.Overtaken(slow) {
			t.Error("what was learnt with a request from before the sign-in is remembered")
		}
		who, _ := m.step(t, request("GET /token", "sid=1"), before, Exact, 200)
		want(t, "the token", who, "bob")
	})
}

// A replica whose clock is ahead stamps its answers with the future; what
// happens at this one afterwards is later all the same.
func TestSignalsAreLaterThanAnswersOfAFasterClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "bob")
		ahead := &auth.Followed{
			Identity: &auth.Identity{UserID: "alice"}, Asked: time.Now().Add(10 * time.Second),
			Cookies: []auth.AppCookie{{Name: "sid", Path: "/"}}, Digest: "x",
		}
		who, f := m.step(t, request("POST /login", "sid=1"), ahead, Remembered, 302, "sid=1; Path=/")
		want(t, "before", who, "alice")
		who, f = m.step(t, request("GET /token", "sid=1"), f, Exact, 200)
		want(t, "the token after it", who, "bob")
		who, _ = m.step(t, request("GET /token", "sid=1"), f, Exact, 200)
		want(t, "and the next", who, "bob")
		if app.asked != 1 {
			t.Errorf("asked %d times", app.asked)
		}
	})
}

// Nor does an answer of a faster clock undo a sign-out that was seen here.
func TestAnAnswerOfAFasterClockDoesNotOutliveASignOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		_, f := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		ahead := &auth.Followed{ // learnt by a page that was under way at the other replica
			Identity: &auth.Identity{UserID: "alice"}, Asked: time.Now().Add(10 * time.Second),
			Cookies: []auth.AppCookie{{Name: "sid", Path: "/"}}, Digest: f.Digest,
		}
		time.Sleep(time.Second)
		app.is("sid=2", "bob")
		m.step(t, request("GET /doku.php?do=logout", "sid=1"), f, Exact, 302)
		who, _ := m.step(t, request("GET /token", "sid=1"), ahead, Exact, 200)
		want(t, "with the cookies that were signed out", who, "nobody")
		who, _ = m.step(t, request("GET /token", "sid=2"), ahead, Exact, 200)
		want(t, "with others", who, "bob")
	})
}

func TestOneIsAskedForMany(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		app.takes = time.Second
		var wg sync.WaitGroup
		for range 40 {
			wg.Go(func() {
				if out := m.Identify(t.Context(), request("GET /", "sid=1"), nil, Exact); out.Identity == nil {
					t.Error("nobody")
				}
			})
		}
		wg.Wait()
		if app.asked != 1 {
			t.Errorf("asked %d times", app.asked)
		}
	})
}

// One who leaves does not take the answer away from those who wait for it.
func TestOneWhoLeavesTakesNothingAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		app.takes = time.Second
		ctx, leave := context.WithCancel(t.Context())
		go m.Identify(ctx, request("GET /", "sid=1"), nil, Exact)
		synctest.Wait()
		done := make(chan Outcome)
		go func() { done <- m.Identify(t.Context(), request("GET /", "sid=1"), nil, Exact) }()
		synctest.Wait()
		leave()
		if out := <-done; out.Identity == nil {
			t.Error("nobody")
		}
	})
}

func TestASlowAppIsUndecidedAndLeftAloneForAMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		app, m := newStub(t)
		app.is("sid=1", "alice")
		app.takes = time.Hour
		started := time.Now()
		who, _ := m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		want(t, "a slow app", who, "undecided")
		if waited := time.Since(started); waited != 2*time.Second {
			t.Errorf("it was waited for %v", waited)
		}
		m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		if app.asked != 1 {
			t.Errorf("asked %d times", app.asked)
		}
		app.takes = 0
		time.Sleep(failedFor)
		who, _ = m.step(t, request("GET /", "sid=1"), nil, Exact, 200)
		want(t, "once it is well again", who, "alice")
	})
}
