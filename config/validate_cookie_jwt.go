package config

import (
	"slices"
	"strings"
)

// checkCookieJWT checks where the app's own JWT is and how it is verified, and
// returns the values that it has.
func checkCookieJWT(a *App, app string, r *Report) values {
	j, key := a.CookieJWT, app+".cookie_jwt"
	if j == nil {
		return values{open: true} // a fault already
	}
	if at := key + ".cookie"; r.Has(at) {
		checkCookieName(j.Cookie, at, r)
	} else if !j.Bearer {
		r.Reject(key, "does not say where the JWT is", "add cookie: with the name of the app's cookie, or bearer: true where it comes in the Authorization header")
	}
	checkJWTKeys(&j.Keys, key+".keys", true, r)
	checkIssuer(j.Issuer, key+".issuer", r)
	checkAudience(j.Audience, key+".audience", r)
	return checkClaims(j.Extract, key+".extract", feeding(&a.Identity, a.Enrich), r)
}

// checkClaims checks the values that are taken from a JWT, and returns them.
// Absent, every claim is a value of its own name.
func checkClaims(extract map[string][]Extractor, key string, feeds []string, r *Report) values {
	if len(extract) == 0 && r.Has(key) {
		r.Reject(key, "names no value", "write a name and a claim for each, such as login: { json: /sub }, or leave extract out")
	}
	checkExtract(extract, key, claims, feeds, r)
	v := values{step: map[string]int{}, open: !r.Has(key) || !r.sound(key)}
	for name := range extract {
		v.step[name] = 0
	}
	return v
}

// checkIssuer checks an issuer that is given. It is compared as it stands.
func checkIssuer(issuer, key string, r *Report) {
	if r.Has(key) && (issuer == "" || strings.TrimSpace(issuer) != issuer) {
		r.Reject(key, quoted(issuer)+" is no issuer's name", "write the JWT's iss as it stands there")
	}
}

// checkAudience checks audiences that are given. They are compared as they stand.
func checkAudience(audience []string, key string, r *Report) {
	checkNotEmpty(len(audience), key, "audience", r)
	for i, a := range audience {
		switch at := itemKey(key, i); {
		case a == "" || strings.TrimSpace(a) != a:
			r.Reject(at, quoted(a)+" is no audience", "write the JWT's aud as it stands there")
		case slices.Contains(audience[:i], a):
			r.Reject(at, quoted(a)+" is given twice", "leave one of them out")
		}
	}
}
