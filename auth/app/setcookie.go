package app

import (
	"strconv"
	"strings"
	"time"
)

// setCookie is a Set-Cookie line as browsers read it (RFC 6265, section 5.2),
// which take more than what net/http does.
type setCookie struct {
	name, value string
	path        string // "" where it has none
	domain      bool   // whether it names one
	httpOnly    bool
	expired     bool // whether the browser forgets the cookie at once
	gone        bool // whether it does, or keeps nothing in it
}

// parseSetCookie reads a line; ok is false for one that browsers ignore.
func parseSetCookie(line string, now time.Time) (c setCookie, ok bool) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, found := strings.Cut(pair, "=")
	c.name, c.value = strings.Trim(name, " \t"), strings.Trim(value, " \t")
	if !found || c.name == "" {
		return c, false
	}
	aged := false
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		value = strings.Trim(value, " \t")
		switch strings.ToLower(strings.Trim(key, " \t")) {
		case "expires":
			if date, valid := parseCookieDate(value); valid && !aged {
				c.expired = !date.After(now)
			}
		case "max-age": // counts before Expires
			if seconds, err := strconv.ParseInt(value, 10, 64); err == nil {
				aged, c.expired = true, seconds <= 0
			}
		case "path":
			if c.path = ""; strings.HasPrefix(value, "/") {
				c.path = value
			}
		case "domain":
			c.domain = value != ""
		case "httponly":
			c.httpOnly = true
		}
	}
	c.gone = c.expired || strings.Trim(c.value, `"`) == ""
	return c, true
}

// scope is what the browser keeps the cookie for that the answer to a request sets.
func (c setCookie) scope(requestPath string) scope {
	if c.path == "" {
		return scope{folder(requestPath), c.domain}
	}
	return scope{c.path, c.domain}
}

// parseCookieDate reads a date as browsers do (RFC 6265, section 5.1.1): its
// parts in any order, whatever stands between them.
func parseCookieDate(s string) (date time.Time, ok bool) {
	var hour, minute, second, day, month, year int
	var hasTime, hasDay, hasMonth, hasYear bool
	for _, token := range strings.FieldsFunc(s, isDelimiter) {
		switch {
		case !hasTime && parseClock(token, &hour, &minute, &second):
			hasTime = true
		case !hasDay && parseDigits(token, 1, 2, &day):
			hasDay = true
		case !hasMonth && parseMonth(token, &month):
			hasMonth = true
		case !hasYear && parseDigits(token, 2, 4, &year):
			hasYear = true
		}
	}
	switch {
	case 70 <= year && year <= 99:
		year += 1900
	case year <= 69:
		year += 2000
	}
	if !hasTime || !hasDay || !hasMonth || !hasYear || day < 1 || day > 31 || year < 1601 || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return time.Date(year, time.Month(month), day, hour, minute, second, 0, time.UTC), true
}

// isDelimiter reports what separates the parts of a date.
func isDelimiter(c rune) bool {
	return c == '\t' || ' ' <= c && c <= '/' || ';' <= c && c <= '@' || '[' <= c && c <= '`' || '{' <= c && c <= '~'
}

// parseClock reads hours, minutes and seconds.
func parseClock(token string, hour, minute, second *int) bool {
	parts := strings.Split(token, ":")
	return len(parts) == 3 && parseDigits(parts[0], 1, 2, hour) && parseDigits(parts[1], 1, 2, minute) && parseDigits(parts[2], 1, 2, second)
}

// parseDigits reads a number of least to most digits, and ignores what follows them.
func parseDigits(token string, least, most int, n *int) bool {
	digits := 0
	for digits < len(token) && '0' <= token[digits] && token[digits] <= '9' {
		digits++
	}
	if digits < least || digits > most {
		return false
	}
	value, err := strconv.Atoi(token[:digits])
	*n = value
	return err == nil
}

// parseMonth reads a month's name, of which three letters count.
func parseMonth(token string, month *int) bool {
	if len(token) < 3 {
		return false
	}
	i := strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(token[:3]))
	*month = i/3 + 1
	return i >= 0 && i%3 == 0
}
