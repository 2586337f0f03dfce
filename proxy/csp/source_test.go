package csp

import "testing"

// What a source expression of an app allows already is not added again.
func TestCovers(t *testing.T) {
	for _, test := range []struct {
		source, needed string
		want           bool
	}{
		{"https://help.example.com", "https://help.example.com", true},
		{"HTTPS://HELP.example.COM", "https://help.example.com", true},
		{"help.example.com", "https://help.example.com", true},
		{"help.example.com/", "https://help.example.com", true},
		{"http://help.example.com", "https://help.example.com", true},
		{"https://help.example.com:443", "https://help.example.com", true},
		{"https://help.example.com", "https://help.example.com:443", true},
		{"https://help.example.com:*", "https://help.example.com", true},
		{"https://help.example.com:*", "https://help.example.com:8443", true},
		{"*.example.com", "https://help.example.com", true},
		{"*.example.com", "https://a.help.example.com", true},
		{"*.example.com", "https://*.help.example.com", true},
		{"*.example.com", "https://*.example.com", true},
		{"https://*", "https://help.example.com", true},
		{"https:", "https://help.example.com:8443", true},
		{"http:", "https://help.example.com", true},
		{"ws:", "wss://help.example.com", true},
		{"https://help.example.com/a/", "https://help.example.com/a/b", true},
		{"https://help.example.com/a/", "https://help.example.com/a/", true},
		{"https://help.example.com/a", "https://help.example.com/a", true},

		{"https://help.example.com", "https://help.example.net", false},
		{"https://help.example.com", "http://help.example.com", false},
		{"https:", "http://help.example.com", false},
		{"wss:", "https://help.example.com", false},
		{"data:", "https://help.example.com", false},
		{"https://help.example.com:8443", "https://help.example.com", false},
		{"https://help.example.com", "https://help.example.com:8443", false},
		{"http://help.example.com:80", "https://help.example.com", false},
		{"http://help.example.com:8443", "https://help.example.com:8443", false},
		{"*.help.example.com", "https://help.example.com", false},
		{"*.p.example.com", "https://help.example.com", false},
		{"p.example.com", "https://help.example.com", false},
		{"help.example.com", "https://*.example.com", false},
		{"*.help.example.com", "https://*.example.com", false},
		{"https://help.example.com/a/", "https://help.example.com", false},
		{"https://help.example.com/a", "https://help.example.com/a/b", false},
		{"https://help.example.com/A", "https://help.example.com/a", false},
		{"https://help.example.com/a?b", "https://help.example.com/a", false},

		{"https:/help.example.com", "https://help.example.com", false},
		{"//help.example.com", "https://help.example.com", false},
		{"https://", "https://help.example.com", false},
		{"help.example.com:", "https://help.example.com", false},
		{"help.example.com:x", "https://help.example.com", false},
		{"help.example.com.", "https://help.example.com", false},
		{"*help.example.com", "https://help.example.com", false},
		{"*.*.example.com", "https://help.example.com", false},
		{".example.com", "https://help.example.com", false},
		{"'https://help.example.com'", "https://help.example.com", false},
		{`"help.example.com"`, "https://help.example.com", false},
		{"https://user@help.example.com", "https://help.example.com", false},
		{"", "https://help.example.com", false},
		{":", "https://help.example.com", false},
		{"*:", "https://help.example.com", false},
	} {
		n := newNeed(test.needed, "https://app.example.com")
		if !n.writable {
			t.Errorf("%q cannot be written", test.needed)
		}
		if got := n.isMet([]string{test.source}, "https"); got != test.want {
			t.Errorf("%q for %q: %t", test.source, test.needed, got)
		}
	}
}

// 'self' is the page's origin, however it is written.
func TestSelf(t *testing.T) {
	for url, want := range map[string]bool{
		"https://app.example.com":          true,
		"https://APP.example.com:443/x":    true,
		"https://app.example.com/.a/b?c":   true,
		"https://app.example.com:8443":     false,
		"http://app.example.com":           false,
		"https://app.example.com.evil.net": false,
		"app.example.com":                  false,
	} {
		if got := newNeed(url, "https://App.Example.com").isMet([]string{"'Self'"}, "https"); got != want {
			t.Errorf("%s: %t", url, got)
		}
	}
}
