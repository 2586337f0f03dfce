package auth

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// The model of what servers make of a path is independent of Readings: it tries
// every step that some server takes, in every order and as often as it changes
// anything. A path is a list of signs, of which each escape is one, so that
// whatever the steps nothing is decoded twice.

// escape is added to a byte that stands in the path as a percent escape.
const escape = 0x100

// signs reads a path. ok is false where an escape is malformed.
func signs(raw string) (path []rune, ok bool) {
	for i := 0; i < len(raw); i++ {
		if raw[i] != '%' {
			path = append(path, rune(raw[i]))
			continue
		}
		var c byte
		if i+2 >= len(raw) {
			return nil, false
		}
		if _, err := fmt.Sscanf(strings.ToLower(raw[i+1:i+3]), "%02x", &c); err != nil {
			return nil, false
		}
		path = append(path, escape+rune(c))
		i += 2
	}
	return path, true
}

// written is the path as bytes.
func written(path string) string {
	var b strings.Builder
	for _, c := range path {
		if c >= escape {
			fmt.Fprintf(&b, "%%%02x", c-escape)
		} else {
			b.WriteByte(byte(c))
		}
	}
	return b.String()
}

// modelDecoders tell which escapes a server decodes: all that are left, but for these.
var modelDecoders = map[string]func(c rune) bool{
	"what needs no escape (RFC 3986, section 6.2.2.2)": func(c rune) bool {
		return !strings.ContainsRune("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~", c)
	},
	"segments stay apart (Kestrel, Undertow, Apache's AllowEncodedSlashes NoDecode)": func(c rune) bool { return c == '/' },
	"the same on Windows (Apache)":                      func(c rune) bool { return c == '/' || c == '\\' },
	"and the escapes can be told afterwards (Envoy)":    func(c rune) bool { return c == '/' || c == '%' },
	"and the parameters (Java's URL decoders)":          func(c rune) bool { return c == '/' || c == ';' },
	"all, but for what would be an escape again":        func(c rune) bool { return c == '%' },
	"all (nginx, most applications)":                    func(rune) bool { return false },
	"all but what begins parameters, which stay a name": func(c rune) bool { return c == ';' },
}

// modelSteps are what servers do to a path besides decoding it.
var modelSteps = map[string]func(path string) string{
	`\ is /`: func(p string) string { return strings.ReplaceAll(p, `\`, "/") },
	"parameters are cut": func(p string) string {
		return eachSegment(p, func(s string) string { name, _, _ := strings.Cut(s, ";"); return name })
	},
	"slashes are merged": func(p string) string {
		return "/" + strings.Join(slices.DeleteFunc(strings.Split(p[1:], "/"), func(s string) bool { return s == "" }), "/") + endOf(p)
	},
	"dot segments are removed":                          func(p string) string { return withoutDots(p, ".") },
	"escaped ones too (the WHATWG URL standard)":        func(p string) string { return withoutDots(p, "."+string(rune(escape+'.'))) },
	"what follows two slashes is a host (RFC 3986 4.2)": withoutHost,
}

// eachSegment changes each segment by itself.
func eachSegment(p string, change func(string) string) string {
	segments := strings.Split(p, "/")
	for i := range segments {
		segments[i] = change(segments[i])
	}
	return strings.Join(segments, "/")
}

// endOf is the slash that a path ends with, if it is not the only one.
func endOf(p string) string {
	if strings.Trim(p, "/") != "" && strings.HasSuffix(p, "/") {
		return "/"
	}
	return ""
}

// withoutDots resolves the segments of one or two dots, any of these signs
// counting as a dot. Above the root is the root.
func withoutDots(p, dots string) string {
	out := []string{}
	segments := strings.Split(p[1:], "/")
	for i, s := range segments {
		switch n := len([]rune(s)); {
		case strings.Trim(s, dots) != "" || n == 0 || n > 2:
			out = append(out, s)
			continue
		case n == 2:
			out = out[:max(len(out)-1, 0)]
		}
		if i == len(segments)-1 {
			out = append(out, "")
		}
	}
	return "/" + strings.Join(out, "/")
}

// withoutHost takes away two slashes or more, and what follows them up to the next.
func withoutHost(p string) string {
	if !strings.HasPrefix(p, "//") {
		return p
	}
	_, path, _ := strings.Cut(strings.TrimLeft(p, "/"), "/")
	return "/" + path
}

// model returns every path that some server makes of the raw one; ok is false
// where there are more than can be tried.
func model(raw []rune) (paths []string, ok bool) {
	const most = 3000
	paths = []string{string(raw)}
	seen := map[string]bool{paths[0]: true}
	for i := 0; i < len(paths); i++ {
		var next []string
		for _, step := range modelSteps {
			next = append(next, step(paths[i]))
		}
		for _, keeps := range modelDecoders {
			next = append(next, strings.Map(func(c rune) rune {
				if c >= escape && !keeps(c-escape) {
					return c - escape
				}
				return c
			}, paths[i]))
		}
		for _, p := range next {
			if !seen[p] {
				seen[p] = true
				paths = append(paths, p)
			}
		}
		if len(paths) > most {
			return nil, false
		}
	}
	return paths, true
}

// ruled is the longest path at or above p that an access rule can name:
// package config refuses the others, since they could be given in a spelling only.
func ruled(p string) string {
	at := "/"
	for segment := range strings.SplitSeq(p[1:], "/") {
		if segment == "" || segment == "." || segment == ".." || strings.ContainsAny(segment, "?#%;\\*^[]{}|<>\"` ") {
			break
		}
		at = strings.TrimSuffix(at, "/") + "/" + segment
	}
	return at
}

