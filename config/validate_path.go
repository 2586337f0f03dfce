package config

import (
	"strings"
	"unicode"
)

// checkPath checks a path that requests are compared with. It must be one that
// every reading of a request's path leaves as it is; any other could be given
// only in a spelling, and would protect nothing. The two texts are what is wrong
// and what to write instead; the first is empty when nothing is.
func checkPath(p string) (problem, mend string) {
	switch {
	case p == "":
		return "is empty", "write a path, such as /admin/"
	case p[0] != '/':
		return quoted(p) + " does not begin with /", "write /" + shorten(p)
	case strings.ContainsFunc(p, func(c rune) bool { return unicode.IsControl(c) || unicode.IsSpace(c) }):
		return quoted(p) + " holds white space or control characters", "write a path without them"
	case strings.Contains(p, "//"):
		return quoted(p) + " holds //", "write each / once: requests with // are compared as if they had one"
	}
	if i := strings.IndexAny(p, `?#%;\`); i >= 0 {
		return quoted(p) + " holds " + p[i:i+1], "write the path alone, as it is once decoded and without query or parameters"
	}
	if i := strings.IndexAny(p, "*^[]{}|<>\"`"); i >= 0 {
		return quoted(p) + " holds " + p[i:i+1] + ", which stands for itself: there are no patterns", "write the path alone: it covers everything below it too"
	}
	for segment := range strings.SplitSeq(p, "/") {
		if segment == "." || segment == ".." {
			return quoted(p) + " holds the segment " + segment, "write the path that it leads to"
		}
	}
	return "", ""
}

// isOwn tells whether a path is ferngate's own, where no access rule applies.
func isOwn(p string) bool {
	return p == "/.ferngate" || strings.HasPrefix(p, "/.ferngate/")
}
