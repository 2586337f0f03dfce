package config

import (
	"net/url"
	"testing"
	"time"
)

// upstreamAt is an upstream of this URL, as the config file in dir has it.
func upstreamAt(t *testing.T, text, dir string) *Upstream {
	t.Helper()
	u, problem, _ := parseURL(text, dir)
	if problem != "" {
		t.Fatal(problem)
	}
	return &Upstream{URL: u}
}

func TestSocket(t *testing.T) {
	for text, want := range map[string]string{
		"unix:///run/app.sock":    "/run/app.sock",
		"unix:/run/app.sock":      "/run/app.sock",
		"unix:app.sock":           "/etc/ferngate/app.sock",
		"unix:run/app.sock":       "/etc/ferngate/run/app.sock",
		"unix:../app/a%20b%3F":    "/etc/app/a b?",
		"unix:///run/a%2520.sock": "/run/a%20.sock",
		"http://127.0.0.1:3000":   "",
		"https://app.internal":    "",
	} {
		if got := upstreamAt(t, text, "/etc/ferngate").Socket(); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestBase(t *testing.T) {
	for text, want := range map[string]string{
		"unix:///run/app.sock":      "http://localhost",
		"http://127.0.0.1:3000":     "http://127.0.0.1:3000",
		"https://app.internal:8443": "https://app.internal:8443",
	} {
		if got := upstreamAt(t, text, "/").Base().String(); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestKnowsItselfAs(t *testing.T) {
	for _, c := range []struct {
		url, host string
		own       []string
		others    []string
	}{
		{"http://10.0.0.5:8080", "app.internal",
			[]string{"http://app.internal", "https://App.Internal", "http://app.internal:80", "https://app.internal:443", "http://app.internal:8080", "HTTP://10.0.0.5:8080"},
			[]string{"http://10.0.0.5", "http://10.0.0.5:9000", "http://app.internal:443", "https://app.internal:80", "http://app.internal:9000",
				"http://app.internal.evil.test", "http://evil.app.internal", "ftp://app.internal", "http://", "http://user@app.internal"}},
		{"https://10.0.0.5", "app.internal:8080",
			[]string{"http://app.internal:8080", "https://app.internal:8080", "https://10.0.0.5", "https://10.0.0.5:443", "http://10.0.0.5"},
			[]string{"http://app.internal", "https://app.internal", "http://10.0.0.5:443"}},
		{"http://10.0.0.5:8080", "[fd00::1]",
			[]string{"http://[fd00::1]", "http://[FD00::1]:80", "http://[fd00::1]:8080"},
			[]string{"http://[fd00::2]"}},
		{"unix:///run/app.sock", "app.internal", []string{"http://app.internal", "https://app.internal"}, []string{"http://localhost", "http://app.internal:8080"}},
	} {
		u := upstreamAt(t, c.url, "/")
		u.HostHeader = c.host
		for want, origins := range map[bool][]string{true: c.own, false: c.others} {
			for _, origin := range origins {
				o, err := url.Parse(origin)
				if err != nil {
					t.Fatal(err)
				}
				host := o.Host
				if o.User != nil {
					host = o.User.String() + "@" + host
				}
				if got := u.KnowsItselfAs(o.Scheme, host); got != want {
					t.Errorf("%s with %s: %s: %v", c.url, c.host, origin, got)
				}
			}
		}
	}
}

func TestLimitsOfASite(t *testing.T) {
	all := Limits{BodySize: 10, BodyTimeout: time.Second, HeaderSize: 20}
	if got := (SiteLimits{}).Over(all); got != all {
		t.Errorf("none of its own: %+v", got)
	}
	size, timeout := Size(0), time.Minute
	if got, want := (SiteLimits{&size, &timeout}).Over(all), (Limits{BodyTimeout: time.Minute, HeaderSize: 20}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}
