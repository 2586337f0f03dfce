package main

import (
	"regexp"
	"slices"
	"strings"
)

// explanation is of what differs between two answers of the app itself. It
// covers a place only where the app was seen to differ when it was asked the same
// directly for a second time.
type explanation struct {
	why  string
	in   string         // a header, of which whole lines are matched; "" is the body
	what *regexp.Regexp // its groups are what differs
	used int
}

// ofHeader explains a line of a header, which the expression matches as a whole.
func ofHeader(name, what, why string) *explanation {
	return &explanation{why: why, in: name, what: regexp.MustCompile("(?m)^(?:" + what + ")$")}
}

// ofBody explains a part of a page, between texts that stay as they are.
func ofBody(what, why string) *explanation {
	return &explanation{why: why, what: regexp.MustCompile(what)}
}

// mask puts a sign in the place of what differs, and returns that, too.
func (e *explanation) mask(text string) (masked string, differing []string) {
	var b strings.Builder
	last := 0
	for _, m := range e.what.FindAllStringSubmatchIndex(text, -1) {
		for i := 2; i < len(m); i += 2 {
			if m[i] < 0 {
				continue // the group is of another alternative
			}
			differing = append(differing, text[m[i]:m[i+1]])
			b.WriteString(text[last:m[i]] + "…")
			last = m[i+1]
		}
	}
	return b.String() + text[last:], differing
}

// explained returns two texts without what the explanations cover, and those that
// were needed.
func explained(by []*explanation, in, want, got string) (string, string, []*explanation) {
	var needed []*explanation
	for _, e := range by {
		if want == got {
			break
		}
		if e.in != in {
			continue
		}
		var of, with []string
		want, of = e.mask(want)
		got, with = e.mask(got)
		if len(of) == len(with) && !slices.Equal(of, with) {
			needed = append(needed, e)
		}
	}
	return want, got, needed
}
