package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/cmd/ferngate/standin"
	"github.com/ferngate/ferngate/config"
	widgetjs "github.com/ferngate/ferngate/proxy/widget"
)

const (
	widgetSecret = "the secret of the widget tests' help centre"
	tokenPath    = "/api/ferndesk-token"
)

// widgetSite answers for the widget as the test says: no gateway, no app, and
// nobody who really signs in. Its pages are written with {widget} where the
// element belongs.
type widgetSite struct {
	t      *testing.T
	url    string
	sdk    string
	script *widgetjs.Script
	pages  map[string]string

	mu     sync.Mutex
	who    *person // nil: nobody
	ttl    time.Duration
	spoilt map[string]string // what a path answers in place of the truth
	counts map[string]int
	held   map[string]chan struct{}
}

const plainPage = `<!DOCTYPE html><html><head>{widget}<title>Page</title><link rel="icon" href="data:,"></head>
<body><h1>Page</h1><a id="next" href="/next">Next</a></body></html>`

// startWidgetSite serves the pages, and plainPage for every other path, on this machine's address.
func startWidgetSite(t *testing.T, in config.Inject, pages map[string]string) *widgetSite {
	t.Helper()
	return startWidgetSiteAt(t, "127.0.0.1", in, pages)
}

// startWidgetSiteAt does so at a name, which its help centre has as well.
func startWidgetSiteAt(t *testing.T, host string, in config.Inject, pages map[string]string) *widgetSite {
	t.Helper()
	s := &widgetSite{t: t, pages: pages, ttl: time.Hour, spoilt: map[string]string{}, counts: map[string]int{}, held: map[string]chan struct{}{}}
	sdk := httptest.NewServer(s.counted(standin.Handler([]byte(widgetSecret), host)))
	t.Cleanup(sdk.Close)
	s.sdk = strings.Replace(sdk.URL, "127.0.0.1", host, 1) + standin.SDKPath
	var err error
	if in.SDKURL, err = url.Parse(s.sdk); err != nil {
		t.Fatal(err)
	}
	s.script, err = widgetjs.New(config.Ferndesk{WidgetID: testWidget, TokenPath: []string{tokenPath}}, in)
	if err != nil {
		t.Fatal(err)
	}
	site := httptest.NewServer(s.counted(s))
	t.Cleanup(site.Close)
	s.url = strings.Replace(site.URL, "127.0.0.1", host, 1)
	return s
}

func (s *widgetSite) counted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		s.counts[r.URL.Path]++
		s.mu.Unlock()
		h.ServeHTTP(w, r)
	})
}

func (s *widgetSite) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.URL.Path {
	case widgetjs.Path:
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = w.Write(s.script.Body())
	case widgetjs.WhoamiPath:
		s.answer(w, r, s.whoami)
	case tokenPath:
		s.answer(w, r, s.token)
	default:
		page, found := s.pages[r.URL.Path]
		if !found {
			page = plainPage
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, strings.NewReplacer("{widget}", s.script.Element("", true), "{sdk}", s.sdk).Replace(page))
	}
}

// answer decides at once and sends when the answer is not held any more.
func (s *widgetSite) answer(w http.ResponseWriter, r *http.Request, truth func() (int, string)) {
	s.mu.Lock()
	held := s.held[r.URL.Path]
	delete(s.held, r.URL.Path)
	spoilt := s.spoilt[r.URL.Path]
	status, body := truth()
	s.mu.Unlock()
	if held != nil {
		<-held
	}
	w.Header().Set("Cache-Control", "no-store")
	switch spoilt {
	case "down":
		panic(http.ErrAbortHandler)
	case "fails":
		status, body = http.StatusInternalServerError, "<h1>Something went wrong</h1>"
	case "undecided":
		status, body = http.StatusOK, `{"user":null,"undecided":true}`
		if r.URL.Path == tokenPath {
			status = http.StatusServiceUnavailable
		}
	case "refused":
		status, body = http.StatusForbidden, `{"error":"no value for email"}`
	case "html":
		status, body = http.StatusOK, "<!DOCTYPE html><title>a.b.c</title>"
	}
	w.WriteHeader(status)
	fmt.Fprint(w, body)
}

func (s *widgetSite) whoami() (int, string) {
	if s.who == nil {
		return http.StatusOK, `{"user":null}`
	}
	return http.StatusOK, fmt.Sprintf(`{"user":"hash of %s","until":%d}`, s.who.Login, time.Now().Add(12*time.Hour).Unix())
}

func (s *widgetSite) token() (int, string) {
	if s.who == nil {
		return http.StatusUnauthorized, `{"error":"Not authenticated"}`
	}
	id, now := fmt.Sprint(s.who.ID), time.Now()
	token, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
		"sub": id, "userId": id, "email": s.who.Email, "name": s.who.Name, "iat": now.Unix(), "exp": now.Add(s.ttl).Unix(),
	}).SignedString([]byte(widgetSecret))
	if err != nil {
		s.t.Error(err)
	}
	return http.StatusOK, token
}

// is says who is signed in from now on.
func (s *widgetSite) is(who *person) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.who = who
}

// answers says what paths answer from now on; "" is the truth.
func (s *widgetSite) answers(spoilt string, paths ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, path := range paths {
		s.spoilt[path] = spoilt
	}
}

// hold keeps the next answer of a path back, until it is let go.
func (s *widgetSite) hold(path string) (letGo func()) {
	held := make(chan struct{})
	s.mu.Lock()
	s.held[path] = held
	s.mu.Unlock()
	letGo = sync.OnceFunc(func() { close(held) })
	s.t.Cleanup(letGo)
	return letGo
}

// count is how often a path was asked for until now.
func (s *widgetSite) count(path string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.counts[path]
}

// waitCount waits until a path was asked for that often.
func (s *widgetSite) waitCount(path string, want int) {
	s.t.Helper()
	eventually(s.t, path, func() error {
		if got := s.count(path); got < want {
			return fmt.Errorf("asked for %d times, not yet %d", got, want)
		}
		return nil
	})
}

// wantShown waits until the widget shows the person's name and email.
func (b *browser) wantShown(p person) {
	b.t.Helper()
	b.until(shown + " === " + quote(fmt.Sprintf("identified|%d|%s|%s", p.ID, p.Name, p.Email)))
}

// wantNobodyShown waits until the widget is there and shows nobody.
func (b *browser) wantNobodyShown() {
	b.t.Helper()
	b.until(shown + " === 'anonymous|||'")
}

// pass waits a moment of the page's own clock, in which what must not happen would.
func (b *browser) pass() {
	b.t.Helper()
	b.js("(window.passed = false, setTimeout(() => { window.passed = true }, 300))")
	b.until("window.passed")
}

// shown is what the widget shows, as an expression; ” while it is not there.
const shown = `[...document.querySelectorAll('#ferndesk-widget')].flatMap(w =>
	[w.dataset.state, w.dataset.user, w.shadowRoot.querySelector('#name').value, w.shadowRoot.querySelector('#email').value]).join('|')`

// wantData wants an attribute of the widget, data-…, to have a value.
func (b *browser) wantData(name, value string) {
	b.t.Helper()
	if got := b.js("document.querySelector('#ferndesk-widget').dataset." + name); got != value {
		b.t.Errorf("%s is %s, want %s", name, got, value)
	}
}
