package config

import (
	"net/url"
	"slices"
	"strings"
)

// checkTarget checks a path, with a query or fragment perhaps, that is sent as
// it stands, and returns the path alone, decoded. It must be one that every
// reader takes for the same. The texts are what is wrong and what to write
// instead; the first is empty when nothing is.
func checkTarget(text string) (path, problem, mend string) {
	if problem, mend = checkBeginning(text); problem != "" {
		return "", problem, mend
	}
	for _, c := range text {
		if c <= ' ' || c >= 0x7f || strings.ContainsRune("\"<>\\^`{|}", c) {
			return "", "holds " + quoted(string(c)) + ", which no URL may", "write " + url.PathEscape(string(c)) + " for it"
		}
	}
	raw := text
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		raw = text[:i]
	}
	path, err := url.PathUnescape(raw)
	switch {
	case err != nil:
		return "", "holds a % that begins no escape", "write %25 for the sign itself"
	case strings.ContainsFunc(path, func(c rune) bool { return c < ' ' || c == 0x7f || c == '\\' }):
		return "", "holds an encoded backslash or control character", "leave it out"
	case strings.Contains(path, "//"):
		return "", "holds //", "write each / once"
	case strings.Contains(path, ";"):
		return "", "holds ; in its path, where some apps cut the rest off", "leave out the ; and what follows it"
	}
	for segment := range strings.SplitSeq(path, "/") {
		if segment == "." || segment == ".." {
			return "", "holds the segment " + segment, "write the path that it leads to"
		}
	}
	return path, "", ""
}

// checkBeginning checks that a text begins as a path of this site does, however a browser reads it.
func checkBeginning(text string) (problem, mend string) {
	u, err := url.Parse(text)
	switch {
	case text == "":
		return "is empty", "write a path, such as /login"
	case err == nil && u.Scheme != "" && u.Host != "":
		return "is a whole URL", "write the path alone, without scheme and host: it is one of this site"
	case strings.HasPrefix(text, "//"), strings.HasPrefix(text, `/\`):
		return "begins like the name of another host", "begin it with one /"
	case text[0] != '/':
		return "does not begin with /", "begin it with one /"
	}
	return "", ""
}

// isGateways tells whether a path is answered by ferngate itself.
func isGateways(s *Site, path string) bool {
	return isOwn(path) || s.Ferndesk != nil && slices.Contains(s.Ferndesk.TokenPath, path)
}
