package config

import (
	"cmp"
	"strings"
)

// returnTo is what stands for the way back in the app's own URLs. It may stand
// in a query or a fragment, where what a client sent cannot lead to another page.
const returnTo = "{return_to}"

// checkSignInURL checks where people are sent to sign in: to a page that they can see before they have.
func checkSignInURL(s *Site, at string, r *Report) {
	key := at + ".sign_in.app.sign_in_url"
	path, ok := checkAppURL(s, s.SignIn.App.SignInURL, key, r)
	if !ok {
		return
	}
	if i := ruleFor(s.Access, path); i >= 0 && s.Access[i].Require == Required {
		r.Reject(key, "is for signed-in people only, by "+itemKey(at+".access", i)+": it would send people in circles",
			"add an access rule with path: "+shorten(path)+", exact: true and require: optional, or change this one")
	}
}

// checkSignOutURL checks where people are sent to end the app's session too.
func checkSignOutURL(s *Site, key string, r *Report) {
	checkAppURL(s, s.SignIn.App.SignOutURL, key, r)
}

// checkAppURL checks a URL of the app, and returns its path.
func checkAppURL(s *Site, text, key string, r *Report) (path string, ok bool) {
	if !r.Has(key) || !r.sound(key) {
		return "", false
	}
	before := text
	if i := strings.IndexAny(text, "?#"); i >= 0 {
		before = text[:i]
	}
	rest := strings.ReplaceAll(text, returnTo, "x")
	path, problem, mend := checkTarget(rest)
	switch {
	case strings.Contains(before, returnTo):
		r.Reject(key, "holds "+returnTo+" in its path", "write it in the query, as in /login?back="+returnTo)
	case strings.ContainsAny(rest, "{}"):
		r.Reject(key, "holds braces, in which only return_to can stand here", "write "+returnTo+" for the way back, or leave the braces out")
	case problem != "":
		r.Reject(key, problem, mend)
	case isGateways(s, path):
		r.Reject(key, "is answered by ferngate itself and never reaches the app", "write the path of the app's own page")
	default:
		return path, true
	}
	return "", false
}

// ruleFor returns the access rule that judges a GET of the path, -1 if none
// does: the same choice that package auth makes.
func ruleFor(rules []Rule, path string) int {
	best := -1
	for i, rule := range rules {
		if strings.HasPrefix(rule.Path, "/") && coversGet(rule, path) && (best < 0 || specificity(rule, rules[best]) > 0) {
			best = i
		}
	}
	return best
}

// coversGet tells whether a rule speaks of a GET of the path.
func coversGet(rule Rule, path string) bool {
	own := covered(rule)
	if len(rule.Methods) > 0 && !overlap(rule.Methods, []string{"GET"}) || len(path) < len(own) {
		return false
	}
	head, rest := path[:len(own)], path[len(own):]
	same := head == own || rule.Require == Required && strings.EqualFold(head, own)
	return same && (rest == "" || !rule.Exact && rest[0] == '/')
}

// specificity is positive where a is more specific than b, negative where b is.
func specificity(a, b Rule) int {
	return cmp.Or(
		cmp.Compare(len(covered(a)), len(covered(b))),
		rank(a.Exact, b.Exact),
		rank(len(a.Methods) > 0, len(b.Methods) > 0),
		rank(a.Require == Required, b.Require == Required),
	)
}

// rank is positive where a has what b has not.
func rank(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
