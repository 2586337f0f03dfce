package config

import (
	"slices"
	"strings"
	"unicode"
)

// checkConsent checks by what a page knows that the person agreed.
func checkConsent(c *Consent, key string, r *Report) {
	event, cookie := key+".event", key+".cookie"
	if !r.Has(event) && !r.Has(cookie) {
		r.Reject(key, "names neither an event nor a cookie, so that the widget would wait for ever", "add event or cookie, or leave consent out")
	}
	if r.Has(event) && (c.Event == "" || strings.ContainsFunc(c.Event, isBlank)) {
		r.Reject(event, quoted(c.Event)+" is not an event's name", "write the name that the page dispatches, such as cookie-consent")
	}
	if r.Has(cookie) {
		if problem, mend := checkConsentCookie(c.Cookie); problem != "" {
			r.Reject(cookie, problem, mend)
		}
	}
}

// checkConsentCookie checks a cookie that is written as name or name=value.
func checkConsentCookie(text string) (problem, mend string) {
	const like = "write name or name=value, such as consent=yes"
	name, value, valued := strings.Cut(text, "=")
	switch {
	case !isToken(name):
		return quoted(name) + " is not a cookie's name", like
	case slices.Contains(ownCookies, name):
		return "is ferngate's own cookie, which no script can read", like
	case strings.Contains(value, "*"):
		return "holds a *, which stands for itself here", "write " + shorten(name) + " alone where any value will do"
	case valued && value == "":
		return "has no value after =", "write " + shorten(name) + " alone where any value will do"
	case strings.ContainsFunc(value, isBlank) || strings.Contains(value, ";"):
		return "has white space, a control character or ; in its value, which no cookie has", "write the value as document.cookie shows it"
	}
	return "", ""
}

// isBlank tells whether a character is white space or a control character.
func isBlank(c rune) bool { return unicode.IsSpace(c) || unicode.IsControl(c) }
