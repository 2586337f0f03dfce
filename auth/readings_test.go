package auth

import (
	"errors"
	"slices"
	"strings"
	"testing"
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
		"/x%2fy%5c..%5cadmin":   {"/x%2fy%5c..%5cadmin", `/x%2fy\..\admin`, "/admin", `/x/y\..\admin`, "/x/admin"}, // %2f kept, and %5c decoded: files on Windows
		"//h/admin/secret":      {"//h/admin/secret", "/h/admin/secret", "/admin/secret"},                          // what follows two slashes may be a host
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
