package config

import (
	"maps"
	"net/url"
	"slices"
	"strings"
)

// checkRequests checks which requests sign people in and out of the app.
func checkRequests(a *App, app string, r *Report) {
	in, out := app+".sign_in_requests", app+".sign_out_requests"
	for _, list := range []struct {
		key      string
		patterns []RequestPattern
	}{{in, a.SignInRequests}, {out, a.SignOutRequests}} {
		name := list.key[strings.LastIndexByte(list.key, '.')+1:]
		checkNotEmpty(len(list.patterns), list.key, name, r)
		for i := range list.patterns {
			checkRequest(&list.patterns[i], itemKey(list.key, i), r)
			if j := slices.IndexFunc(list.patterns[:i], list.patterns[i].equal); j >= 0 && r.intact(itemKey(list.key, i)) {
				r.Reject(itemKey(list.key, i), "is the same as "+itemKey(name, j), "leave one of them out")
			}
		}
	}
	for i, p := range a.SignOutRequests {
		if j := slices.IndexFunc(a.SignInRequests, p.equal); j >= 0 && r.intact(itemKey(out, i)) {
			r.Reject(itemKey(out, i), "is among the sign_in_requests too, as "+itemKey("sign_in_requests", j),
				"tell the two apart by method or query, or leave one of them out")
		}
	}
}

// checkRequest checks one pattern of requests.
func checkRequest(p *RequestPattern, key string, r *Report) {
	if r.Has(key + ".method") {
		checkMethod(p.Method, key+".method", r)
	}
	checkRequestPath(p.Path, key+".path", r)
	if r.Has(key+".query") && len(p.Query) == 0 {
		r.Reject(key+".query", "names no parameter", "write parameter: value, or leave query out")
	}
	for _, name := range slices.Sorted(maps.Keys(p.Query)) {
		if name == "" {
			r.Reject(memberKey(key+".query", name), "the name of a parameter is empty", "write parameter: value")
		}
	}
}

// checkRequestPath checks the path of a pattern, which is compared as a whole.
func checkRequestPath(path, key string, r *Report) {
	if alone, query, cut := strings.Cut(path, "?"); cut {
		r.Reject(key, "holds a query", "write the path alone, "+shorten(alone)+", and beside it query: "+asMapping(query))
		return
	}
	if i := strings.IndexAny(path, "*^[]{}|<>\"`"); i >= 0 {
		r.Reject(key, "holds "+path[i:i+1]+", which stands for itself: there are no patterns", "write one whole path")
		return
	}
	problem, mend := checkPath(path)
	switch {
	case problem != "":
		r.Reject(key, problem, mend)
	case isOwn(path):
		r.Reject(key, "is among ferngate's own pages, which never reach the app", "write the path of a page of the app")
	}
}

// asMapping writes a query as the mapping that query: takes.
func asMapping(query string) string {
	parameters, err := url.ParseQuery(query)
	if err != nil || len(parameters) == 0 {
		return "{ name: value }"
	}
	var members []string
	for _, name := range slices.Sorted(maps.Keys(parameters)) {
		members = append(members, name+": "+parameters[name][0])
	}
	return "{ " + shorten(strings.Join(members, ", ")) + " }"
}

// equal tells whether two patterns match the same requests.
func (p RequestPattern) equal(q RequestPattern) bool {
	return p.Method == q.Method && p.Path == q.Path && maps.Equal(p.Query, q.Query)
}
