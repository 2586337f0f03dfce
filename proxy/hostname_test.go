package proxy

import "testing"

func TestHostname(t *testing.T) {
	for host, want := range map[string]string{
		"app.test":           "app.test",
		"APP.Test":           "app.test",
		"app.test.":          "app.test",
		"app.test:443":       "app.test",
		"app.test.:8080":     "app.test",
		"app.test:":          "app.test",
		"127.0.0.1:80":       "127.0.0.1",
		"[::1]:8080":         "::1",
		"[2001:DB8::1]":      "2001:db8::1",
		"under_score.test":   "under_score.test",
		"":                   "",
		"a.test, b.test":     "!",
		"app.test@evil.test": "!",
		"user@app.test":      "!",
		"app.test/x":         "!",
		"app.test:http":      "!",
		"app.test:1:2":       "!",
		"app.test:123456":    "!",
		"[::1":               "!",
		"[::1]x":             "!",
		"[127.0.0.1]":        "!",
		"[fe80::1%25eth0]":   "!",
		"äpp.test":           "!",
		"app test":           "!",
	} {
		got, ok := hostname(host)
		if !ok {
			got = "!"
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", host, got, want)
		}
	}
}
