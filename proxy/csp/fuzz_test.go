package csp

import (
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
)

// FuzzExtend: whatever an app sends, all of it is still there in its order,
// nothing is added to what has been extended, and no header gets a byte that it
// must not have.
func FuzzExtend(f *testing.F) {
	file, err := os.ReadFile(table)
	if err != nil {
		f.Fatal(err)
	}
	for line := range strings.SplitSeq(names.Replace(string(file)), "\n") {
		word, policy, _ := strings.Cut(line, " ")
		if _, ok := kinds[word]; ok {
			f.Add(strings.TrimSpace(policy), strings.TrimSpace(policy), policy)
		}
	}
	odd := &Needs{Self: "http://[::1]:80", Script: "http://[::1]/w.js", Integrity: exampleHash, Sources: []string{"wss://*.example.com:*/a", "b.example.com"}}
	f.Fuzz(func(t *testing.T, header, reportOnly, meta string) {
		for _, n := range []*Needs{exampleNeeds(), odd} {
			h := http.Header{"Content-Security-Policy": {header, "img-src 'none'"}, "Content-Security-Policy-Report-Only": {reportOnly}}
			metas := []string{meta}
			changed, extended, marks, err := n.Extend(h, metas)
			if err != nil {
				continue
			}
			after := h.Clone()
			for name, lines := range changed {
				after[name] = lines
				for i, line := range lines {
					wantKept(t, h[name][i], line)
				}
			}
			wantKept(t, meta, extended[0])
			if strings.Trim(marks.Nonce, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+/-_=") != "" {
				t.Errorf("the nonce %q", marks.Nonce)
			}

			again, metasAgain, marksAgain, err := n.Extend(after, extended)
			if again != nil || !slices.Equal(metasAgain, extended) || marksAgain != marks || err != nil {
				t.Errorf("%q, %q:\nthen %q, %q, %+v, %v", after, extended, again, metasAgain, marksAgain, err)
			}
			if late, err := n.ExtendMeta(extended[0]); marks.Nonce == "" && late != extended[0] && err == nil {
				t.Errorf("%q:\nlate %q", extended[0], late)
			}
		}
	})
}

// wantKept wants the directives of before in after, with at most sources added
// to them, and further ones only at each policy's end.
func wantKept(t *testing.T, before, after string) {
	t.Helper()
	for c := range byte(' ') {
		if strings.Count(after, string(rune(c))) > strings.Count(before, string(rune(c))) {
			t.Errorf("%q gained %q: %q", before, c, after)
		}
	}
	old, new := strings.Split(before, ","), strings.Split(after, ",")
	if len(old) != len(new) {
		t.Fatalf("%q became %q", before, after)
	}
	for i := range old {
		was, is := parsePolicy(old[i], inMeta), parsePolicy(new[i], inMeta)
		for j, d := range was.parts {
			if d.name == "" && j == len(was.parts)-1 {
				continue // a new directive takes the place behind the last semicolon
			}
			if j >= len(is.parts) || is.parts[j].name != d.name {
				t.Fatalf("%q became %q", before, after)
			}
			words := list(d.value)
			kept := slices.DeleteFunc(slices.Clone(words), func(w string) bool { return strings.EqualFold(w, "'none'") })
			got := list(is.parts[j].value)
			switch {
			case slices.Equal(got, words):
			case len(got) > len(kept) && slices.Equal(got[:len(kept)], kept) && !slices.ContainsFunc(got[len(kept):], isWide):
			default:
				t.Errorf("%q became %q", before, after)
			}
		}
	}
}

// isWide reports whether a source is one that is never added.
func isWide(source string) bool {
	return source == "*" || strings.HasSuffix(source, ":") || strings.HasPrefix(source, "'") && !strings.HasPrefix(source, "'sha256-")
}
