package proxy

import (
	"net/http"
	"slices"
	"testing"
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
