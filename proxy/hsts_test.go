package proxy

import (
	"net/http"
	"strings"
	"testing"
)

// hstsSite is testConfig's site with hsts.
func hstsSite(policy string) string {
	return strings.Replace(oneCertificate, "  - host: app.test\n", "  - host: app.test\n    hsts: "+policy+"\n", 1)
}

func TestHSTS_OnEveryAnswerOverHTTPS(t *testing.T) {
	own := "max-age=1"
	app := startRecorder(t, "HTTP/1.1 200 OK\r\nStrict-Transport-Security: "+own+"\r\nContent-Length: 0\r\n\r\n")
	bare := startRecorder(t, "")
	for policy, want := range map[string]string{
		"{ max_age: 365d }": "max-age=31536000",
		"{ max_age: 0s }":   "max-age=0",
		"{ max_age: 730d, include_subdomains: true, preload: true }": "max-age=63072000; includeSubDomains; preload",
	} {
		g := startListening(t, hstsSite(policy), bare.url, pairs(t, "app.test"))
		g.url = "https://" + g.addr
		for target, status := range map[string]int{"/public/": 200, "/private": 401, "/.ferngate/sign-in": 200, "/.ferngate/nowhere": 404} {
			a := g.get(target)
			if got := a.header.Values(hstsHeader); a.status != status || len(got) != 1 || got[0] != want {
				t.Errorf("%s: got %d and %q, want %d and %q", target, a.status, got, status, want)
			}
		}
		if a := g.get("/public/", "Host", "other.test"); a.status != http.StatusMisdirectedRequest || a.header.Get(hstsHeader) != "" {
			t.Errorf("a host that is not ours: got %d and %v", a.status, a.header)
		}
	}
	// What the app says of itself stays.
	g := startListening(t, hstsSite("{ max_age: 365d }"), app.url, pairs(t, "app.test"))
	g.url = "https://" + g.addr
	if got := g.get("/public/").header.Values(hstsHeader); len(got) != 1 || got[0] != own {
		t.Errorf("got %q, want the app's own %q", got, own)
	}
}

// TestHSTS_NotOverPlainHTTP: it depends on what the browser speaks, as a trusted proxy tells.
func TestHSTS_NotOverPlainHTTP(t *testing.T) {
	_, text, _ := strings.Cut(hstsSite("{ max_age: 365d }"), "\n")
	g := startGateway(t, behindProxy(text), startRecorder(t, "").url)
	for proto, want := range map[string]string{"https": "max-age=31536000", "http": ""} {
		if got := g.get("/public/", "X-Forwarded-Proto", proto).header.Get(hstsHeader); got != want {
			t.Errorf("%s: got %q, want %q", proto, got, want)
		}
	}
}
