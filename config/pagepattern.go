package config

import "strings"

// Covers tells whether a page is one that gets the widget: one of paths matches
// it, and none of except_paths does. Path and query are compared as the request
// has them, percent-encoding and all.
func (i *Inject) Covers(path, query string) bool {
	return matchesAny(i.Paths, path, query) && !matchesAny(i.ExceptPaths, path, query)
}

// matchesAny tells whether one of the patterns matches a page.
func matchesAny(patterns []string, path, query string) bool {
	for _, p := range patterns {
		if matchesPage(p, path, query) {
			return true
		}
	}
	return false
}

// matchesPage compares a pattern with ? in it with path and query, and any other with the path alone.
func matchesPage(pattern, path, query string) bool {
	if !strings.Contains(pattern, "?") {
		return matchesText(pattern, path)
	}
	return query != "" && matchesText(pattern, path+"?"+query)
}

// matchesText compares a pattern, in which * stands for any characters, with a
// whole text. The first place for each part between two * is as good as any
// later one, so that nothing is tried twice: the time is linear whatever a client sends.
func matchesText(pattern, text string) bool {
	head, rest, open := strings.Cut(pattern, "*")
	if !open {
		return text == pattern
	}
	text, ok := strings.CutPrefix(text, head)
	for ok {
		part, more, open := strings.Cut(rest, "*")
		if !open {
			return strings.HasSuffix(text, part)
		}
		_, text, ok = strings.Cut(text, part)
		rest = more
	}
	return false
}
