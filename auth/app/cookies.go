package app

import (
	"crypto/sha256"
	"encoding/base64"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/ferngate/ferngate/auth"
)

// sessionCookies are the name patterns of the cookies that the app keeps its
// sessions in.
type sessionCookies []string

// match reports whether a cookie of this name is one of them.
func (ps sessionCookies) match(name string) bool { return NamesSession(ps, name) }

// NamesSession reports whether one of session_cookies' patterns names a cookie.
// Ours is never the app's.
func NamesSession(patterns []string, name string) bool {
	if auth.IsSessionCookie(name) || !utf8.ValidString(name) { // which could not be remembered
		return false
	}
	for _, pattern := range patterns {
		if matches(pattern, name) {
			return true
		}
	}
	return false
}

// matches compares a name with a pattern, in which * stands for any letters.
func matches(pattern, name string) bool {
	head, rest, wild := strings.Cut(pattern, "*")
	if !wild {
		return pattern == name
	}
	name, found := strings.CutPrefix(name, head)
	for found && strings.Contains(rest, "*") {
		var middle string
		middle, rest, _ = strings.Cut(rest, "*")
		_, name, found = strings.Cut(name, middle)
	}
	return found && strings.HasSuffix(name, rest)
}

// sent are the session cookies of a request, in the order they came in.
type sent []string // name=value

// in returns the session cookies of the request's Cookie headers.
func (ps sessionCookies) in(headers []string) sent {
	var found sent
	for name, pair := range pairs(headers) {
		if ps.match(name) {
			found = append(found, pair)
		}
	}
	return found
}

// pairs yields the name and the whole of each cookie in Cookie headers, as
// lenient as RFC 6265, section 5.4, is with what browsers store.
func pairs(headers []string) iter.Seq2[string, string] {
	return func(yield func(name, pair string) bool) {
		for _, line := range headers {
			for pair := range strings.SplitSeq(line, ";") {
				pair = strings.Trim(pair, " \t")
				name, _, found := strings.Cut(pair, "=")
				if found && !yield(strings.TrimRight(name, " \t"), pair) {
					return
				}
			}
		}
	}
}

// has reports whether a cookie of this name was sent.
func (s sent) has(name string) bool {
	for _, pair := range s {
		if n, _, _ := strings.Cut(pair, "="); strings.TrimRight(n, " \t") == name {
			return true
		}
	}
	return false
}

// names yields the cookies' names.
func (s sent) names() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, pair := range s {
			name, _, _ := strings.Cut(pair, "=")
			if !yield(strings.TrimRight(name, " \t")) {
				return
			}
		}
	}
}

// digest tells session cookies, to the byte, from others. The zero digest is of none.
type digest [12]byte

// digest is that of these cookies at a host, "" where a site has but one.
func (s sent) digest(host string) digest {
	if len(s) == 0 {
		return digest{}
	}
	var short [512]byte
	exact := append(append(short[:0], host...), ';')
	for _, pair := range s {
		exact = append(append(exact, pair...), ';')
	}
	sum := sha256.Sum256(exact)
	return digest(sum[:len(digest{})])
}

// String is the digest as a session remembers it, "" for none.
func (d digest) String() string {
	if d == (digest{}) {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(d[:])
}
