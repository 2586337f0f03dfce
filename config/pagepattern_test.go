package config

import (
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestPagePatterns(t *testing.T) {
	for _, tt := range []struct {
		pattern, path, query string
		want                 bool
	}{
		{"*", "/", "", true},
		{"*", "/a/b", "x=1", true},
		{"/", "/", "", true},
		{"/", "/a", "", false},
		{"/print/*", "/print/", "", true},
		{"/print/*", "/print/a/b", "", true},
		{"/print/*", "/print", "", false},
		{"/print/*", "/a/print/b", "", false},
		{"*/print", "/a/print", "", true},
		{"*/print", "/a/print/", "", false},
		{"*.pdf", "/a.pdf", "v=2", true},
		{"/a*a", "/a", "", false},
		{"/a*a", "/aa", "", true},
		{"/*/b/*/b", "/a/b/b", "", false},
		{"/*/b/*/b", "/a/b/b/b", "", true},
		{"/caf%C3%A9", "/caf%C3%A9", "", true},
		{"/A", "/a", "", false},
		{"/a.b", "/axb", "", false},
		{"/a", "/a", "x=1", true},
		{"/a?x=1", "/a", "x=1", true},
		{"/a?x=1", "/a", "x=1&y=2", false},
		{"/a?x=1", "/a", "", false},
		{"/a?*", "/a", "", false},
		{"*?*do=export_*", "/doku.php", "id=start&do=export_xhtml", true},
		{"*?*do=export_*", "/doku.php", "id=start", false},
		{"*?*do=export_*", "/do=export_x", "", false},
	} {
		i := &Inject{Paths: []string{tt.pattern}}
		if got := i.Covers(tt.path, tt.query); got != tt.want {
			t.Errorf("%s matches %s?%s: %v", tt.pattern, tt.path, tt.query, got)
		}
	}
}

func TestExceptPathsWin(t *testing.T) {
	i := &Inject{Paths: []string{"/docs/*", "/blog/*"}, ExceptPaths: []string{"*/print", "*?*mail=1*"}}
	for page, want := range map[string]bool{
		"/docs/a": true, "/blog/b?x=1": true, "/shop": false, "/docs/a/print": false, "/blog/b?x=1&mail=1": false,
	} {
		path, query, _ := strings.Cut(page, "?")
		if got := i.Covers(path, query); got != want {
			t.Errorf("%s: %v", page, got)
		}
	}
}

// TestPatternsMatchAsRegularExpressions compares all short patterns and texts with what a regular expression says.
func TestPatternsMatchAsRegularExpressions(t *testing.T) {
	var words []string
	for n, last := 0, []string{""}; n < 5; n++ {
		var next []string
		for _, w := range last {
			next = append(next, w+"a", w+"b", w+"*")
		}
		words, last = append(words, next...), next
	}
	for _, pattern := range words {
		re := regexp.MustCompile("^" + strings.ReplaceAll(pattern, "*", ".*") + "$")
		for _, text := range words {
			if got := matchesText(pattern, text); got != re.MatchString(text) {
				t.Fatalf("%s matches %s: %v", pattern, text, got)
			}
		}
	}
}

func TestPatternsTakeLinearTime(t *testing.T) {
	began := time.Now()
	if matchesText(strings.Repeat("*a", 1000)+"b*", "/"+strings.Repeat("a", 1<<20)) {
		t.Error("matches what has no b")
	}
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("took %v", took)
	}
}
