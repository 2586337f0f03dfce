package config

import (
	"slices"
	"strings"
)

// checkAccess checks a site's access rules, each by itself and against those before it.
func checkAccess(s *Site, at string, r *Report) {
	alike := map[string][]int{} // the rules before, by their path without case
	for i := range s.Access {
		key := itemKey(at+".access", i)
		checkRulePath(s, i, key, r)
		checkRequire(s, i, at, key, r)
		checkMethods(s.Access[i].Methods, key+".methods", r)
		checkPeople(&s.Access[i], key, r)
		folded := strings.ToLower(strings.ToUpper(covered(s.Access[i]))) // which ſ and s have in common, too
		for _, j := range alike[folded] {
			if r.sound(key + ".path") { // one contradiction is enough
				checkContradiction(s, i, j, at+".access", r)
			}
		}
		alike[folded] = append(alike[folded], i)
	}
}

// checkRulePath checks the path of a rule.
func checkRulePath(s *Site, i int, key string, r *Report) {
	path := s.Access[i].Path
	problem, mend := checkPath(path)
	switch {
	case problem != "":
		r.Reject(key+".path", problem, mend)
	case isOwn(path):
		r.Reject(key+".path", "no access rule applies to ferngate's own pages below /.ferngate/", "leave the rule out")
	case s.Ferndesk != nil && slices.Contains(s.Ferndesk.TokenPath, strings.TrimSuffix(path, "/")):
		r.Reject(key+".path", "is the token path, which always asks for a signed-in person itself", "leave the rule out")
	}
}

// checkRequire checks that somebody can get in where a rule asks for it, and nobody is named where it does not.
func checkRequire(s *Site, i int, at, key string, r *Report) {
	rule := s.Access[i]
	if rule.Require == Required && s.SignIn == nil && !r.Has(at+".sign_in") {
		r.Reject(key+".require", "nobody could ever get in: the site has no sign_in", "add sign_in to the site, or write optional")
	}
	if rule.Require == Required || !r.sound(key+".require") {
		return
	}
	for _, k := range []string{"groups", "emails", "email_domains"} {
		if r.Has(key + "." + k) {
			r.Reject(key+"."+k, "has no effect where the rule says "+string(rule.Require), "write require: required, or leave "+k+" out")
		}
	}
}

// checkMethods checks that the methods of a rule are ones that a request can have.
func checkMethods(methods []string, key string, r *Report) {
	checkNotEmpty(len(methods), key, "methods", r)
	for i, m := range methods {
		checkMethod(m, itemKey(key, i), r)
	}
}

// checkMethod checks that a method is one that a request can have.
func checkMethod(method, key string, r *Report) {
	switch {
	case !isToken(method):
		r.Reject(key, quoted(method)+" is not an HTTP method", "write one such as GET or POST")
	case strings.ToUpper(method) != method:
		r.Reject(key, quoted(method)+" is not the spelling that requests have", "write "+strings.ToUpper(method))
	}
}

// checkPeople checks whom a rule admits.
func checkPeople(rule *Rule, key string, r *Report) {
	checkNotEmpty(len(rule.Groups), key+".groups", "groups", r)
	checkNotEmpty(len(rule.Emails), key+".emails", "emails", r)
	checkNotEmpty(len(rule.EmailDomains), key+".email_domains", "email_domains", r)
	for i, g := range rule.Groups {
		if g == "" || strings.TrimSpace(g) != g {
			r.Reject(itemKey(key+".groups", i), quoted(g)+" is not a group", "write its name without white space around it")
		}
	}
	for i, e := range rule.Emails {
		local, domain, ok := strings.Cut(e, "@")
		if !ok || local == "" || domain == "" || strings.ContainsAny(domain, "@") || strings.ContainsAny(e, " \t\r\n") {
			r.Reject(itemKey(key+".emails", i), quoted(e)+" is not an email address", "write one such as ada@example.com")
		}
	}
	for i, d := range rule.EmailDomains {
		if strings.Contains(d, "@") {
			r.Reject(itemKey(key+".email_domains", i), quoted(d)+" is more than a domain", "write what follows the @, such as example.com")
			continue
		}
		if _, problem, _ := plainHost(d); problem != "" || isIP(d) {
			r.Reject(itemKey(key+".email_domains", i), quoted(d)+" is not a domain", "write one such as example.com")
		}
	}
}

// checkNotEmpty refuses a list that is given and empty: it could mean everybody or nobody.
func checkNotEmpty(n int, key, name string, r *Report) {
	if n == 0 && r.Has(key) {
		r.Reject(key, "is an empty list", "write at least one member, or leave "+name+" out")
	}
}

// checkContradiction compares two rules of which neither is more specific.
func checkContradiction(s *Site, i, j int, access string, r *Report) {
	a, b := s.Access[i], s.Access[j]
	keyA, keyB := itemKey(access, i), itemKey(access, j)
	if a.Path == "" || b.Path == "" || !r.sound(keyA+".exact", keyB+".exact", keyA+".methods", keyB+".methods") {
		return
	}
	pathA, pathB := covered(a), covered(b)
	switch {
	case pathA == pathB && a.Exact == b.Exact && overlap(a.Methods, b.Methods):
		r.Reject(keyA+".path", "is the path of "+keyB+" too, for the same methods", "make the two rules one, or give them different methods")
	case pathA != pathB && strings.EqualFold(pathA, pathB) && (a.Require == Required || b.Require == Required):
		r.Reject(keyA+".path", "differs from that of "+keyB+" only in upper and lower case, which required does not tell apart", "make the two rules one")
	}
}

// covered is a rule's path in one spelling: /admin and /admin/ cover the same, unless exact.
func covered(rule Rule) string {
	if rule.Exact {
		return rule.Path
	}
	return strings.TrimSuffix(rule.Path, "/")
}

// overlap tells whether two rules meet in a method. One with methods is more specific than one without, so these two do not.
func overlap(a, b []string) bool {
	if len(a) == 0 || len(b) == 0 {
		return len(a) == len(b)
	}
	return slices.ContainsFunc(a, func(m string) bool {
		return slices.Contains(b, m) || m == "GET" && slices.Contains(b, "HEAD") || m == "HEAD" && slices.Contains(b, "GET")
	})
}
