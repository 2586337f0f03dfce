package proxy

import (
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/ferngate/ferngate/auth"
)

// removeSessionCookies takes the gateway's own cookie out of the Cookie
// headers; the app's arrive byte for byte.
func removeSessionCookies(h http.Header) {
	lines := h["Cookie"]
	var kept []string
	changed := false
	for _, line := range lines {
		rest, cut := cutSessionCookies(line)
		changed = changed || cut
		if !cut || rest != "" {
			kept = append(kept, rest)
		}
	}
	switch {
	case !changed:
	case len(kept) == 0:
		delete(h, "Cookie")
	default:
		h["Cookie"] = kept
	}
}

// cutSessionCookies returns a Cookie header's value without the gateway's own
// cookies, and whether there were any.
func cutSessionCookies(line string) (string, bool) {
	if !strings.Contains(line, "ferngate") {
		return line, false // as nearly all without a session
	}
	var kept []string
	cut := false
	for pair := range strings.SplitSeq(line, ";") {
		name, _, _ := strings.Cut(pair, "=")
		if auth.IsSessionCookie(strings.Trim(name, " \t")) {
			cut = true
		} else {
			kept = append(kept, pair)
		}
	}
	if !cut {
		return line, false
	}
	return strings.TrimLeft(strings.Join(kept, ";"), " \t"), true
}

// dropOwnHeaders removes from the app's answer what only the gateway may say:
// its cookie, and its own headers (TestG9).
func dropOwnHeaders(h http.Header) {
	if lines := h["Set-Cookie"]; slices.ContainsFunc(lines, setsSessionCookie) {
		h["Set-Cookie"] = slices.DeleteFunc(slices.Clone(lines), setsSessionCookie)
	}
	for name := range h {
		if strings.HasPrefix(name, "X-Ferngate-") {
			delete(h, name)
		}
	}
}

// setsSessionCookie reports whether a browser would send the gateway's cookie
// back after this Set-Cookie line. A cookie without a name is sent as its bare
// value, which may read ferngate=… too.
func setsSessionCookie(line string) bool {
	pair, _, _ := strings.Cut(line, ";")
	name, _, _ := strings.Cut(strings.TrimLeft(pair, " \t="), "=")
	return auth.IsSessionCookie(strings.Trim(name, " \t"))
}

// filterTrailers drops the same from the app's trailers, which are there when
// its body ends, and what they say of a body that is not sent as it came.
func filterTrailers(x *exchange, res *http.Response) {
	if res.ContentLength >= 0 && res.ProtoMajor < 2 || res.StatusCode == http.StatusSwitchingProtocols {
		return // in HTTP/1.1 there are none without chunks, and an upgraded body is a connection
	}
	dropOwnHeaders(res.Trailer)
	res.Body = &trailersOf{res.Body, x, res}
}

// trailersOf is the body of an answer that may have trailers.
type trailersOf struct {
	io.ReadCloser
	x   *exchange
	res *http.Response
}

// Read implements io.Reader.
func (b *trailersOf) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if err == io.EOF {
		dropOwnHeaders(b.res.Trailer)
		if b.x.injected {
			dropOfTheBytes(b.res.Trailer)
		}
	}
	return n, err
}
