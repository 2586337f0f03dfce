package proxy

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/auth"
)

func TestRemoveSessionCookies(t *testing.T) {
	for _, c := range []struct{ from, to []string }{
		{[]string{"a=1; b=2"}, []string{"a=1; b=2"}},
		{[]string{"a=1;b=2;  c"}, []string{"a=1;b=2;  c"}}, // odd, but not ours: as it came
		{[]string{"ferngate=x"}, nil},
		{[]string{"a=1; ferngate=x; b=2"}, []string{"a=1; b=2"}},
		{[]string{"ferngate=x; a=1"}, []string{"a=1"}},
		{[]string{"a=1;__Host-ferngate=x;b=2"}, []string{"a=1;b=2"}},
		{[]string{"ferngate=x; __Host-ferngate=y; ferngate=z"}, nil},
		{[]string{"ferngate =x; a=1"}, []string{"a=1"}},
		{[]string{"a=1", "ferngate=x", "b=2"}, []string{"a=1", "b=2"}},
		{[]string{"ferngate_theme=dark; xferngate=1; a=ferngate=2"}, []string{"ferngate_theme=dark; xferngate=1; a=ferngate=2"}},
	} {
		h := http.Header{"Cookie": slices.Clone(c.from)}
		removeSessionCookies(h)
		if _, there := h["Cookie"]; !slices.Equal(h["Cookie"], c.to) || there != (c.to != nil) {
			t.Errorf("%q became %q, want %q", c.from, h["Cookie"], c.to)
		}
	}
}

func TestSetsSessionCookie(t *testing.T) {
	for line, want := range map[string]bool{
		"ferngate=x; Path=/":                true,
		"__Host-ferngate=x; Secure; Path=/": true,
		" \tferngate = x":                   true,
		"ferngate=; Max-Age=0":              true,
		"=ferngate=x":                       true, // sent back as ferngate=x, a cookie without a name
		" = __Host-ferngate=x":              true,
		"ferngate":                          true, // harmless, and not worth a rule
		"sid=ferngate=x":                    false,
		"ferngate2=x":                       false,
		"Ferngate=x":                        false, // names are compared with case
		"sid=1; Path=/ferngate=":            false,
	} {
		if got := setsSessionCookie(line); got != want {
			t.Errorf("%q: got %v, want %v", line, got, want)
		}
	}
}

// FuzzRemoveSessionCookies: our cookie, put between whatever cookies at any
// place, is taken out again so that the app gets the very bytes that it would
// have got without; and no reader of cookies finds one of our name in what it gets.
func FuzzRemoveSessionCookies(f *testing.F) {
	for _, line := range []string{"", "a=1", "a=1; b=2", "a=1;b=2;  c", "; ;a=;", "ferngate", "ferngate =x", "ferngate_theme=dark; a=ferngate=2", "a=\"1;2\"; ferngate=\"x\"", "\tb=é", "=ferngate=x", "a=1, ferngate=2"} {
		f.Add(line, "MTgwMDAwMDAwMHxhfGI=", uint8(0))
		f.Add(line, "", uint8(1))
	}
	f.Fuzz(func(t *testing.T, line, value string, at uint8) {
		line = strings.Trim(line, " \t") // as net/http hands it over
		if strings.ContainsAny(line+value, "\r\n\x00") || strings.Contains(value, ";") {
			return // no header, or more than a value
		}
		h := http.Header{"Cookie": {line}}
		removeSessionCookies(h)
		kept := strings.Join(h["Cookie"], "; ")
		for _, c := range (&http.Request{Header: h}).Cookies() {
			if auth.IsSessionCookie(c.Name) {
				t.Errorf("%q became %q, which has %s", line, kept, c.Name)
			}
		}
		if kept != line {
			line = kept // had one of our name already
		}
		pairs := strings.Split(line, ";")
		name := []string{"ferngate", "__Host-ferngate"}[at%2]
		ours := name + "=" + value
		switch i := int(at/2) % (len(pairs) + 1); {
		case line == "":
			pairs = []string{ours}
		case i == 0:
			pairs = slices.Concat([]string{ours, " " + pairs[0]}, pairs[1:])
		default:
			pairs = slices.Insert(pairs, i, " "+ours)
		}
		h = http.Header{"Cookie": {strings.Join(pairs, ";")}}
		removeSessionCookies(h)
		if got := strings.Join(h["Cookie"], "\n"); got != line || len(h["Cookie"]) > 1 {
			t.Errorf("with ours %q became %q, want %q", strings.Join(pairs, ";"), got, line)
		}
	})
}
