package app

import (
	"slices"
	"testing"

	"github.com/ferngate/ferngate/auth"
)

func TestSessionCookiesAreMatchedByPattern(t *testing.T) {
	for _, c := range []struct {
		pattern, name string
		want          bool
	}{
		{"sid", "sid", true},
		{"sid", "sid2", false},
		{"sid", "SID", false}, // RFC 6265: names are case-sensitive
		{"DW*", "DW68700bfd16c2027de7de74a5a8202a6f", true},
		{"DW*", "DokuWiki", false},
		{"*_session", "_redmine_session", true},
		{"*_session", "_redmine_session2", false},
		{"wordpress_*_x", "wordpress_logged_in_x", true},
		{"wordpress_*_x", "wordpress_x", false},
		{"a*b*c", "abc", true},
		{"a*b*c", "a1b2c", true},
		{"a*b*c", "acb", false},
		{"a*b*c", "abcb", false},
		{"a**b", "ab", true},
		{"*", "anything", true},
		{"fern*", "ferngate", false}, // ours is never the app's
		{"*", "__Host-ferngate", false},
	} {
		if got := (sessionCookies{c.pattern}).match(c.name); got != c.want {
			t.Errorf("%q of %q: %v", c.name, c.pattern, got)
		}
	}
}

func TestSessionCookiesOfARequest(t *testing.T) {
	patterns := sessionCookies{"sid", "DW*"}
	got := patterns.in([]string{"a=1; sid=x; DW9=a=b ;sid=y", " DWno; sid =z"})
	if want := (sent{"sid=x", "DW9=a=b", "sid=y", "sid =z"}); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	if !got.has("DW9") || got.has("a") || got.has("DWno") {
		t.Error("it has others")
	}
	if got.digest("") == got[:2].digest("") || got.digest("") != patterns.in([]string{"sid=x; x=1; DW9=a=b; sid=y; sid =z"}).digest("") {
		t.Error("the digest is not that of the session cookies alone")
	}
	if (sent{}).digest("").String() != "" {
		t.Error("there is a digest of nothing")
	}
}

func TestCookiesBelongBelowTheirPath(t *testing.T) {
	for _, c := range []struct {
		path, request string
		want          bool
	}{
		{"/", "/a", true}, {"/a", "/a", true}, {"/a", "/a/b", true}, {"/a", "/ab", false}, {"/a/", "/a/b", true},
		{"/a/", "/a", false}, {"/a/b", "/a", false},
	} {
		if got := auth.CookieReaches(c.path, c.request); got != c.want {
			t.Errorf("%s covers %s: %v", c.path, c.request, got)
		}
	}
	for request, want := range map[string]string{"/": "/", "/a": "/", "/a/": "/a", "/a/b/c": "/a/b", "": "/"} {
		if got := folder(request); got != want {
			t.Errorf("the folder of %q: %q, want %q", request, got, want)
		}
	}
}
