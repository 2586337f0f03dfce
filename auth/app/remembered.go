package app

import (
	"slices"
	"strings"

	"github.com/ferngate/ferngate/auth"
)

// How much of an app's session cookies is remembered: our own cookie has to
// hold it beside the identity.
const (
	maxRemembered      = 8
	maxRememberedBytes = 256 // of names and paths together
)

// remembered are the session cookies that an answer was about, and those of
// before that belong elsewhere and were not sent.
func (m *Method) remembered(f *auth.Followed, cookies sent, path string) []auth.AppCookie {
	var list []auth.AppCookie
	room := maxRememberedBytes
	add := func(c auth.AppCookie) {
		size := len(c.Name) + len(c.Path)
		if len(list) < maxRemembered && size <= room && !contains(list, c.Name) {
			list, room = append(list, c), room-size
		}
	}
	for name := range cookies.names() {
		add(auth.AppCookie{Name: name, Path: m.scopeOf(f, name, path)})
	}
	for _, c := range f.Cookies {
		if !auth.CookieReaches(c.Path, path) {
			add(c)
		}
	}
	return list
}

// scopeOf is the path that a cookie belongs below which was sent with a request:
// the one it was set for, as far as that was seen, else what its requests have
// in common.
func (m *Method) scopeOf(f *auth.Followed, name, requestPath string) string {
	if path, known := m.scopes.of(name, requestPath); known {
		return path
	}
	path := folder(requestPath)
	if path == "/" {
		path = requestPath // a cookie for /app is sent with a page called /app, too
	}
	if i := slices.IndexFunc(f.Cookies, func(c auth.AppCookie) bool { return c.Name == name }); i >= 0 {
		return common(f.Cookies[i].Path, path)
	}
	return path
}

// common is the longest path that two paths are both below.
func common(a, b string) string {
	for a != "/" && !auth.CookieReaches(a, b) {
		a = folder(strings.TrimRight(a, "/"))
	}
	return a
}

func contains(list []auth.AppCookie, name string) bool {
	return slices.ContainsFunc(list, func(c auth.AppCookie) bool { return c.Name == name })
}
