package auth

import (
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// returnPaths are the lists of testdata/returnto.txt: what is refused, and what is kept.
func returnPaths(t testing.TB) (refused, kept []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/returnto.txt")
	if err != nil {
		t.Fatal(err)
	}
	list := &refused
	for line := range strings.SplitSeq(strings.TrimSuffix(string(text), "\n"), "\n") {
		switch {
		case line == "# kept":
			list = &kept
			continue
		case line == "#", strings.HasPrefix(line, "# "):
			continue
		}
		path, err := strconv.Unquote(`"` + strings.ReplaceAll(line, `"`, `\"`) + `"`)
		if err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		*list = append(*list, path)
	}
	return refused, kept
}

func TestReturnTo(t *testing.T) {
	refused, kept := returnPaths(t)
	if len(refused) < 60 || len(kept) < 20 {
		t.Fatalf("only %d and %d paths", len(refused), len(kept))
	}
	for _, path := range refused {
		if got := ReturnTo(path); got != "/" {
			t.Errorf("%q leads to %q", path, got)
		}
	}
	for _, path := range kept {
		if got := ReturnTo(path); got != path {
			t.Errorf("%q became %q", path, got)
		}
	}
	long := "/" + strings.Repeat("a", maxReturnTo-1)
	if ReturnTo(long) != long || ReturnTo(long+"a") != "/" || ReturnTo("") != "/" {
		t.Error("the bounds of the length are others")
	}
}

// FuzzReturnTo: what comes out is "/" or what went in, and as a Location it
// leads every browser to the origin that sent it, to none of our own pages:
// whether its URLs are those of RFC 3986 or of the WHATWG, and whichever page it is on.
func FuzzReturnTo(f *testing.F) {
	refused, kept := returnPaths(f)
	for _, path := range append(refused, kept...) {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := ReturnTo(raw)
		if got != "/" && got != raw || len(got) > maxReturnTo {
			t.Fatalf("%q became %q", raw, got)
		}
		if strings.ContainsFunc(got, func(c rune) bool { return c <= ' ' || c > '~' || c == '#' }) {
			t.Errorf("%q is more than printable ASCII", got)
		}
		if ReturnTo(got) != got {
			t.Errorf("%q is refused the second time", got)
		}
		for _, page := range []string{"https://app.test/.ferngate/sign-in?return_to=x", "http://app.test:8080/a/b/"} {
			base, err := url.Parse(page)
			if err != nil {
				t.Fatal(err)
			}
			if u, err := base.Parse(got); err != nil || u.Scheme != base.Scheme || u.Host != base.Host || u.User != nil || strings.HasPrefix(u.Path, "/.ferngate/") {
				t.Errorf("%q leads from %s to %v by RFC 3986, %v", got, page, u, err)
			}
			if origin, path := browse(base, got); origin != base.Scheme+"://"+base.Host || strings.HasPrefix(path, "/.ferngate/") {
				t.Errorf("%q leads from %s to %s%s in a browser", got, page, origin, path)
			}
		}
	})
}

// browse is where a browser goes from base by a Location: the basic URL parser
// of the WHATWG URL standard (section 4.4), as far as the origin and the path go.
func browse(base *url.URL, location string) (origin, path string) {
	in := strings.TrimFunc(location, func(c rune) bool { return c <= ' ' })
	in = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(in)
	in, _, _ = strings.Cut(in, "#")
	scheme, rest, found := strings.Cut(in, ":")
	switch {
	case !found || !isScheme(scheme):
		scheme, rest = base.Scheme, in
	case !slices.Contains([]string{"http", "https", "ws", "wss", "ftp", "file"}, strings.ToLower(scheme)):
		return strings.ToLower(scheme) + ":", rest
	}
	rest, _, _ = strings.Cut(rest, "?")
	rest = strings.ReplaceAll(rest, `\`, "/")
	host := base.Host
	switch {
	case strings.HasPrefix(rest, "//"), !strings.EqualFold(scheme, base.Scheme):
		host, rest, _ = strings.Cut(strings.TrimLeft(rest, "/"), "/")
		rest = "/" + rest
	case !strings.HasPrefix(rest, "/"):
		rest = base.Path[:strings.LastIndex(base.Path, "/")+1] + rest
	}
	var segments []string
	for segment := range strings.SplitSeq(rest[1:], "/") {
		switch strings.ReplaceAll(strings.ToLower(segment), "%2e", ".") {
		case ".":
		case "..":
			segments = segments[:max(len(segments)-1, 0)]
		default:
			segments = append(segments, segment)
		}
	}
	return strings.ToLower(scheme) + "://" + strings.ToLower(host), "/" + strings.Join(segments, "/")
}

// isScheme reports whether s is a URL's scheme (RFC 3986, section 3.1).
func isScheme(s string) bool {
	for i, c := range []byte(strings.ToLower(s)) {
		if letter := 'a' <= c && c <= 'z'; !letter && (i == 0 || !strings.ContainsRune("0123456789+-.", rune(c))) {
			return false
		}
	}
	return s != ""
}

// A model that takes everything for the same origin would prove nothing.
func TestBrowse(t *testing.T) {
	base, err := url.Parse("https://app.test/a/b")
	if err != nil {
		t.Fatal(err)
	}
	for location, want := range map[string]string{
		"/x": "https://app.test /x", "x": "https://app.test /a/x", "//evil.test/y": "https://evil.test /y", `/\evil.test`: "https://evil.test /", "/\t/evil.test": "https://evil.test /",
		"\x01 //evil.test": "https://evil.test /", "http:evil.test": "http://evil.test /", "https:x": "https://app.test /a/x", "javascript:x": "javascript: x",
		"/x/%2E%2e/../.ferngate/y?/\\": "https://app.test /.ferngate/y", "https:///evil.test": "https://evil.test /",
	} {
		if origin, path := browse(base, location); origin+" "+path != want {
			t.Errorf("%q leads to %s %s, want %s", location, origin, path, want)
		}
	}
}
