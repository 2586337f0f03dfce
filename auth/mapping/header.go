package mapping

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// header returns a header's value, or says why there is none. Two lines that
// differ are none: who has added which, nobody knows.
func (d *Document) header(name string) (value, problem string) {
	if d.kind == claims {
		return "", d.lacksBody()
	}
	lines := d.Header.Values(name)
	switch {
	case len(lines) == 0:
		return "", "there is no such header; there are " + plainList(headerNames(d.Header))
	case slices.ContainsFunc(lines, func(l string) bool { return strings.TrimSpace(l) != strings.TrimSpace(lines[0]) }):
		return "", "the header is there more than once, with different values"
	}
	return lines[0], ""
}

// cookie returns the value of a cookie that the answer sets, or says why there is none.
func (d *Document) cookie(name string) (value, problem string) {
	if d.kind != answer {
		return "", d.lacksBody()
	}
	var names []string
	var found []*http.Cookie
	for _, c := range (&http.Response{Header: d.Header}).Cookies() {
		if c.Name == name {
			found = append(found, c)
		}
		if !slices.Contains(names, c.Name) {
			names = append(names, c.Name)
		}
	}
	switch {
	case len(found) == 0 && len(names) == 0:
		return "", "the answer sets no cookies that can be read"
	case len(found) == 0:
		return "", "the answer does not set it in a way that can be read; it sets " + plainList(names)
	case slices.ContainsFunc(found, func(c *http.Cookie) bool { return c.Value != found[0].Value }):
		return "", "the answer sets it more than once, with different values"
	case slices.ContainsFunc(found, clears):
		return "", "the answer clears it"
	}
	return found[0].Value, ""
}

// clears tells whether a Set-Cookie takes the cookie away (RFC 6265, section 5.3).
func clears(c *http.Cookie) bool {
	return c.MaxAge < 0 || c.MaxAge == 0 && !c.Expires.IsZero() && c.Expires.Before(time.Now())
}
