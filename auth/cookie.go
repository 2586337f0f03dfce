package auth

import (
	"iter"
	"net/http"
	"strings"
)

// The session cookie's names. The prefix makes browsers refuse it from any
// other host or path and over plain HTTP (RFC 6265bis, section 4.1.3.2).
const (
	secureCookie = "__Host-ferngate"
	plainCookie  = "ferngate"
)

// IsSessionCookie reports whether a cookie of this name is the gateway's own,
// under either scheme: the app must neither see nor set it.
func IsSessionCookie(name string) bool { return name == secureCookie || name == plainCookie }

// maxCandidates bounds how many cookies of the session's name are tried at each
// request: a browser sends one, and two when a neighbour host tossed one over.
const maxCandidates = 8

// candidates yields the values of the cookies of this name in the request's
// Cookie headers, without building the others as Request.Cookies does.
func candidates(headers []string, name string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, line := range headers {
			for line != "" {
				var pair string
				pair, line, _ = strings.Cut(line, ";")
				value, found := strings.CutPrefix(strings.TrimLeft(pair, " \t"), name)
				if !found || !strings.HasPrefix(value, "=") {
					continue
				}
				if !yield(strings.TrimRight(value[1:], " \t")) {
					return
				}
			}
		}
	}
}

// addCookie adds a Set-Cookie line before those that are there: clients exist
// that keep a cookie which the app clears if another line follows (curl 7.88).
func addCookie(h http.Header, line string) {
	h["Set-Cookie"] = append([]string{line}, h["Set-Cookie"]...)
}

// setCookie is the Set-Cookie line for a value of the session cookie.
func setCookie(name, value string) string {
	line := name + "=" + value + "; Path=/; HttpOnly; SameSite=Lax"
	if name == secureCookie {
		line += "; Secure"
	}
	return line
}

// clearCookie is the Set-Cookie line that makes the browser forget it.
func clearCookie(name string) string { return setCookie(name, "") + "; Max-Age=0" }

// CookieReaches reports whether a browser sends a cookie of this path with a
// request of that one (RFC 6265, section 5.1.4).
func CookieReaches(cookiePath, requestPath string) bool {
	rest, below := strings.CutPrefix(requestPath, cookiePath)
	return below && (rest == "" || rest[0] == '/' || strings.HasSuffix(cookiePath, "/"))
}
