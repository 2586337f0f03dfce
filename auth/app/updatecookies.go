package app

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// UpdateCookies makes the cookies of a request to the app those that the browser
// has as of these Set-Cookie lines (relay_cookies). An app that was asked whose session it is
// may have given it another id, as Tomcat does when it shows its login page: under
// the old one the request would find no session at all, and begin a new one.
// What the request does not carry is not added: the cookie's path may lie elsewhere.
func UpdateCookies(h http.Header, set []string) {
	for _, line := range set {
		if c, ok := parseSetCookie(line, time.Now()); ok {
			updateCookie(h, c)
		}
	}
}

// updateCookie does so for one cookie, unless the request has two of that name,
// which only their paths tell apart.
func updateCookie(h http.Header, c setCookie) {
	at, place := -1, -1
	lines := h["Cookie"]
	for i, line := range lines {
		for j, pair := range strings.Split(line, ";") {
			if n, _, _ := strings.Cut(pair, "="); strings.Trim(n, " \t") != c.name {
				continue
			}
			if at >= 0 {
				return
			}
			at, place = i, j
		}
	}
	if at < 0 {
		return
	}
	pairs := strings.Split(lines[at], ";")
	pairs[place] = " " + c.name + "=" + c.value
	if c.expired {
		pairs = slices.Delete(pairs, place, place+1)
	}
	changed := slices.Clone(lines) // others may hold them
	changed[at] = strings.TrimLeft(strings.Join(pairs, ";"), " \t")
	if changed[at] == "" {
		changed = slices.Delete(changed, at, at+1)
	}
	if h["Cookie"] = changed; len(changed) == 0 {
		delete(h, "Cookie")
	}
}
