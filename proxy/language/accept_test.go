package language

import (
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// accept is a request's headers with these Accept-Language lines.
func accept(lines ...string) http.Header { return http.Header{"Accept-Language": lines} }

func TestOf(t *testing.T) {
	for _, c := range []struct {
		header string
		want   *Language
	}{
		{"", English},
		{"de", german},
		{"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", french}, // RFC 9110's own form
		{"es-419,es;q=0.9", spanish},
		{"DE-at", german},
		{"nl,de;q=0.7,en;q=0.3", german}, // no Dutch: what the person reads next best
		{"it,pt", English},
		{"en-GB,fr;q=0.9", English},
		{"fr;q=0.2,de;q=0.8", german},
		{"fr;q=0.5,de;q=0.5", french}, // of equal ones the first
		{"fr ; q=0.5 , de", german},
		{"fr;Q=0.9,de;q=0.8", french},
		{"fr;q=0,de;q=0.001", german},
		{"fr;q=0", English},
		{"*", English},
		{"*;q=0.5,fr;q=0.1", English},
		{"de;q=1.000,fr", german},
		{"fr-", french},

		// Not a language of ours, though it begins like one.
		{"deu", English},
		{"french", English},
		{"es_ES", English},
		{"-de", English},

		// What is malformed says nothing, and the rest counts.
		{"fr;q=2,de;q=0.1", german},
		{"fr;q=1.001,de;q=0.1", german},
		{"fr;q=0.0001,de;q=0.1", german},
		{"fr;q=.5,de;q=0.1", german},
		{"fr;q=-1,fr;q=+1,fr;q=NaN,fr;q=1e0,fr;q=0x1,de;q=0.1", german},
		{"fr;q=,fr;q,fr;,fr;level=1,fr;q=0.5;q=1,de;q=0.1", german},
		{",,;;=,\x00,\xff\xfe,de", german},
		{"q=1", English},
	} {
		if got := Of(accept(c.header)); got != c.want {
			t.Errorf("%q: %s, want %s", c.header, got.Tag, c.want.Tag)
		}
	}
	if got := Of(http.Header{}); got != English {
		t.Errorf("no header: %s", got.Tag)
	}
	if got := Of(accept("fr;q=0.1", "de")); got != german { // a list may come in lines (RFC 9110, section 5.3)
		t.Errorf("two lines: %s", got.Tag)
	}
}

// A header as large as requests may have is looked at as far as a person's list goes.
func TestOfAHugeHeader(t *testing.T) {
	for what, h := range map[string]http.Header{
		"one line":   accept(strings.Repeat("it,", 20_000) + "de"),
		"many lines": accept(append(slices.Repeat([]string{"it"}, 20_000), "de")...),
		"many parts": accept("de" + strings.Repeat("-x", 30_000) + ",fr;q=0." + strings.Repeat("9", 60_000)),
	} {
		want := English
		if what == "many parts" {
			want = german
		}
		if got := Of(h); got != want {
			t.Errorf("%s: %s", what, got.Tag)
		}
	}
}

// Whatever a header says, the answer is a language whose name is in it, or English.
func FuzzOf(f *testing.F) {
	for _, seed := range []string{"fr-CH, fr;q=0.9, en;q=0.8, de;q=0.7, *;q=0.5", "de;q=0", ";q=1", "es;q=0.001,*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		got := Of(accept(header))
		if !slices.Contains(all, got) {
			t.Fatalf("%q: %v", header, got)
		}
		if got != English && !strings.Contains(strings.ToLower(header), got.Tag) {
			t.Errorf("%q: %s", header, got.Tag)
		}
		if _, weight := readRange(header); math.IsNaN(weight) || weight < 0 || weight > 1 {
			t.Errorf("%q: weight %v", header, weight)
		}
	})
}
