package proxy

import (
	"net/http"
	"slices"
	"testing"
)

func TestKeepPrivate(t *testing.T) {
	for _, c := range []struct {
		name     string
		from, to []string // Cache-Control lines
	}{
		{"none: a shared cache would guess a lifetime", nil, []string{"private"}},
		{"public", []string{"public, max-age=60"}, []string{"private, max-age=60"}},
		{"s-maxage alone", []string{"s-maxage=600"}, []string{"private"}},
		{"upper case and blanks", []string{"Public ,  S-MaxAge = 5, Max-Age=1"}, []string{"private, Max-Age=1"}},
		{"private already: untouched", []string{"max-age=0,private"}, []string{"max-age=0,private"}},
		{"no-store already: untouched", []string{"no-cache,  no-store"}, []string{"no-cache,  no-store"}},
		{"private of some headers only", []string{`private="Set-Cookie, X-A", max-age=5`}, []string{`private, private="Set-Cookie, X-A", max-age=5`}},
		{"two lines", []string{"max-age=5", "public"}, []string{"private, max-age=5"}},
		{"unknown directives stay", []string{`immutable, community="UCI, x"`}, []string{`private, immutable, community="UCI, x"`}},
		{"an unfinished quote", []string{`x="a, public`}, []string{`private, x="a, public`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := http.Header{"Cdn-Cache-Control": {"max-age=9"}, "Surrogate-Control": {"max-age=9"},
				"X-Accel-Expires": {"600"}, "Edge-Control": {"max-age=9"}}
			if c.from != nil {
				h["Cache-Control"] = slices.Clone(c.from)
			}
			keepPrivate(h)
			if !slices.Equal(h["Cache-Control"], c.to) {
				t.Errorf("%q became %q, want %q", c.from, h["Cache-Control"], c.to)
			}
			if len(h) != 1 {
				t.Errorf("what a delivery network is told must go: %v", h)
			}
		})
	}
}
