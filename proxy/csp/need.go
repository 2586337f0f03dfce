package csp

import "strings"

// need is something that the widget loads.
type need struct {
	text     string // as a source expression
	source   source
	writable bool // a policy can name it
	self     bool // it is of the page's own origin
}

func newNeed(text, self string) need {
	ownScheme, _, _ := strings.Cut(strings.ToLower(self), "://")
	s, ok := parseSource(text, ownScheme)
	if scheme, _, found := strings.Cut(text, "://"); found {
		s.scheme = strings.ToLower(scheme) // of an IPv6 address, too
	}
	return need{
		text:     text,
		source:   s,
		writable: ok && s.host != "",
		self:     strings.Contains(text, "://") && origin(text) == origin(self),
	}
}

// isMet reports whether a list of source expressions allows it by its URL.
func (n need) isMet(list []string, ownScheme string) bool {
	for _, word := range list {
		switch {
		case strings.EqualFold(word, "'self'"):
			if n.self {
				return true
			}
		case word == "*":
			if n.source.scheme == "http" || n.source.scheme == "https" {
				return true
			}
		default:
			s, ok := parseSource(word, ownScheme)
			isScheme := s.host == "" && !s.any
			if ok && (n.writable || isScheme) && s.covers(n.source) {
				return true
			}
		}
	}
	return false
}
