package main

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/coder/websocket"
	"golang.org/x/net/http/httpguts"
)

// caseHeader tells the app which step of which case a request is.
const caseHeader = "X-Case"

// frontApp is an app behind fronts, which writes down what it gets.
type frontApp struct {
	url    string
	answer http.HandlerFunc

	mu   sync.Mutex
	seen map[string][]string // by the step: what the app got, as text
}

func startFrontApp(t *testing.T, answer http.HandlerFunc) *frontApp {
	t.Helper()
	a := &frontApp{answer: answer, seen: map[string][]string{}}
	server := httptest.NewServer(a)
	t.Cleanup(server.Close)
	a.url = server.URL
	return a
}

// ServeHTTP implements http.Handler.
func (a *frontApp) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body) // what there is of it tells
	a.mu.Lock()
	step := r.Header.Get(caseHeader)
	a.seen[step] = append(a.seen[step], asText(r, body))
	a.mu.Unlock()
	r.Body = io.NopCloser(bytes.NewReader(body))
	a.answer(w, r)
}

// answerByPath answers as its path says, and every person alike.
func answerByPath(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	switch r.URL.Path {
	case "/ws", "/private/ws":
		echoOnce(w, r)
		return
	case "/document":
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=60")
		_, _ = io.WriteString(w, "<!DOCTYPE html><html><head><title>App</title></head><body>A page.</body></html>")
		return
	case "/cookies":
		w.Header().Add("Set-Cookie", "theme=dark; Path=/")
		w.Header().Add("Set-Cookie", "basket=2; Path=/; HttpOnly")
	case "/moved":
		w.Header().Set("Location", "/page?moved=1")
		w.WriteHeader(http.StatusFound)
	case "/wants-its-own-login":
		w.Header().Set("WWW-Authenticate", `Basic realm="app"`)
		w.WriteHeader(http.StatusUnauthorized)
	case "/broken":
		w.WriteHeader(http.StatusInternalServerError)
	}
	fmt.Fprintf(w, "the app's answer to %s", r.Method)
}

// echoOnce sends one message of a websocket back.
func echoOnce(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // it has been answered
	}
	defer conn.CloseNow()
	kind, message, err := conn.Read(r.Context())
	if err == nil && conn.Write(r.Context(), kind, message) == nil {
		_ = conn.Close(websocket.StatusNormalClosure, "")
	}
}

// asText is a request as the app got it: everything but what is of the one
// connection that it came by.
func asText(r *http.Request, body []byte) string {
	lines := []string{}
	for name, values := range r.Header {
		if !slices.Contains(ofTheConnection, name) {
			for _, value := range values {
				lines = append(lines, name+": "+value)
			}
		}
	}
	if named := httpguts.HeaderValuesContainsToken(r.Header["Connection"], "X-Forwarded-User"); named {
		lines = append(lines, "Connection names X-Forwarded-User away")
	}
	slices.Sort(lines)
	for name, values := range r.Trailer {
		lines = append(lines, fmt.Sprintf("trailer %s: %v", name, values))
	}
	return fmt.Sprintf("%s %s\nHost: %s\n%s\n\n%s", r.Method, r.RequestURI, r.Host, strings.Join(lines, "\n"), body)
}

// ofTheConnection are the headers that every hop makes anew (RFC 9110, sections
// 7.6.1 and 7.6.3), and that of the tests themselves.
var ofTheConnection = []string{"Via", "Connection", "Keep-Alive", "Te", "Content-Length", caseHeader}

// got is what the app got of a step.
func (a *frontApp) got(step string) []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.seen[step])
}

// address is where it listens.
func (a *frontApp) address() string { return strings.TrimPrefix(a.url, "http://") }