// FuzzReadings: whatever a server makes of a path, by decoding it once and by
// all that servers do besides, in any order, a rule that requires sign-in there
// is asked, what is a token path there is taken for one, and a path is public
// only if it is so for every server. And there are never many readings.
func FuzzReadings(f *testing.F) {
	refused, kept := returnPaths(f)
	for _, path := range append(refused, kept...) {
		f.Add(path)
	}
	for _, path := range []string{
		"/admin", "/%61dmin", "/public/..;/admin", `/a\..\admin`, "/a%2f..%2fadmin", "/x;%2f..;y%5c/.//..%2e/%2e;/admin", "/a//..//b/../..;/%2e%2e%2f",
		`/a%5c..%3bx/;\\..;//./%2e/%2f;%2e%2e/admin`, "/x%2fy/%2e%2e/admin", "//h/admin", `/\h\admin`, `/a;b\c;d//e;f/../g/.;/h%2f%2e%2e%5ci%3bj`, "/a%2f;b/..//%2e%2e;/c",
		"/x%2fy%5c..%5cadmin", "/x%2fy;/..%3b/admin", "/%252e%252e/admin", "/public/x%2f%5c..%5c..%5c.ferngate/whoami",
	} {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if len(raw) > 200 {
			return // longer ones differ in nothing but the time they take
		}
		readings, err := Readings(raw)
		if err != nil {
			return // no server is handed it
		}
		path, ok := signs(raw)
		switch {
		case len(readings) > maxReadings:
			t.Errorf("%q has %d readings", raw, len(readings))
		case readings[0] != raw || !strings.HasPrefix(raw, "/") || !ok || strings.Contains(raw, "#"):
			t.Fatalf("%q is read as %q", raw, readings)
		}
		for _, c := range path {
			if c &= escape - 1; c < ' ' || c == 0x7f {
				t.Fatalf("%q is read as %q, with a control byte", raw, readings)
			}
		}
		paths, ok := model(path)
		if !ok {
			return
		}
		public := ruled(readings[0])
		onlyPublic := require(public, config.Public, readings)
		for _, p := range paths {
			p = written(p)
			rule := ruled(p)
			if require(rule, config.Required, readings) != config.Required {
				t.Errorf("%q is %q to some server, and a rule for %q is not asked", raw, p, rule)
			}
			if onlyPublic == config.Public && require(public, config.Public, []string{p}) != config.Public {
				t.Errorf("%q is public by a rule for %q, and %q to some server", raw, public, p)
			}
			if trimmed := strings.TrimRight(p, "/"); trimmed == rule && !slices.ContainsFunc(readings, func(r string) bool { return strings.TrimRight(r, "/") == trimmed }) {
				t.Errorf("%q is %q to some server, and would not be taken for the token path there", raw, p)
			}
		}
	})
}

// require is what one rule asks for of a path with these readings.
func require(path string, of config.Require, readings []string) config.Require {
	return NewAccess([]config.Rule{{Path: path, Require: of}}).Judge("GET", readings).Require
}
