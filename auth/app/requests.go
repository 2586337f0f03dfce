package app

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// requestPatterns match the requests that sign somebody in or out.
type requestPatterns []config.RequestPattern

// match reports whether a request is one of them, in any reading of its path.
// Nobody signs in or out by HEAD or OPTIONS, unless a pattern says so.
func (ps requestPatterns) match(r *Request) bool {
	return slices.ContainsFunc(ps, func(p config.RequestPattern) bool {
		return (p.Method == r.Method || p.Method == "" && (r.Method == http.MethodGet || isUnsafe(r.Method))) &&
			slices.ContainsFunc(r.Readings, func(path string) bool { return path == p.Path }) &&
			hasParameters(r.Query, p.Query)
	})
}

// hasParameters reports whether a query has every one of the parameters with
// its value. Of a parameter that occurs twice each counts: which one the app
// goes by is not known.
func hasParameters(query string, want map[string]string) bool {
	if len(want) == 0 {
		return true
	}
	found := 0
	seen := map[string]bool{}
	for part := range strings.FieldsFuncSeq(query, func(c rune) bool { return c == '&' || c == ';' }) {
		name, value, _ := strings.Cut(part, "=")
		name, value = unescaped(name), unescaped(value)
		if expected, asked := want[name]; asked && expected == value && !seen[name] {
			seen[name] = true
			found++
		}
	}
	return found == len(want)
}

func unescaped(s string) string {
	if plain, err := url.QueryUnescape(s); err == nil {
		return plain
	}
	return s
}
