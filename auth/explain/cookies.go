package explain

import (
	"errors"
	"slices"
	"strings"
	"unicode"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/visit"
)

// Cookies are those that the app is asked with.
type Cookies struct {
	// Header is the Cookie header; "" without cookies.
	Header string

	sent     []visit.Cookie // where they are kept is known of those of a jar only
	withheld []visit.Withheld
}

// errCookieHeader is returned for what is no Cookie header.
var errCookieHeader = errors.New("want the value of a Cookie header, as in a=1; b=2")

// CookiesOf are the cookies of a Cookie header, which is sent to the byte, but
// for ferngate's own.
func CookiesOf(header string) (Cookies, error) {
	header = strings.TrimSpace(header)
	if name, value, found := strings.Cut(header, ":"); found && strings.EqualFold(name, "cookie") {
		header = strings.TrimSpace(value) // copied with its name
	}
	if !strings.Contains(header, "=") || strings.ContainsFunc(header, unicode.IsControl) {
		return Cookies{}, errCookieHeader
	}
	var c Cookies
	var kept []string
	for pair := range strings.SplitSeq(header, ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
		cookie := visit.Cookie{Name: strings.TrimSpace(name), Value: value}
		if auth.IsSessionCookie(cookie.Name) {
			c.withheld = append(c.withheld, own(cookie))
			continue
		}
		kept = append(kept, pair)
		if cookie.Name != "" {
			c.sent = append(c.sent, cookie)
		}
	}
	c.Header = strings.TrimSpace(strings.Join(kept, ";"))
	return c, nil
}

// CookiesIn are the cookies that a browser with this jar sends to a path of the
// app, which is known by several hosts.
func CookiesIn(jar *visit.Jar, hosts []string, path string) Cookies {
	var c Cookies
	sent, withheld := jar.For(hosts, path)
	c.withheld = withheld
	for _, cookie := range sent {
		if auth.IsSessionCookie(cookie.Name) {
			c.withheld = append(c.withheld, own(cookie))
		} else {
			c.sent = append(c.sent, cookie)
		}
	}
	c.Header = visit.Header(c.sent)
	return c
}

func own(c visit.Cookie) visit.Withheld {
	return visit.Withheld{Cookie: c, Why: "is ferngate's own, and cut from what the app gets"}
}

// Match reports whether one of the cookies is a session cookie of the app, by
// the patterns of session_cookies: without one, ferngate does not ask.
func (c Cookies) Match(patterns []string) bool {
	return slices.ContainsFunc(c.sent, func(s visit.Cookie) bool { return app.NamesSession(patterns, s.Name) })
}

// Names are the names of the cookies that are sent, as a sentence has them.
func (c Cookies) Names() string {
	var names []string
	for _, s := range c.sent {
		names = append(names, s.Name)
	}
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, ", ")
}

// Cookies reports which cookies are sent, which are not, and which of them
// session_cookies takes for the app's session. Those that do not reach one of
// the token paths are named: there ferngate goes by what it remembers.
func (r *Report) Cookies(c Cookies, patterns, tokenPaths []string) {
	r.section("Cookies")
	if len(c.sent) == 0 {
		r.line("none is sent")
	}
	for _, s := range c.sent {
		where := ""
		if s.Path != "" {
			where = ", path " + s.Path
		}
		is := ""
		if app.NamesSession(patterns, s.Name) {
			is = ", a session cookie"
		}
		r.line("%s=%s%s%s", s.Name, mask(s.Value), where, is)
	}
	for _, w := range c.withheld {
		r.line("not sent: %s %s", w.Name, w.Why)
	}
	if len(patterns) > 0 && !c.Match(patterns) {
		r.note("no cookie's name matches session_cookies (%s): ferngate would not ask the app at all. The names above are those to choose from.",
			strings.Join(patterns, ", "))
	}
	for _, s := range c.sent {
		if s.Path == "" || !app.NamesSession(patterns, s.Name) {
			continue
		}
		if i := slices.IndexFunc(tokenPaths, func(path string) bool { return !s.Covers(path) }); i >= 0 {
			r.note("browsers send %s below %s only, and so not to the token path %s: there a person is known once a page below %s was opened. Add a token_path that the cookie reaches too.",
				s.Name, s.Path, tokenPaths[i], s.Path)
		}
	}
}

// NoSessionCookie is the error for cookies of which none is a session cookie.
func NoSessionCookie(c Cookies, patterns []string) error {
	return nobody("no cookie matches session_cookies (%s), so ferngate would not ask; the cookies are: %s",
		strings.Join(patterns, ", "), c.Names())
}
