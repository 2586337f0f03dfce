package config

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
)

// checkPages checks the patterns of the pages that get the widget.
func checkPages(i *Inject, key string, r *Report) {
	paths, except := key+".paths", key+".except_paths"
	checkNotEmpty(len(i.ExceptPaths), except, "except_paths", r)
	if len(i.Paths) == 0 && r.Has(paths) {
		r.Reject(paths, "is an empty list", `write a pattern, leave paths out for all pages, or write enabled: false for none`)
	}
	for _, list := range []struct {
		key      string
		patterns []string
	}{{paths, i.Paths}, {except, i.ExceptPaths}} {
		for j, p := range list.patterns {
			at := itemKey(list.key, j)
			if problem, mend := checkPagePattern(p); problem != "" {
				r.Reject(at, problem, mend)
				continue
			}
			if slices.Contains(list.patterns[:j], p) {
				r.Reject(at, quoted(p)+" is given twice", "leave one of them out")
			}
			warnOfPattern(p, at, r)
		}
	}
	if r.intact(paths) && r.intact(except) {
		checkPagesLeft(i, paths, except, r)
	}
}

// checkPagePattern checks that a pattern can match a page as browsers ask for it.
func checkPagePattern(p string) (problem, mend string) {
	if problem, mend = checkPatternStart(p); problem != "" {
		return problem, mend
	}
	path, query, queried := strings.Cut(p, "?")
	for _, c := range p {
		switch {
		case unicode.IsControl(c):
			return quoted(p) + " holds a control character", "leave it out"
		case strings.ContainsRune("{}", c) && strings.ContainsRune(path, c):
			return quoted(p) + " holds braces, which no browser sends", "write a pattern for each of several words, and %7B and %7D for the signs themselves"
		case c == ' ' && strings.Contains(p, ", "):
			return quoted(p) + " is several patterns in one text", `write a list, each pattern in quotes of its own, as in ["/print/*", "/mail/*"]`
		case unicode.IsSpace(c), c > '~', strings.ContainsRune("\"<>`", c):
			return quoted(p) + " holds " + quoted(string(c)) + ", which browsers send encoded", "write " + url.PathEscape(string(c)) + " for it"
		}
	}
	switch {
	case strings.Contains(p, "#"):
		return quoted(p) + " holds #, and what follows it no browser sends", "leave out the # and what follows it"
	case strings.Contains(path, `\`):
		return quoted(p) + ` holds \, for which browsers send /`, "write / for it"
	case queried && query == "":
		return quoted(p) + " ends in ?, which stands for itself, and no page has an empty query", "write ?* for any query, or leave the ? out"
	}
	// A * may stand for the digits of an escape.
	if _, err := url.PathUnescape(strings.ReplaceAll(path, "*", "00")); err != nil {
		return quoted(p) + " holds a % that begins no escape", "write %25 for the sign itself"
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return quoted(p) + " holds the segment " + segment + ", which no browser sends", "write the path that it leads to"
		}
	}
	return "", ""
}

// checkPatternStart checks that a pattern begins as one can.
func checkPatternStart(p string) (problem, mend string) {
	switch {
	case strings.TrimSpace(p) == "":
		return "is empty, and matches no page", "write a pattern such as /print/*, or leave it out"
	case strings.HasPrefix(p, "//"), strings.Contains(p, "://") && p[0] != '/' && p[0] != '*':
		return quoted(p) + " begins like a whole URL", "write the path alone, beginning with one /, such as /print/*"
	case p[0] == '^':
		return quoted(p) + " looks like a regular expression", "begin it with / or *, and write * for any characters"
	case p[0] == '!':
		return quoted(p) + " begins with !, which stands for itself", "write the pages to leave out in except_paths"
	case p[0] == '?':
		return quoted(p) + " begins with neither / nor *", "write *" + shorten(p) + " for this query of any page"
	case p[0] != '/' && p[0] != '*':
		return quoted(p) + " begins with neither / nor *", "write /" + shorten(p) + ", or */" + shorten(p) + " for anywhere below"
	case isOwn(p):
		return quoted(p) + " is among ferngate's own pages, which never have the widget", "leave it out"
	}
	return "", ""
}

// warnOfPattern warns of patterns that look like something else.
func warnOfPattern(p, key string, r *Report) {
	switch {
	case !strings.Contains(p, "?") && strings.ContainsAny(p, "=&"):
		r.Warn(key, quoted(p)+" is compared with the path alone, which seldom holds = or &", "write ? before what the query is to match, as in *?*print=1*")
	case len(p) > 1 && strings.HasSuffix(p, "/"):
		r.Warn(key, quoted(p)+" is this one address alone, and nothing below it", "write "+shorten(p)+"* for what is below it")
	case strings.Contains(p, "/.*"), strings.HasSuffix(p, "$"), strings.Contains(p, "|"), strings.Contains(p, "]+"), strings.Contains(p, "]*"):
		r.Warn(key, quoted(p)+" looks like a regular expression, and every sign but * stands for itself", "write * alone for any characters")
	}
}

// checkPagesLeft checks that except_paths leaves something of paths.
func checkPagesLeft(i *Inject, paths, except string, r *Report) {
	by := make([]int, len(i.Paths))
	for j, p := range i.Paths {
		by[j] = slices.IndexFunc(i.ExceptPaths, func(e string) bool { return takesAllOf(e, p) })
	}
	if len(by) > 0 && !slices.Contains(by, -1) {
		r.Reject(except, "leaves out every page that could get the widget", "write narrower patterns, or enabled: false for no page at all")
		return
	}
	for j, k := range by {
		if k >= 0 {
			r.Warn(itemKey(paths, j), "has no effect: "+itemKey("except_paths", k)+" leaves out all of its pages", "leave one of the two out, or write a narrower one there")
		}
	}
}

// takesAllOf tells whether a pattern matches all that another one does, as far
// as their texts say: one that matches the other's text, its * included, does.
func takesAllOf(wide, narrow string) bool {
	return wide == narrow || wide == "*" || wide == "/*" || !strings.Contains(wide+narrow, "?") && matchesText(wide, narrow)
}
