package auth

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

func TestReadings(t *testing.T) {
	for raw, want := range map[string][]string{
		"/":                     {"/"},
		"/x/y.html":             {"/x/y.html"},
		"/x/":                   {"/x/"},
		"/.well-known/x":        {"/.well-known/x"},
		"/x..y/...":             {"/x..y/..."},
		"/a/./b":                {"/a/./b", "/a/b"},
		"/a/../b":               {"/a/../b", "/b"},
		"/a/b/..":               {"/a/b/..", "/a/"},
		"/a/.":                  {"/a/.", "/a/"},
		"//a":                   {"//a", "/a"},
		"/a//../b":              {"/a//../b", "/a/../b", "/a/b", "/b"},
		`/a\b`:                  {`/a\b`, "/a/b"},
		`/a\..\b`:               {`/a\..\b`, "/a/../b", "/b"},
		"/a;x/b;y":              {"/a;x/b;y", "/a/b"},
		"/a/..;/b":              {"/a/..;/b", "/a/../b", "/b"},
		"/%61":                  {"/%61", "/a"},
		"/a%2Fb":                {"/a%2Fb", "/a/b"},
		"/a%2fb":                {"/a%2fb", "/a/b"},
		"/a/%2e%2E/b":           {"/a/%2e%2E/b", "/a/../b", "/b"},
		"/%252e":                {"/%252e", "/%2e"}, // decoded once: the rest is data
		"/a%3fb%23c":            {"/a%3fb%23c", "/a?b#c"},
		"/%C3%A9":               {"/%C3%A9", "/é"},
		"/%ff":                  {"/%ff", "/\xff"},
		"/x%2fy/%2e%2e/admin":   {"/x%2fy/%2e%2e/admin", "/x/y/../admin", "/x/admin", "/admin"}, // escaped dots are removed before slashes are decoded
		"/x%2fy/../admin":       {"/x%2fy/../admin", "/x/y/../admin", "/x/admin", "/admin"},
		"/public/..%2fadmin":    {"/public/..%2fadmin", "/public/../admin", "/admin"},
		"/public%5c..%5cadmin":  {"/public%5c..%5cadmin", `/public\..\admin`, "/public/../admin", "/admin"},
		"/public/..%3bx/admin":  {"/public/..%3bx/admin", "/public/..;x/admin", "/public/../admin", "/admin"},
		"//h/admin/secret":      {"//h/admin/secret", "/h/admin/secret", "/admin/secret"}, // what follows two slashes may be a host
		"///h/admin/secret":     {"///h/admin/secret", "/h/admin/secret", "/admin/secret"},
		`/\h/admin/secret`:      {`/\h/admin/secret`, "//h/admin/secret", "/h/admin/secret", "/admin/secret"},
		"//h":                   {"//h", "/h", "/"},
		"/public/%2e%2e;/admin": {"/public/%2e%2e;/admin", "/public/../admin", "/admin"},
	} {
		got, err := Readings(raw)
		if err != nil {
			t.Errorf("%s: %v", raw, err)
			continue
		}
		if got[0] != raw {
			t.Errorf("%s: the first reading is %s", raw, got[0])
		}
		for _, reading := range want {
			if !slices.Contains(got, reading) {
				t.Errorf("%s is not read as %s, only as %q", raw, reading, got)
			}
		}
	}
}

// What has one reading must not be given others: an access rule would cover
// paths that nobody meant.
func TestReadings_OneOnly(t *testing.T) {
	for _, raw := range []string{"/", "/x", "/x/", "/x/y.html", "/.x", "/..x/y", "/x./y", "/x../y", "/...", "/a:b@c", "/a+b&c=d", "/é", "/a//"[:3]} {
		if got, err := Readings(raw); err != nil || !slices.Equal(got, []string{raw}) {
			t.Errorf("%s: %q %v", raw, got, err)
		}
	}
}

