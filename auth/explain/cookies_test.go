package explain

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/auth/visit"
)

func TestCookieHeaderIsSentToTheByteWithoutOurOwn(t *testing.T) {
	for _, tt := range []struct{ header, want, names string }{
		{"a=1; b=2", "a=1; b=2", "a, b"},
		{"  cookie: a=1;b=\"2 3\";  c={\"x\":1}\n", "a=1;b=\"2 3\";  c={\"x\":1}", "a, b, c"},
		{"a=1; a=2; b", "a=1; a=2; b", "a, a, b"},
		{"__Host-ferngate=x; a=1; ferngate=y", "a=1", "a"},
		{"ferngate=y", "", "none"},
	} {
		c, err := CookiesOf(tt.header)
		if err != nil || c.Header != tt.want || c.Names() != tt.names {
			t.Errorf("%q: %q of %s, %v; want %q of %s", tt.header, c.Header, c.Names(), err, tt.want, tt.names)
		}
	}
	for _, header := range []string{"", "canary", "a=1\r\nX: y", "a=\x00"} {
		if _, err := CookiesOf(header); err == nil {
			t.Errorf("%q is taken for a Cookie header", header)
		}
	}
}

// A cookie that never reaches the token path is why a token is late, and no
// answer of the app shows it.
func TestSessionCookieThatDoesNotReachTheTokenPathIsNoted(t *testing.T) {
	var jar visit.Jar
	jar.Take("app.example.com", "/examples/login", []string{"JSESSIONID=canary; Path=/examples", "theme=dark"})
	cookies := CookiesIn(&jar, []string{"app.example.com"}, "/examples/whoami")
	for _, tt := range []struct {
		paths []string
		want  bool
	}{
		{nil, false},
		{[]string{"/examples/api/ferndesk-token"}, false},
		{[]string{"/examples/token", "/api/ferndesk-token"}, true},
	} {
		got := written(t, func(r *Report) { r.Cookies(cookies, []string{"JSESSIONID"}, tt.paths) })
		got = strings.Join(strings.Fields(got), " ")
		if strings.Contains(got, "not to the token path /api/ferndesk-token") != tt.want || strings.Contains(got, "canary") {
			t.Errorf("token paths %v: %s", tt.paths, got)
		}
	}
}
