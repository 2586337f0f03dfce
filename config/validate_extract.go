package config

import (
	"maps"
	"slices"
	"strings"
)

// source is where values can be looked for.
type source int

const (
	anywhere source = iota // in an answer of the app
	claims                 // in the claims of a JWT
)

// places are the keys of an extractor of which it has exactly one.
var places = []string{"json", "css", "header", "cookie", "regex"}

// checkExtract checks where values are looked for. feeds are the values that
// decide who a person is.
func checkExtract(extract map[string][]Extractor, key string, from source, feeds []string, r *Report) {
	for _, name := range slices.Sorted(maps.Keys(extract)) {
		at := memberKey(key, name)
		if !isValueName(name) {
			r.Reject(at, quoted(name)+" is not a name that {name} could refer to", "write letters, digits, _ and -")
		}
		if len(extract[name]) == 0 {
			r.Reject(at, "is an empty list", "write where the value is found, such as { json: /user/name }")
		}
		for i := range extract[name] {
			e, at := &extract[name][i], itemKey(at, i)
			checkExtractor(e, at, from, r)
			checkAmbiguous(e, at, slices.Contains(feeds, name), r)
			if e.Optional && slices.Contains(feeds, name) {
				r.Warn(at+".optional", "this value tells who a person is, so that nobody is signed in without it", "leave optional out")
			}
		}
	}
}

// checkExtractor checks one place.
func checkExtractor(e *Extractor, key string, from source, r *Report) {
	var given []string
	for _, k := range places {
		if r.Has(key + "." + k) {
			given = append(given, k)
		}
	}
	switch {
	case len(given) == 0 && r.intact(key):
		r.Reject(key, "names no place to look in", "add one of "+listed(places, "and"))
	case len(given) > 1:
		r.Reject(key, "names "+listed(given, "and")+", and a value is looked for in one place",
			"leave all but one out, or write a list, of which the first that finds something counts")
	case from == claims && len(given) == 1 && given[0] != "json":
		r.Reject(key+"."+given[0], "has no effect: the claims of a JWT are JSON", "write json: with the claim, such as /email")
	}
	if at := key + ".attr"; r.Has(at) {
		checkAttr(e, at, slices.Contains(given, "css"), r)
	}
	if at := key + ".json"; e.JSON.String() != "" && strings.HasSuffix(e.JSON.String(), "/") {
		r.Warn(at, "ends in /, and so points to a member that has no name", "leave the / at its end off")
	}
	if at := key + ".header"; r.Has(at) {
		switch {
		case !isToken(e.Header):
			r.Reject(at, quoted(e.Header)+" is not a header's name", "write letters, digits and -, such as X-User")
		case strings.EqualFold(e.Header, "Set-Cookie"):
			r.Reject(at, "holds a cookie with all its attributes", "write cookie: with the cookie's name")
		}
	}
	if at := key + ".cookie"; r.Has(at) {
		checkCookieName(e.Cookie, at, r)
	}
	if e.Regex.Regexp != nil && e.Regex.NumSubexp() == 0 {
		r.Reject(key+".regex", "has no group, and the value is what the first group matches", `put the value's part in ( ), as in 'User: (\w+)@'`)
	}
}

// checkAttr checks the name of an element's attribute.
func checkAttr(e *Extractor, key string, css bool, r *Report) {
	switch {
	case !css:
		r.Reject(key, "has no effect without css", "add css: with the element that has the attribute, or leave attr out")
	case e.Attr == "" || strings.ContainsAny(e.Attr, " \t\n\"'<>/=[]"):
		r.Reject(key, quoted(e.Attr)+" is not an attribute's name", "write the name alone, such as value")
	case strings.ToLower(e.Attr) != e.Attr:
		r.Reject(key, quoted(e.Attr)+" is in capitals, in which no attribute of a page is read", "write "+strings.ToLower(shorten(e.Attr)))
	}
}

// checkCookieName checks the name of one cookie that is read.
func checkCookieName(name, key string, r *Report) {
	switch {
	case !isToken(name):
		r.Reject(key, quoted(name)+" is not a cookie's name", "write the name alone (RFC 6265), such as uid")
	case strings.Contains(name, "*"):
		r.Reject(key, quoted(name)+" holds *, which stands for itself: there are no patterns here", "write the whole name")
	case slices.Contains(ownCookies, name):
		r.Reject(key, "is ferngate's own cookie", "write a cookie of the app")
	}
}
