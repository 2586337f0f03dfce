package config

import (
	"maps"
	"slices"
	"strings"
)

// checkIdentityHeaders checks the names of the headers that carry the identity.
func checkIdentityHeaders(h *IdentityHeaders, key string, r *Report) {
	type header struct{ key, name string }
	var headers []header
	for _, one := range []header{{"user_id", h.UserID}, {"email", h.Email}, {"name", h.Name}, {"groups", h.Groups}} {
		if at := key + "." + one.key; r.Has(at) {
			headers = append(headers, header{at, one.name})
		}
	}
	for _, attribute := range slices.Sorted(maps.Keys(h.Attributes)) {
		at := memberKey(key+".attributes", attribute)
		if strings.TrimSpace(attribute) == "" {
			r.Reject(at, "the name of an attribute is empty", "write attribute: header")
		}
		headers = append(headers, header{at, h.Attributes[attribute]})
	}
	if len(headers) == 0 {
		r.Reject(key, "names no header", "add one, such as user_id: X-Forwarded-User, or leave identity_headers out")
	}
	first := map[string]string{}
	for _, one := range headers {
		folded := foldHeader(one.name)
		switch other, taken := first[folded]; {
		case !r.sound(one.key):
		case !isToken(one.name):
			r.Reject(one.key, quoted(one.name)+" is not a header's name", "write letters, digits and -, such as X-Forwarded-User")
		case isReserved(folded):
			r.Reject(one.key, quoted(one.name)+" has a meaning of its own, which an identity would break", "write another name, such as X-Forwarded-User")
		case taken:
			r.Reject(one.key, quoted(one.name)+" is the header of "+other+" too, as apps read it", "write another name")
		default:
			first[folded] = one.key
		}
	}
}

// foldHeader is a header's name as CGI and WSGI apps see it: no case, and every other sign alike.
func foldHeader(name string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c >= 'A' && c <= 'Z':
			return c + 'a' - 'A'
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9':
			return c
		}
		return '-'
	}, name)
}

// isReserved tells whether a folded name is one that HTTP, browsers or ferngate
// itself give a meaning to.
func isReserved(folded string) bool {
	for _, prefix := range []string{"proxy-", "sec-", "access-control-", "if-", "content-"} {
		if strings.HasPrefix(folded, prefix) {
			return true
		}
	}
	return slices.Contains([]string{
		"accept", "accept-charset", "accept-encoding", "accept-language", "age", "allow", "alt-used", "authorization",
		"cache-control", "connection", "cookie", "cookie2", "date", "dnt", "early-data", "etag", "expect", "forwarded", "from",
		"host", "http2-settings", "keep-alive", "last-modified", "link", "location", "max-forwards", "origin", "pragma",
		"prefer", "priority", "range", "referer", "server", "set-cookie", "te", "trailer", "transfer-encoding", "upgrade",
		"upgrade-insecure-requests", "user-agent", "via", "warning", "x-forwarded-for", "x-forwarded-host",
		"x-forwarded-port", "x-forwarded-proto", "x-http-method-override", "x-real-ip", "x-request-id", "x-requested-with",
	}, folded)
}

// isToken tells whether a text is an HTTP token (RFC 9110, section 5.6.2).
func isToken(s string) bool {
	for _, c := range s {
		alnum := c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
		if !alnum && !strings.ContainsRune("!#$%&'*+-.^_`|~", c) {
			return false
		}
	}
	return s != ""
}
