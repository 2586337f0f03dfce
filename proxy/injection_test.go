package proxy

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// widgetConfig is testConfig with the widget in the app's pages.
var widgetConfig = strings.Replace(withAccess("{ path: /, require: optional }"), "    ferndesk:\n", `    inject:
      except_paths: ["/print/*", "/*?*do=export_*"]
    ferndesk:
      help_center: help.app.test
      widget_id: widget_01test
`, 1)

// navigation is what a browser says of a person opening a page.
var navigation = []string{"Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "document", "Sec-Fetch-Site", "none"}

// open opens a page, as a person does.
func (g *gateway) open(target string, headers ...string) answer {
	g.t.Helper()
	return g.get(target, append(headers, navigation...)...)
}

// element is what is put into the pages of the gateway's site.
func (g *gateway) element() string {
	return g.gw.sites.byHost["app.test"].injector.script.Element("", false)
}

// wantInjected fails unless an answer is the page with the element where {} is.
func (g *gateway) wantInjected(a answer, page string) {
	g.t.Helper()
	if want := strings.Replace(page, "{}", g.element(), 1); a.body != want {
		g.t.Errorf("got %d\n%s\nwant\n%s", a.status, a.body, want)
	}
}

// outcomes are what became of pages, as the operators' listener counts it.
func (g *gateway) outcomes() map[string]string {
	g.t.Helper()
	w := httptest.NewRecorder()
	g.gw.admin.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	counts := map[string]string{}
	for line := range strings.Lines(w.Body.String()) {
		var outcome, count string
		if rest, found := strings.CutPrefix(line, `ferngate_injections_total{outcome="`); found {
			outcome, rest, _ = strings.Cut(rest, `"`)
			_, count, _ = strings.Cut(rest, "} ")
			counts[outcome] = strings.TrimSpace(count)
		}
	}
	return counts
}

const (
	testPage    = "<!DOCTYPE html>\n<html><head><title>Tickets</title></head><body>7 tickets</body></html>"
	testPageGot = "<!DOCTYPE html>\n<html><head>{}<title>Tickets</title></head><body>7 tickets</body></html>"
)

// A page that a person opens has the widget, with nothing else changed; a page
// for somebody who is signed in is the same, so that caches may share it.
func TestPagesGetTheWidget(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		if got := r.Header.Get("Accept-Encoding"); got != "gzip, deflate, br, zstd" {
			t.Errorf("the app got Accept-Encoding %q", got)
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "public, max-age=60")
		w.Header().Set("Vary", "Accept-Language, accept")
		w.Header().Set("Content-Length", fmt.Sprint(len(testPage)))
		if r.URL.Path == "/missing" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = io.WriteString(w, testPage)
	})
	g := startGateway(t, withoutIdentityHeaders(widgetConfig), app)
	for _, target := range []string{"/", "/missing"} {
		for _, cookie := range []string{"", g.signIn("alice"), g.signIn("bob")} {
			a := g.open(target, "Accept-Encoding", "gzip, deflate, br, zstd", "Cookie", cookie)
			g.wantInjected(a, testPageGot)
			if got := a.header.Get("Content-Length"); got != fmt.Sprint(len(a.body)) {
				t.Errorf("Content-Length %s of %d bytes", got, len(a.body))
			}
			if got := a.header.Get("Cache-Control"); got != "public, max-age=60" {
				t.Errorf("Cache-Control: %s", got)
			}
			if got := strings.Join(a.header["Vary"], ", "); got != "Accept-Language, accept, "+strings.Replace(vary, "Accept, ", "", 1) {
				t.Errorf("Vary: %s", got)
			}
		}
	}
	// A form's answer is a page, too.
	g.wantInjected(g.send(http.MethodPost, "/", "x=1", append([]string{"Accept-Encoding", "gzip, deflate, br, zstd"}, navigation...)...), testPageGot)
}

// withoutIdentityHeaders is a config whose answers depend on nobody.
func withoutIdentityHeaders(text string) string {
	head, rest, _ := strings.Cut(text, "    identity_headers:\n")
	_, rest, _ = strings.Cut(rest, "    access:\n")
	return head + "    access:\n" + rest
}

