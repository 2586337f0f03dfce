package proxy

import (
	"bytes"
	"net/http"
	"slices"
	"strings"
)

// stripHeaders removes what a client must not say: who it is, and where it
// comes from. Names are compared folded, since CGI, WSGI and PHP apps cannot
// tell X-User from x_user or X.User (TestH1 to TestH6).
type stripHeaders struct {
	identity  map[string]bool   // folded
	asserting map[string]string // those that a trusted proxy may send: folded to the name itself
}

func newStripHeaders(identity, asserting []string) stripHeaders {
	s := stripHeaders{map[string]bool{}, map[string]string{}}
	for _, name := range identity {
		s.identity[string(foldHeader(nil, name))] = true
	}
	for _, name := range asserting {
		s.asserting[string(foldHeader(nil, name))] = name
	}
	return s
}

// from removes them from the headers of a request, or its trailers. What only
// a proxy may say stays if the peer is a trusted one.
func (s stripHeaders) from(h http.Header, trusted bool) {
	var buf [64]byte
	for name := range h {
		if s.drops(foldHeader(buf[:0], name), name, trusted) {
			delete(h, name)
		}
	}
}

// misspelt names a header among those of a request that the app might take for
// one of the identity headers, or of ferngate's own, and that is not one of them
// itself: where it is another proxy that forwards nobody would remove it. The name
// is "" where there is none.
func (s stripHeaders) misspelt(h http.Header, identity identityHeaders) string {
	var buf [64]byte
	for name := range h {
		folded := foldHeader(buf[:0], name)
		switch {
		case slices.ContainsFunc(identity, func(own identityHeader) bool { return own.name == name }):
		case bytes.HasPrefix(folded, []byte("x-ferngate-")):
			return "X-Ferngate-*"
		case s.identity[string(folded)]:
			return name
		}
	}
	return ""
}

func (s stripHeaders) drops(folded []byte, name string, trusted bool) bool {
	switch {
	case s.identity[string(folded)], bytes.HasPrefix(folded, []byte("x-ferngate-")):
		return true
	}
	if only, found := s.asserting[string(folded)]; found {
		return !trusted || !strings.EqualFold(only, name) // another spelling is nobody's (TestS18)
	}
	switch string(folded) {
	case "forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto":
		return true // setForwarded says it anew
	case "x-original-url", "x-rewrite-url":
		return true // some frameworks serve this path in place of the one that was judged
	}
	// The other spellings are never a proxy's.
	return isOfTheWay(folded) && (!trusted || !strings.EqualFold(string(folded), name))
}

// isOfTheWay reports whether a header tells of the way that a request came by:
// of a client's address, or of what it asked a proxy for.
func isOfTheWay(folded []byte) bool {
	switch string(folded) {
	case "x-real-ip", "x-client-ip", "client-ip", "true-client-ip", "x-cluster-client-ip", "cf-connecting-ip", "fastly-client-ip",
		"x-forwarded", "x-original-host", "x-original-uri", "x-url-scheme", "front-end-https":
		return true
	}
	return bytes.HasPrefix(folded, []byte("x-forwarded-"))
}

// foldHeader appends name in lower case to dst, with - for every byte that is
// no letter or digit.
func foldHeader(dst []byte, name string) []byte {
	for i := 0; i < len(name); i++ {
		c := name[i]
		switch {
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		default:
			c = '-'
		}
		dst = append(dst, c)
	}
	return dst
}
