package proxy

import (
	"net/http"
	"strings"
)

// target is the request target (RFC 9112, section 3.2) as it was sent: what is
// judged and, byte for byte, what is forwarded.
type target struct {
	path  string // still encoded; "*" for OPTIONS *
	query string // with its question mark, if there was one
}

// String returns the target in origin form.
func (t target) String() string { return t.path + t.query }

// readTarget takes the target from the request line, since url.URL keeps no
// path that it would have written otherwise.
func readTarget(r *http.Request) (target, error) {
	if r.Method == http.MethodConnect {
		return target{}, errConnect
	}
	raw := r.RequestURI
	for i := 0; i < len(raw); i++ {
		if raw[i] <= ' ' || raw[i] == 0x7f {
			return target{}, errPath // HTTP/2 can carry a space, which would end the target in HTTP/1.1
		}
	}
	if raw == "*" {
		if r.Method != http.MethodOptions {
			return target{}, errPath
		}
		return target{path: raw}, nil
	}
	if strings.Contains(raw, "#") {
		return target{}, errPath // a fragment is never sent; servers that take it for one would see another path
	}
	if !strings.HasPrefix(raw, "/") { // absolute form: net/http made its authority r.Host
		scheme, rest, _ := strings.Cut(raw, ":")
		if r.ProtoMajor > 1 || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") ||
			!strings.HasPrefix(rest, "//") || r.URL.Host == "" || r.URL.User != nil {
			return target{}, errPath // HTTP/2 has no such form (RFC 9113, section 8.3.1)
		}
		raw = rest[2+authorityLength(rest[2:]):]
		if raw == "" && r.Method == http.MethodOptions {
			return target{path: "*"}, nil // which is how OPTIONS * is asked for in this form (RFC 9112, section 3.2.4)
		}
		if !strings.HasPrefix(raw, "/") {
			raw = "/" + raw
		}
	}
	t := target{path: raw}
	if i := strings.IndexByte(raw, '?'); i >= 0 {
		t = target{raw[:i], raw[i:]}
	}
	if strings.HasPrefix(t.path, "//") && r.URL.EscapedPath() != t.path {
		return target{}, errPath // the one kind of path that setTarget could not send as it came
	}
	return t, nil
}

// authorityLength is the length of the authority that rest begins with (RFC 3986, section 3.2).
func authorityLength(rest string) int {
	if i := strings.IndexAny(rest, "/?"); i >= 0 {
		return i
	}
	return len(rest)
}