// What is no page that a person opens stays as it is, byte for byte, for a
// reason that is counted.
func TestWhatGetsNoWidget(t *testing.T) {
	for _, test := range []struct {
		reason          string // "": not even counted
		method, target  string
		request, answer []string // headers
		status          int
		body            string
	}{
		{reason: "", answer: []string{"Content-Type", "application/json"}, body: `{"html":"<head>"}`},
		{reason: "", answer: []string{"Content-Type", "text/plain"}},
		{reason: "", answer: []string{"Content-Type", ""}},
		{reason: "status", status: http.StatusNoContent, body: "-"},
		{reason: "", status: http.StatusNotModified, body: "-", answer: []string{"Content-Type", ""}},
		{reason: "excluded", target: "/print/7"},
		{reason: "excluded", target: "/doku.php?id=x&do=export_xhtml"},
		{reason: "status", status: http.StatusFound},
		{reason: "status", status: http.StatusPartialContent},
		{reason: "status", answer: []string{"Content-Range", "bytes 0-9/10"}},
		{reason: "head", method: http.MethodHead, body: "-"},
		{reason: "attachment", answer: []string{"Content-Disposition", `Attachment; filename="a.html"`}},
		{reason: "attachment", answer: []string{"Content-Disposition", "download; filename=a.html"}},
		{reason: "cross-origin-isolated", answer: []string{"Document-Isolation-Policy", "isolate-and-require-corp"}},
		{reason: "no-transform", answer: []string{"Cache-Control", "max-age=1, No-Transform"}},
		{reason: "cross-origin-isolated", answer: []string{"Cross-Origin-Embedder-Policy", "require-corp"}},
		{reason: "cross-origin-isolated", answer: []string{"Cross-Origin-Embedder-Policy", `credentialless; report-to="x"`}},
		{reason: "integrity-policy", answer: []string{"Integrity-Policy", "blocked-destinations=(script), endpoints=(x)"}},
		{reason: "csp-sandbox", answer: []string{"Content-Security-Policy", "sandbox"}},
		{reason: "csp-trusted-types", answer: []string{"Content-Security-Policy", "require-trusted-types-for 'script'"}},
		{reason: "encoding", answer: []string{"Content-Encoding", "compress"}},
		{reason: "malformed", answer: []string{"Content-Encoding", "gzip"}},
		{reason: "charset", answer: []string{"Content-Type", "text/html; charset=utf-16le"}},
		{reason: "no-document", body: "<p>part of a page"},
		{reason: "no-document", body: "a1b2c3d4e5"},
		{reason: "frameset", body: "<html><head></head><frameset></frameset></html>"},
		{reason: "amp", body: "<!doctype html><html ⚡><head></head></html>"},
		{reason: "opted-out", body: `<html><head><meta name="ferngate" content="off"></head></html>`},
		{reason: "own-sdk", body: `<html><head><script id="ferndesk-sdk" src="/sdk.js"></script></head></html>`},
		{reason: "frame", request: []string{"Sec-Fetch-Dest", "iframe"}},
		{reason: "not-navigation", request: []string{"Sec-Fetch-Mode", "cors", "Sec-Fetch-Dest", "empty"}},
		{reason: "fragment", request: []string{"HX-Request", "true"}},
		{reason: "fragment", request: []string{"Turbo-Frame", "messages"}},
		{reason: "fragment", request: []string{"X-PJAX", "true"}},
		{reason: "fragment", request: []string{"X-Requested-With", "XMLHttpRequest"}},
	} {
		name := strings.TrimSpace(test.reason + " " + strings.Join(append(test.request, test.answer...), " "))
		t.Run(name, func(t *testing.T) {
			body := test.body
			if body == "" {
				body = testPage
			}
			app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Content-Type", "text/html")
				for i := 0; i < len(test.answer); i += 2 {
					w.Header()[test.answer[i]] = []string{test.answer[i+1]}
				}
				if test.status != 0 {
					w.WriteHeader(test.status)
				}
				if body != "-" {
					_, _ = io.WriteString(w, body)
				}
			})
			g := startGateway(t, widgetConfig, app)
			method, target := http.MethodGet, "/"
			if test.method != "" {
				method = test.method
			}
			if test.target != "" {
				target = test.target
			}
			headers := append([]string{}, test.request...)
			for i := 0; i < len(navigation); i += 2 {
				if !strings.Contains(strings.Join(test.request, " "), navigation[i]) {
					headers = append(headers, navigation[i], navigation[i+1])
				}
			}
			a := g.send(method, target, "", headers...)
			if want := strings.TrimPrefix(body, "-"); a.body != want {
				t.Errorf("got\n%s\nwant\n%s", a.body, want)
			}
			want := "1"
			if test.reason == "" {
				if got := g.outcomes(); len(got) > 0 {
					t.Errorf("counted: %v", got)
				}
			} else if got := g.outcomes(); got[test.reason] != want || len(got) != 1 {
				t.Errorf("counted: %v", got)
			}
			if test.reason != "" {
				lines := g.log.FilterMessage("a page without the widget").All()
				if len(lines) != 1 || lines[0].ContextMap()["reason"] != test.reason || lines[0].ContextMap()["request_id"] == "" {
					t.Errorf("logged: %v", lines)
				}
			}
			if test.status == 0 && a.header.Get("Content-Length") == "" && method != http.MethodHead {
				t.Error("the length is not known any more")
			}
		})
	}
}

