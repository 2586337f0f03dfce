package auth

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ferngate/ferngate/config"
)

// Access judges paths by a site's access rules.
type Access struct {
	rules   map[string][]rule // by their folded path, the most specific first
	longest int               // of these paths, in bytes
}

// rule is a config.Rule made ready for comparing.
type rule struct {
	config.Rule
	path   string // without the slash at its end, unless exact
	folded string // path without case
}

// NewAccess arranges the rules for judging. They come from a valid config.
func NewAccess(rules []config.Rule) Access {
	a := Access{rules: map[string][]rule{}}
	for _, r := range rules {
		path := r.Path
		if !r.Exact {
			path = strings.TrimSuffix(path, "/")
		}
		folded := fold(path)
		a.rules[folded] = append(a.rules[folded], rule{r, path, folded})
		a.longest = max(a.longest, len(folded))
	}
	for _, same := range a.rules {
		slices.SortStableFunc(same, func(a, b rule) int {
			return cmp.Or(
				first(a.Exact, b.Exact),
				first(len(a.Methods) > 0, len(b.Methods) > 0),
				first(a.Require == config.Required, b.Require == config.Required),
			)
		})
	}
	return a
}

// first orders the one that has a property before the one that lacks it.
func first(a, b bool) int {
	switch {
	case a && !b:
		return -1
	case b && !a:
		return 1
	}
	return 0
}

// Verdict is what a request needs, whichever way its path is read.
type Verdict struct {
	// Require is the strictest of what the readings ask for.
	Require config.Require
	rules   []*rule // the required ones, each of which must admit the person
}

// Judge returns what a request of this method asks for, given all the readings
// of its path: required if any reading is, public only if all are.
func (a Access) Judge(method string, readings []string) Verdict {
	v := Verdict{Require: config.Optional}
	if len(a.rules) == 0 {
		return v
	}
	public := 0
	for _, path := range readings {
		rule := a.find(method, path)
		switch {
		case rule == nil:
		case rule.Require == config.Public:
			public++
		case rule.Require == config.Required:
			v.Require = config.Required
			if !slices.Contains(v.rules, rule) {
				v.rules = append(v.rules, rule)
			}
		}
	}
	if public == len(readings) {
		v.Require = config.Public
	}
	return v
}

// Admits reports whether the person satisfies every rule that was selected.
func (v Verdict) Admits(id *Identity) bool {
	for _, r := range v.rules {
		if !r.admits(id) {
			return false
		}
	}
	return true
}

// find returns the most specific rule that covers path, nil if there is none:
// it looks for the path itself, then for each that it is below, so that the
// number of rules does not count.
func (a Access) find(method, path string) *rule {
	folded := fold(path)
	for end := len(folded); end >= 0; end = strings.LastIndexByte(folded[:end], '/') {
		if end > a.longest {
			continue
		}
		same := a.rules[folded[:end]]
		for i := range same {
			if r := &same[i]; r.covers(method, path, folded) {
				return r
			}
		}
	}
	return nil
}

// covers compares the path of a required rule without case: the app behind may
// be one that does not tell /admin from /Admin (TestP12).
func (r *rule) covers(method, path, folded string) bool {
	if len(r.Methods) > 0 && !slices.ContainsFunc(r.Methods, func(m string) bool { return coversMethod(m, method) }) {
		return false
	}
	rest, found := strings.CutPrefix(path, r.path)
	if r.Require == config.Required {
		rest, found = strings.CutPrefix(folded, r.folded)
	}
	return found && (rest == "" || !r.Exact && rest[0] == '/')
}

// coversMethod takes GET for HEAD too, which is a GET without the body.
func coversMethod(rule, method string) bool {
	return strings.EqualFold(rule, method) || strings.EqualFold(rule, "GET") && strings.EqualFold(method, "HEAD")
}

// admits is the conjunction of the rule's lists; each is satisfied by one entry.
func (r *rule) admits(id *Identity) bool {
	if len(r.Groups) > 0 && !slices.ContainsFunc(id.Groups, func(g string) bool { return slices.Contains(r.Groups, g) }) {
		return false
	}
	if len(r.Emails) > 0 && !containsFold(r.Emails, id.Email) {
		return false
	}
	if len(r.EmailDomains) > 0 {
		// Exactly one @: of a@x@y each reader takes another part for the domain (TestS9).
		local, domain, found := strings.Cut(id.Email, "@")
		if !found || local == "" || strings.Contains(domain, "@") || !containsFold(r.EmailDomains, domain) {
			return false
		}
	}
	return true
}

func containsFold(list []string, s string) bool {
	return slices.ContainsFunc(list, func(e string) bool { return strings.EqualFold(e, s) })
}

// fold maps strings that strings.EqualFold calls equal to one string.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.Map(smallestFold, s)
		}
	}
	// K, S and their fellows beyond ASCII fold to the lower-case letter.
	return strings.ToLower(s)
}

// smallestFold returns one member of the set of runes that differ in case only:
// the lower-case ASCII letter if it is in the set, else the smallest.
func smallestFold(r rune) rune {
	smallest := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		smallest = min(smallest, next)
	}
	if 'A' <= smallest && smallest <= 'Z' {
		return smallest + 'a' - 'A'
	}
	return smallest
}
