package demoapp

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// request builds a request to the app; headers are name, value, name, value.
func request(t *testing.T, method, path, body string, headers ...string) *http.Request {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func get(t *testing.T, h http.Handler, path string, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	return do(h, request(t, http.MethodGet, path, "", headers...))
}

func post(t *testing.T, h http.Handler, path string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.Helper()
	headers = append(headers, "Content-Type", "application/x-www-form-urlencoded")
	return do(h, request(t, http.MethodPost, path, form.Encode(), headers...))
}

func wantStatus(t *testing.T, w *httptest.ResponseRecorder, status int) {
	t.Helper()
	if w.Code != status {
		t.Fatalf("status %d, want %d; body:\n%s", w.Code, status, w.Body)
	}
}

func wantBody(t *testing.T, w *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(w.Body.String(), part) {
			t.Errorf("the page lacks %q:\n%s", part, w.Body)
		}
	}
}

func wantNotInBody(t *testing.T, w *httptest.ResponseRecorder, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if strings.Contains(w.Body.String(), part) {
			t.Errorf("the page has %q:\n%s", part, w.Body)
		}
	}
}

func TestEveryPageIsHTMLWithTheMenu(t *testing.T) {
	h := Handler()
	alice := loggedIn(t, h, "alice")
	for _, path := range []string{"/", "/tickets/101", "/tickets/new", "/login", "/account", "/upload", "/help"} {
		w := get(t, h, path, "Cookie", alice)
		wantStatus(t, w, http.StatusOK)
		if ct := w.Header().Get("Content-Type"); ct != "text/html; charset=utf-8" {
			t.Errorf("%s: Content-Type %q", path, ct)
		}
		wantBody(t, w, `<ul id="menu">`, "</html>")
	}
}

func TestLoginAndLogoutLinksLeadBackToThePageTheyAreOn(t *testing.T) {
	h := Handler()
	wantBody(t, get(t, h, "/tickets/101"), `id="log-in" href="/login?back=%2ftickets%2f101"`)
	wantBody(t, get(t, h, "/tickets/101", "Cookie", loggedIn(t, h, "alice")),
		`id="switch-user" href="/login?back=%2ftickets%2f101"`, `id="log-out" href="/logout?back=%2ftickets%2f101"`)
	wantBody(t, get(t, h, "/login?back=%2fhelp"), `id="log-in" href="/login?back=%2fhelp"`)
	wantBody(t, get(t, h, "/nothing"), `id="log-in" href="/login?back=%2f"`)
}

// It is not written for a gateway: it works the same without one.
func TestNoPageNamesFerngate(t *testing.T) {
	h := Handler()
	alice := loggedIn(t, h, "alice")
	for _, path := range []string{"/", "/tickets/101", "/tickets/new", "/login", "/account", "/upload", "/help", "/nothing"} {
		for _, cookie := range []string{"", alice} {
			wantNotInBody(t, get(t, h, path, "Cookie", cookie), "ferngate")
		}
	}
}

func TestStylesheetIsServed(t *testing.T) {
	w := get(t, Handler(), "/static/fernwood.css")
	wantStatus(t, w, http.StatusOK)
	if ct := w.Header().Get("Content-Type"); !strings.HasPrefix(ct, "text/css") {
		t.Errorf("Content-Type %q", ct)
	}
}

func TestUnknownPagesAreNotFound(t *testing.T) {
	h := Handler()
	// The token is the gateway's business: the app by itself has none.
	for _, path := range []string{"/nothing", "/tickets/", "/tickets/0", "/tickets/9999", "/tickets/x", "/api/ferndesk-token"} {
		wantStatus(t, get(t, h, path), http.StatusNotFound)
	}
}

func TestTheAppSendsNoSecurityHeadersOfItsOwn(t *testing.T) {
	header := get(t, Handler(), "/help").Header()
	for _, name := range []string{"Content-Security-Policy", "Cache-Control", "Set-Cookie"} {
		if v := header.Get(name); v != "" {
			t.Errorf("%s: %s", name, v)
		}
	}
}