// Over plain HTTP browsers say less: a page is known by what they accept.
func TestPagesOverPlainHTTP(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, testPage)
	})
	g := startGateway(t, widgetConfig, app)
	g.wantInjected(g.get("/", "Accept", "text/html,application/xhtml+xml,*/*;q=0.8"), testPageGot)
	for _, headers := range [][]string{
		{"Accept", "*/*"}, {}, {"Accept", "text/html", "X-Requested-With", "XMLHttpRequest"}, {"Accept", "text/html", "HX-Request", "true"},
	} {
		if a := g.get("/", headers...); a.body != testPage || a.header.Get("Vary") == "" {
			t.Errorf("%v: %s, Vary: %s", headers, a.body, a.header.Get("Vary"))
		}
	}
}

// In frames the widget is put where the config says so.
func TestPagesInFrames(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = io.WriteString(w, testPage)
	})
	g := startGateway(t, strings.Replace(widgetConfig, "    inject:\n", "    inject:\n      iframes: true\n", 1), app)
	g.wantInjected(g.get("/", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "iframe"), testPageGot)
	if a := g.get("/", "Sec-Fetch-Mode", "navigate", "Sec-Fetch-Dest", "embed"); a.body != testPage {
		t.Errorf("got %s", a.body)
	}
}

// Whatever goes wrong in a compressed page, it ends as it would have without us.
func TestABrokenCompressedPage(t *testing.T) {
	var whole bytes.Buffer
	z := gzip.NewWriter(&whole)
	_, _ = io.WriteString(z, testPage+strings.Repeat("<p>and on, and on", 10_000))
	_ = z.Close()
	half := whole.Bytes()[:whole.Len()/2]
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Encoding", "gzip")
		_, _ = w.Write(half)
	})
	g := startGateway(t, widgetConfig, app)
	req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/", nil)
	req.Host = "app.test"
	req.Header.Set("Sec-Fetch-Mode", "navigate")
	res, err := testTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if _, err := io.ReadAll(res.Body); err == nil {
		t.Error("half a page ended as a whole one")
	}
}

// A policy is extended by paths of the page's own origin, never by all of it.
func TestOwnOriginIsNotAllowedWhole(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Content-Security-Policy", "script-src 'sha256-AAAA'; connect-src 'none'")
		_, _ = io.WriteString(w, testPage)
	})
	text := strings.Replace(widgetConfig, "upstream:", "public_url: https://app.test\n    upstream:", 1)
	text = strings.Replace(text, "    inject:\n", "    inject:\n      sdk_url: https://APP.test:443/vendor/sdk.js\n", 1)
	g := startGateway(t, strings.Replace(text, "help.app.test", "app.test", 1), app)
	a := g.open("/")
	want := "script-src 'sha256-AAAA' https://app.test/.ferngate/widget.js https://app.test/vendor/sdk.js; " +
		"connect-src https://app.test/api/ferndesk-token https://app.test/.ferngate/whoami"
	if got := a.header.Get("Content-Security-Policy"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// Trailers that speak of the app's bytes do not come behind a page with the widget.
func TestTrailersOfAPage(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		w.Header().Set("Trailer", "Repr-Digest, X-Took")
		_, _ = io.WriteString(w, testPage+strings.Repeat("<p>", 20_000))
		w.Header().Set("Repr-Digest", "sha-256=:AAAA:")
		w.Header().Set("X-Took", "7")
	})
	g := startGateway(t, widgetConfig, app)
	for _, want := range []string{"", "sha-256=:AAAA:"} {
		req, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, g.url+"/", nil)
		req.Host = "app.test"
		if want == "" {
			req.Header.Set("Sec-Fetch-Mode", "navigate")
		}
		res, err := testTransport.RoundTrip(req)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.Copy(io.Discard, res.Body)
		res.Body.Close()
		if got := res.Trailer.Get("Repr-Digest"); got != want || res.Trailer.Get("X-Took") != "7" {
			t.Errorf("trailers %v, want the digest %q", res.Trailer, want)
		}
	}
}