func TestReadings_Refused(t *testing.T) {
	for _, raw := range []string{
		"", "x", "*", "%2fx", `\x`, "/\x00", "/a\nb", "/a\x7f", "/%00", "/%0a", "/a%0D", "/%1f", "/%7F", "/%", "/%2", "/%zz", "/a%g0", "/%%30", "/%u002f",
		"/#", "/a#b", "/..", "/../a", "/a/../..", "/a/../../b", "/%2e%2e", "/..%2fa", `/..\a`, "/..;/a", "/a/..;/..;/b", "/.%2e/a", "//../../a", "/a//../../../b",
	} {
		if got, err := Readings(raw); !errors.Is(err, ErrPath) {
			t.Errorf("%q: %q %v", raw, got, err)
		}
	}
}

// Every reading costs, and strangers choose the path: what has too many is no
// honest path. This one of 151 bytes once had 10,127, and took seconds when it
// was padded to the 64 KiB that headers may have.
func TestReadings_Bounded(t *testing.T) {
	many := `/\a;//../b/c/..;da\/..\e/f/%2f..\..;//%3bb%2f;;//\//.%5c\.\%2f./;;2e%5c%5c2e%2f/c\/a/b2ea\..;%2e/../.%3b//.//a\%2f\%5c/../%2e%2e/\/%35%2f%61\/%2e%2e/`
	for _, raw := range []string{many, many + strings.Repeat("x/y;z%41//a/./b/", 4000)} {
		if readings, err := Readings(raw); err == nil && len(readings) > maxReadings {
			t.Errorf("%d readings of %d bytes", len(readings), len(raw))
		}
	}
	// A short way to many: HTTP/2 compresses the header, so that each costs its sender a few bytes.
	const unit = `/x%5c%3b//b/%2e/c//b/%2f\/\../;\`
	for _, n := range []int{1, 10, 120, 1800} {
		if readings, err := Readings("/p" + strings.Repeat(unit, n)); !errors.Is(err, ErrPath) {
			t.Errorf("%d units: %d readings, %v", n, len(readings), err)
		}
	}
}

// model is an independent reading of DESIGN.md: every sequence of the six
// operations up to a length, decoding at most once. It returns nil where some
// sequence comes upon what must be refused.
func model(raw string, depth int) map[string]bool {
	type state struct {
		path    string
		decoded bool
	}
	operations := []func(string) (string, bool){
		func(p string) (string, bool) { return strings.Join(strings.Split(p, `\`), "/"), true },
		func(p string) (string, bool) {
			var kept []byte
			inside := false
			for _, c := range []byte(p) {
				inside = inside && c != '/' || c == ';'
				if !inside {
					kept = append(kept, c)
				}
			}
			return string(kept), true
		},
		func(p string) (string, bool) {
			var kept []byte
			for _, c := range []byte(p) {
				if c != '/' || len(kept) == 0 || kept[len(kept)-1] != '/' {
					kept = append(kept, c)
				}
			}
			return string(kept), true
		},
		modelDots,
		modelHost,
		modelDecode,
	}
	fine := func(s state) bool {
		return !strings.ContainsFunc(s.path, func(c rune) bool { return c < ' ' || c == 0x7f || c == '#' && !s.decoded })
	}
	states := map[state]bool{{raw, false}: true}
	frontier := []state{{raw, false}}
	for range depth {
		var next []state
		for _, s := range frontier {
			if !fine(s) {
				return nil
			}
			for i, operation := range operations {
				last := i == len(operations)-1
				if last && s.decoded {
					continue
				}
				path, ok := operation(s.path)
				if !ok {
					return nil
				}
				to := state{path, s.decoded || last}
				if !fine(to) {
					return nil
				}
				if !states[to] {
					states[to] = true
					next = append(next, to)
				}
			}
		}
		frontier = next
	}
	paths := map[string]bool{}
	for s := range states {
		paths[s.path] = true
	}
	return paths
}

// modelDots removes the first dot segment with what it takes along, until there is none.
func modelDots(p string) (string, bool) {
	segments := strings.Split(p, "/")
	for i := 1; i < len(segments); {
		at := segments[i]
		if at != "." && at != ".." {
			i++
			continue
		}
		from := i
		if at == ".." {
			if from--; from < 1 {
				return "", false
			}
		}
		rest := slices.Clone(segments[i+1:])
		if len(rest) == 0 {
			rest = []string{""}
		}
		segments, i = append(segments[:from:from], rest...), max(from, 1)
	}
	return strings.Join(segments, "/"), true
}

// modelHost takes away two slashes or more, and what follows them up to the next.
func modelHost(p string) (string, bool) {
	segments := strings.Split(p, "/")
	i := slices.IndexFunc(segments, func(s string) bool { return s != "" })
	switch {
	case i == 1:
		return p, true
	case i < 0 && len(segments) == 2:
		return p, true // the root
	case i < 0 || i == len(segments)-1:
		return "/", true
	}
	return "/" + strings.Join(segments[i+1:], "/"), true
}

func modelDecode(p string) (string, bool) {
	const digits = "0123456789abcdef"
	var out []byte
	for i := 0; i < len(p); i++ {
		if p[i] != '%' {
			out = append(out, p[i])
			continue
		}
		if i+2 >= len(p) {
			return "", false
		}
		hi, lo := strings.IndexByte(digits, p[i+1]|0x20), strings.IndexByte(digits, p[i+2]|0x20)
		if hi < 0 || lo < 0 || p[i+1] < '0' || p[i+2] < '0' {
			return "", false
		}
		out = append(out, byte(hi<<4|lo))
		i += 2
	}
	return string(out), true
}

// FuzzReadings: no sequence of what servers do to a path leads to one that
// Readings does not know, so that none gets around a rule; what is refused by
// any sequence is refused; and there are never many readings.
func FuzzReadings(f *testing.F) {
	refused, kept := returnPaths(f)
	for _, path := range append(refused, kept...) {
		f.Add(path)
	}
	for _, path := range []string{
		"/admin", "/%61dmin", "/public/..;/admin", `/a\..\admin`, "/a%2f..%2fadmin", "/x;%2f..;y%5c/.//..%2e/%2e;/admin", "/a//..//b/../..;/%2e%2e%2f",
		`/a%5c..%3bx/;\\..;//./%2e/%2f;%2e%2e/admin`, "/x%2fy/%2e%2e/admin", "//h/admin", `/\h\admin`, `/a;b\c;d//e;f/../g/.;/h%2f%2e%2e%5ci%3bj`, "/a%2f;b/..//%2e%2e;/c",
	} {
		f.Add(path)
	}
	access := NewAccess([]config.Rule{{Path: "/", Require: config.Public}, {Path: "/admin/", Require: config.Required}})
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 200 {
			return // longer ones differ in nothing but the time they take
		}
		readings, err := Readings(raw)
		if err == nil && len(readings) > maxReadings {
			t.Errorf("%q has %d readings", raw, len(readings))
		}
		if !strings.HasPrefix(raw, "/") {
			if err == nil {
				t.Errorf("%q is no path", raw)
			}
			return
		}
		expected := model(raw, 8)
		if err != nil {
			return
		}
		if expected == nil {
			t.Fatalf("%q is read as %q, although it must be refused", raw, readings)
		}
		protected := false
		for path := range expected {
			if !slices.Contains(readings, path) {
				t.Errorf("%q is not read as %q, only as %q", raw, path, readings)
			}
			folded := strings.ToLower(path)
			protected = protected || folded == "/admin" || strings.HasPrefix(folded, "/admin/")
		}
		if v := access.Judge("GET", readings); protected && v.Require != config.Required {
			t.Errorf("%q is %s", raw, v.Require)
		}
	})
}
