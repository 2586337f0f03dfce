package visit

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// Take keeps the cookies of an answer's Set-Cookie lines, to a request for a
// path of a host, as RFC 6265, section 5.2, has browsers do: with more patience
// for what is in a value than net/http has. What a browser would refuse is left out.
func (j *Jar) Take(host, path string, lines []string) {
	for _, line := range lines {
		if c, ok := readSetCookie(host, path, line); ok {
			j.set(c)
		}
	}
}

func readSetCookie(host, path, line string) (c Cookie, ok bool) {
	pair, attributes, _ := strings.Cut(line, ";")
	name, value, found := strings.Cut(pair, "=")
	c = Cookie{Name: strings.TrimSpace(name), Value: strings.TrimSpace(value), Host: host, Path: folder(path)}
	if !found || c.Name == "" {
		return c, false
	}
	aged := false
	for attribute := range strings.SplitSeq(attributes, ";") {
		key, value, _ := strings.Cut(attribute, "=")
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "path":
			if c.Path = folder(path); strings.HasPrefix(value, "/") {
				c.Path = value
			}
		case "domain":
			if domain := strings.ToLower(strings.TrimPrefix(value, ".")); domain != "" {
				c.Host, c.Subdomains = domain, true
			}
		case "max-age": // wins over expires, wherever it stands
			if seconds, err := strconv.Atoi(value); err == nil {
				aged, c.Expires = true, time.Now().Add(time.Duration(min(max(seconds, 0), maxAge))*time.Second)
			}
		case "expires":
			if at, ok := cookieDate(value); ok && !aged {
				c.Expires = at
			}
		}
	}
	return c, c.belongsTo(host)
}

// maxAge is the longest that a cookie is kept, in seconds (RFC 6265bis, section 5.5: 400 days).
const maxAge = 400 * 24 * 60 * 60

// cookieDate reads the date of expires in the two forms that servers send.
func cookieDate(text string) (time.Time, bool) {
	if at, err := http.ParseTime(text); err == nil {
		return at, true
	}
	at, err := time.Parse("Mon, 02-Jan-2006 15:04:05 MST", text)
	return at, err == nil
}

// folder is the default path of a cookie (RFC 6265, section 5.1.4).
func folder(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i <= 0 {
		return "/"
	}
	return path[:i]
}
