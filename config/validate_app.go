package config

import (
	"slices"
	"strings"
	"time"
)

// How long an answer of the app may count, and how long the app may take to give it.
const (
	minRecheck = time.Second
	maxRecheck = time.Hour
	maxTimeout = 30 * time.Second
)

// ownCookies are the names of ferngate's session cookie, on HTTPS and on plain HTTP.
var ownCookies = []string{"__Host-ferngate", "ferngate"}

// checkApp checks the method that follows the app's own login.
func checkApp(c *Config, s *Site, at string, r *Report) {
	a, key := s.SignIn.App, at+".sign_in.app"
	var v values
	switch whoami, jwt := r.Has(key+".whoami"), r.Has(key+".cookie_jwt"); {
	case whoami && jwt:
		r.Reject(key+".cookie_jwt", "is given besides whoami, and only one of the two can say who is signed in", "leave one of them out")
		v.open = true
	case whoami:
		checkSessionCookies(a.SessionCookies, key+".session_cookies", r)
		checkAppTimes(c, a, key, r)
		v = checkWhoami(s, key, r)
	case jwt:
		refuseWhoamiKeys(key, r)
		v = checkCookieJWT(a, key, r)
	default:
		r.Reject(key, "does not say how to learn who is signed in", "add whoami: with the path of a page of the app that shows it, or cookie_jwt: where the app's cookie is a JWT")
		v.open = true
	}
	v = checkEnrich(a.Enrich, key+".enrich", v, r)
	checkIdentity(&a.Identity, key+".identity", v, r)
	checkSignInURL(s, at, r)
	checkSignOutURL(s, key+".sign_out_url", r)
	checkRequests(a, key, r)
}

// refuseWhoamiKeys refuses what only says something about asking the app.
func refuseWhoamiKeys(key string, r *Report) {
	for _, name := range []string{"session_cookies", "recheck", "timeout", "stale_for", "relay_cookies"} {
		if r.Has(key + "." + name) {
			r.Reject(key+"."+name, "has no effect with cookie_jwt, where the app is never asked", "leave it out")
		}
	}
}

// checkSessionCookies checks the patterns by which the app's sessions are known.
func checkSessionCookies(patterns []string, key string, r *Report) {
	if !r.Has(key) {
		r.Reject(key, "is missing: without it nothing tells whose request it is, nor that somebody signed in or out",
			"add session_cookies: [NAME] with the cookies that the app sets at its login; * stands for any letters")
	}
	if len(patterns) == 0 && r.Has(key) {
		r.Reject(key, "is an empty list", "write the cookies that the app sets at its login")
	}
	for i, p := range patterns {
		at := itemKey(key, i)
		name, _, valued := strings.Cut(p, "=")
		switch {
		case valued && isToken(name):
			r.Reject(at, "holds a cookie's value too", "write the name alone: "+shorten(name))
		case !isToken(p):
			r.Reject(at, quoted(p)+" is not a cookie's name", "write the name (RFC 6265), where * stands for any letters, such as DW*")
		case strings.Trim(p, "*") == "":
			r.Reject(at, "takes every cookie for the app's session", "write the part of the name that does not change, such as DW*")
		case slices.Contains(ownCookies, strings.Trim(p, "*")):
			r.Reject(at, "is ferngate's own cookie, which the app never sees", "write the cookies that the app sets at its login")
		case slices.Contains(patterns[:i], p):
			r.Reject(at, quoted(p)+" is given twice", "leave one of them out")
		}
	}
}

// checkAppTimes checks how often the app is asked, and how long that may take.
func checkAppTimes(c *Config, a *App, key string, r *Report) {
	switch {
	case a.Recheck < minRecheck:
		r.Reject(key+".recheck", "would ask the app at almost every request", "write 1s or more; 30s is the default")
	case a.Recheck > maxRecheck:
		r.Reject(key+".recheck", "is longer than an hour, for which a sign-out on another browser, or a person's deletion, would go unnoticed", "write 1h or less; 30s is the default")
	}
	checkPositive(key+".timeout", a.Timeout, r)
	if a.Timeout > maxTimeout {
		r.Reject(key+".timeout", "is longer than 30s, for which each page would wait while the app hangs", "write 30s or less; 2s is the default")
	}
	for i, step := range a.Whoami {
		if at := itemKey(key+".whoami", i) + ".timeout"; step.Timeout > a.Timeout && r.sound(at, key+".timeout") {
			r.Reject(at, "is longer than the timeout of all steps together, which is "+a.Timeout.String(), "write less here, or more in the timeout of app")
		}
	}
	last := key + ".recheck"
	if r.Has(key + ".stale_for") {
		last = key + ".stale_for"
	}
	if a.Recheck+a.StaleFor > c.Session.Lifetime && r.sound(key+".recheck", key+".stale_for", "session.lifetime") {
		r.Reject(last, "lets an answer count for longer than a session lasts: recheck and stale_for together are more than session.lifetime", "write less")
	}
}
