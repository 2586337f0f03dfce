package explain

import (
	"net/url"
	"strings"
	"testing"
)

func TestAppIsAskedAsByABrowser(t *testing.T) {
	for _, tt := range []struct {
		origin string
		lines  []string
		want   map[string]string
	}{
		{"http://localhost:8080", nil, map[string]string{
			"Accept-Encoding": "gzip, deflate", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "localhost:8080",
			"Forwarded": `for=127.0.0.1;proto=http;host="localhost:8080"`,
		}},
		{"https://app.example.com", []string{"user-agent: Lynx", "Accept-Language:", "X-Forwarded-For: 2001:db8::1"}, map[string]string{
			"Accept-Encoding": "gzip, deflate, br, zstd", "User-Agent": "Lynx", "Accept-Language": "",
			"Forwarded": `for="[2001:db8::1]";proto=https;host="app.example.com"`,
		}},
	} {
		origin, err := url.Parse(tt.origin)
		if err != nil {
			t.Fatal(err)
		}
		h, err := Likeness(origin, false, tt.lines)
		if err != nil {
			t.Fatal(err)
		}
		for name, want := range tt.want {
			if got := h.Get(name); got != want {
				t.Errorf("%s: %s is %q, want %q", tt.origin, name, got, want)
			}
		}
	}
}

// What ferngate would not send proves nothing about what it would find.
func TestHeadersThatFerngateDoesNotSendAreRefused(t *testing.T) {
	origin := &url.URL{Scheme: "http", Host: "localhost"}
	for _, line := range []string{
		"Authorization: Bearer canary", "X-Api-Key: canary", "Cookie: a=canary", "Host: canary", "Forwarded: for=canary",
		"canary", "Na me: canary", "User-Agent: a\nb", "X-Forwarded-Proto:",
	} {
		_, err := Likeness(origin, false, []string{line})
		if err == nil || strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", line, err)
		}
	}
	h, err := Likeness(origin, true, []string{"Authorization: Bearer x"})
	if err != nil || h.Get("Authorization") != "Bearer x" {
		t.Errorf("a bearer that counts: %v, %v", h, err)
	}
}
