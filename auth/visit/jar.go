package visit

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth"
)

// Cookie is one that a browser keeps (RFC 6265, section 5.3). Whether it is
// Secure is not asked: who is signed in over HTTPS may be looked at over HTTP.
type Cookie struct {
	Name, Value string
	// Host is the host that it is sent to, in lower case and without a port;
	// with Subdomains it is sent to those below that host too.
	Host       string
	Subdomains bool
	// Path is where it is sent, with all that lies below.
	Path string
	// Expires is when it is forgotten; the zero time is when the browser is closed.
	Expires time.Time
}

// Covers reports whether the cookie is sent to a request of this path (RFC
// 6265, section 5.1.4).
func (c Cookie) Covers(path string) bool { return auth.CookieReaches(c.Path, path) }

// belongsTo reports whether the cookie is sent to this host (RFC 6265, section 5.1.3).
func (c Cookie) belongsTo(host string) bool {
	if c.Host == host {
		return true
	}
	_, err := netip.ParseAddr(host)
	return c.Subdomains && err != nil && strings.HasSuffix(host, "."+c.Host)
}

// Jar are the cookies of a browser. The zero value is empty.
type Jar struct{ cookies []Cookie } // in the order in which they were first set

// Withheld is a cookie that is not sent, and why.
type Withheld struct {
	Cookie
	// Why completes the sentence that begins with the cookie's name.
	Why string
}

// For returns the cookies that a browser sends to a path of an app, in the order
// in which it does, and those that it does not send there. The app is known by
// several hosts; where it has the same cookie at two of them, the first counts.
func (j *Jar) For(hosts []string, path string) (sent []Cookie, withheld []Withheld) {
	withhold := func(c Cookie, why string) { withheld = append(withheld, Withheld{c, why}) }
	now := time.Now()
	ranks := map[Cookie]int{} // by name and path: of the host whose cookie is sent
	id := func(c Cookie) Cookie { return Cookie{Name: c.Name, Path: c.Path} }
	for _, c := range j.cookies {
		rank := slices.IndexFunc(hosts, c.belongsTo)
		before, doubled := ranks[id(c)]
		switch {
		case rank < 0:
			withhold(c, "is of "+c.Host)
		case !c.Expires.IsZero() && !c.Expires.After(now):
			withhold(c, "has expired")
		case !c.Covers(path):
			withhold(c, "belongs below "+c.Path)
		case doubled && before <= rank:
			withhold(c, "is there for "+hosts[before]+" too")
		default:
			i := slices.IndexFunc(sent, func(s Cookie) bool { return doubled && id(s) == id(c) })
			if i >= 0 {
				withhold(sent[i], "is there for "+hosts[rank]+" too")
				sent = slices.Delete(sent, i, i+1)
			}
			ranks[id(c)], sent = rank, append(sent, c)
		}
	}
	slices.SortStableFunc(sent, func(a, b Cookie) int { return cmp.Compare(len(b.Path), len(a.Path)) })
	return sent, withheld
}

// Header is the value of the Cookie header that sends these cookies; "" of none.
func Header(cookies []Cookie) string {
	pairs := make([]string, len(cookies))
	for i, c := range cookies {
		pairs[i] = c.Name + "=" + c.Value
	}
	return strings.Join(pairs, "; ")
}

// set keeps a cookie in the place of the one with its name, host and path.
func (j *Jar) set(c Cookie) {
	same := func(o Cookie) bool { return o.Name == c.Name && o.Host == c.Host && o.Path == c.Path }
	if i := slices.IndexFunc(j.cookies, same); i >= 0 {
		j.cookies[i] = c
		return
	}
	j.cookies = append(j.cookies, c)
}
