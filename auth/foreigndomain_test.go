package auth

import "testing"

func TestWithoutForeignDomain(t *testing.T) {
	const host = "wiki.example.com"
	for line, want := range map[string]string{
		"a=1":                                   "a=1",
		"a=1; Path=/; weird ;; Secure":          "a=1; Path=/; weird ;; Secure",
		"a=1; Domain=wiki.example.com; Path=/":  "a=1; Domain=wiki.example.com; Path=/",
		"a=1; domain=.Example.COM":              "a=1; domain=.Example.COM",
		"a=1; Domain=app.internal; Path=/":      "a=1; Path=/",
		"a=1;domain = .App.Internal ;HttpOnly":  "a=1;HttpOnly",
		"a=1; Domain=notexample.com":            "a=1",
		"a=1; Domain=com; Secure":               "a=1; Secure", // a public suffix
		"a=1; Domain=help.wiki.example.com":     "a=1",
		"a=1; Domain=x; Domain=example.com":     "a=1; Domain=x; Domain=example.com", // the last counts
		"a=1; Domain=example.com; Domain=x; a":  "a=1; a",
		"a=1; Domain=app.internal; Domain=":     "a=1; Domain=",
		"a=1; Domain=; Path=/":                  "a=1; Domain=; Path=/",
		"Domain=app.internal; Path=/":           "Domain=app.internal; Path=/", // its name
		"a=\"Domain=x\"; X-Domain=app.internal": "a=\"Domain=x\"; X-Domain=app.internal",
	} {
		if got := WithoutForeignDomain(line, host); got != want {
			t.Errorf("%q: %q, want %q", line, got, want)
		}
	}
	for _, c := range []struct{ line, host, want string }{
		{"a=1; Domain=0.0.1", "10.0.0.1", "a=1"}, // an address has no domains above it
		{"a=1; Domain=10.0.0.1", "10.0.0.1", "a=1; Domain=10.0.0.1"},
		{"a=1; Domain=localhost", "localhost", "a=1; Domain=localhost"},
		{"a=1; Domain=github.io", "app.github.io", "a=1"},
	} {
		if got := WithoutForeignDomain(c.line, c.host); got != c.want {
			t.Errorf("%q at %s: %q, want %q", c.line, c.host, got, c.want)
		}
	}
}
