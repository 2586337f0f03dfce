package main

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"
)

// compareReplies explains the differences between two answers: it returns what
// it took for that, and what is left of them.
func compareReplies(by []*explanation, want, got *reply) (needed []*explanation, left string) {
	w, g := headerText(want), headerText(got)
	same := bytes.Equal(want.body, got.body) && !got.edited
	if !same && len(want.body) > 0 && len(got.body) > 0 {
		// Each has the length of its own body, which the client made sure of.
		delete(w, "Content-Length")
		delete(g, "Content-Length")
	}
	var diff strings.Builder
	if want.status != got.status {
		fmt.Fprintf(&diff, "status %d, not %d\n", got.status, want.status)
	}
	for _, name := range slices.Sorted(maps.Keys(w)) {
		if w[name] == g[name] {
			delete(g, name)
			continue
		}
		of, with, used := explained(by, name, w[name], g[name])
		needed = append(needed, used...)
		if of != with {
			fmt.Fprintf(&diff, "%s: %q, not %q\n", name, g[name], w[name])
		}
		delete(g, name)
	}
	for _, name := range slices.Sorted(maps.Keys(g)) {
		fmt.Fprintf(&diff, "%s: %q, not there directly\n", name, g[name])
	}
	if same {
		return needed, diff.String()
	}
	of, with, used := explained(by, "", string(want.text), string(got.text))
	needed = append(needed, used...)
	switch {
	case of != with:
		diff.WriteString(cmp.Diff(of, with))
	case len(used) == 0 && !got.edited:
		diff.WriteString("the same text in other bytes\n")
	}
	return needed, diff.String()
}

// headerText is a header's lines by name, one below the other.
func headerText(r *reply) map[string]string {
	text := map[string]string{}
	for name, values := range r.header {
		text[name] = strings.Join(values, "\n")
	}
	return text
}
