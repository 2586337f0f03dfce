package auth

import (
	"os"
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

// What comes out is "/" or what went in, one slash first and never a second
// one, in printable ASCII: no browser finds a host in that.
func FuzzReturnTo(f *testing.F) {
	refused, kept := returnPaths(f)
	for _, path := range append(refused, kept...) {
		f.Add(path)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got := ReturnTo(raw)
		if got != "/" && got != raw || got[0] != '/' || len(got) > maxReturnTo {
			t.Fatalf("%q became %q", raw, got)
		}
		if len(got) > 1 && (got[1] == '/' || got[1] == '\\') {
			t.Errorf("%q begins with a host", got)
		}
		for _, c := range []byte(got) {
			if c <= ' ' || c > '~' || c == '#' {
				t.Errorf("%q has %q", got, c)
			}
		}
		if ReturnTo(got) != got {
			t.Errorf("%q is refused the second time", got)
		}
	})
}
