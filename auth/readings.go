package auth

import (
	"errors"
	"slices"
	"strings"
)

// ErrPath is returned by Readings for a path that no server should be handed:
// a NUL or other control byte, a malformed escape, a raw #, dot segments that
// leave the root, or more ways to read it than any real path has.
var ErrPath = errors.New("malformed path")

// The bounds of reading a path: what real paths need is a tenth of it, and every
// reading costs a look at the whole path. One beyond them is ErrPath.
const (
	maxReadings     = 64
	maxReadingBytes = 512 << 10
)

// reading is one way in which a server could understand a path.
type reading struct {
	path  string
	stage stage
}

// stage is how far a path's percent escapes were decoded. None is ever decoded
// twice: what decoding yields is data.
type stage int

const (
	encoded   stage = iota
	unescaped       // letters, digits and -._~ were (RFC 3986, section 6.2.2.2); browsers' parsers go so far
	separated       // all were but those of /, as servers do that keep segments apart, and of %
	decoded         // all were
)

// Readings returns every path that a server might take the raw path of a
// request target for, the path as sent first. A server decodes percent escapes
// once, some of them, or none; takes \ for /, or not; cuts ;parameters, merges
// slashes, removes dot segments and takes what follows two slashes for a host,
// or not; and does so in any order. An access
// rule counts when it covers any of them, so that no spelling goes around it.
// Tested by FuzzReadings. The error is ErrPath.
func Readings(raw string) ([]string, error) {
	if !strings.HasPrefix(raw, "/") {
		return nil, ErrPath
	}
	if plain(raw) {
		return []string{raw}, nil
	}
	seen := []reading{{path: raw}}
	for i := 0; i < len(seen); i++ {
		next, err := seen[i].further()
		if err != nil {
			return nil, err
		}
		for _, r := range next {
			if !slices.Contains(seen, r) {
				seen = append(seen, r)
			}
		}
		if len(seen) > maxReadings || len(seen)*len(raw) > maxReadingBytes {
			return nil, ErrPath
		}
	}
	var paths []string
	for _, r := range seen {
		if !slices.Contains(paths, r.path) {
			paths = append(paths, r.path)
		}
	}
	return paths, nil
}

// plain reports whether path has one reading only, as nearly all have.
func plain(path string) bool {
	for i := 0; i < len(path); i++ {
		switch c := path[i]; {
		case c < ' ', c == 0x7f, c == '%', c == '\\', c == ';', c == '#':
			return false
		case c == '/' && startsOdd(path[i+1:]):
			return false
		}
	}
	return true
}

// startsOdd reports whether what follows a slash begins with an empty or a dot segment.
func startsOdd(rest string) bool {
	segment, _, more := strings.Cut(rest, "/")
	return segment == "." || segment == ".." || segment == "" && more
}

// further returns what one more step of reading makes of r.
func (r reading) further() ([]reading, error) {
	for i := 0; i < len(r.path); i++ {
		if c := r.path[i]; c < ' ' || c == 0x7f || (c == '#' && r.stage < separated) {
			return nil, ErrPath
		}
	}
	resolved, err := removeDotSegments(r.path)
	if err != nil {
		return nil, err
	}
	next := []reading{
		{strings.ReplaceAll(r.path, `\`, "/"), r.stage},
		{cutParameters(r.path), r.stage},
		{mergeSlashes(r.path), r.stage},
		{cutHost(r.path), r.stage},
		{resolved, r.stage},
	}
	for to := r.stage + 1; to <= decoded; to++ {
		path, err := decode(r.path, to)
		if err != nil {
			return nil, err
		}
		next = append(next, reading{path, to})
	}
	return next, nil
}

// decode decodes the percent escapes of a path as far as a stage. Unlike
// url.PathUnescape it takes a path of any bytes.
func decode(path string, to stage) (string, error) {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(path, "%")
		b.WriteString(before)
		if !found {
			return b.String(), nil
		}
		if len(after) < 2 || !isHex(after[0]) || !isHex(after[1]) {
			return "", ErrPath
		}
		if c := unhex(after[0])<<4 | unhex(after[1]); to.decodes(c) {
			b.WriteByte(c)
		} else {
			b.WriteString("%" + after[:2])
		}
		path = after[2:]
	}
}

// decodes reports whether the escape of c is decoded at the stage. While any is
// left that of % is too, or what it yields could be taken for another.
func (s stage) decodes(c byte) bool {
	switch s {
	case unescaped:
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '.' || c == '_' || c == '~'
	case separated:
		// That of \ is: Windows takes it for a separator even where %2f is none.
		return c != '/' && c != '%'
	}
	return true
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c&^0x20 - 'A' + 10
}

// cutParameters removes each segment's ;parameters, as servlet containers do.
func cutParameters(path string) string {
	if !strings.Contains(path, ";") {
		return path
	}
	var b strings.Builder
	for segment := range strings.SplitAfterSeq(path, "/") {
		name, _, found := strings.Cut(segment, ";")
		b.WriteString(name)
		if found && strings.HasSuffix(segment, "/") {
			b.WriteByte('/')
		}
	}
	return b.String()
}

// cutHost removes what a URL parser that is handed the target alone takes for a
// host: in //host/path, and after more slashes too (RFC 3986, section 4.2; the
// WHATWG URL standard).
func cutHost(path string) string {
	rest := strings.TrimLeft(path, "/")
	if len(path)-len(rest) < 2 {
		return path
	}
	_, rest, _ = strings.Cut(rest, "/")
	return "/" + rest
}

func mergeSlashes(path string) string {
	for strings.Contains(path, "//") {
		path = strings.ReplaceAll(path, "//", "/")
	}
	return path
}

// removeDotSegments is RFC 3986, section 5.2.4, but for a path that leaves the
// root, which is an error here: no honest client sends one, and servers differ.
func removeDotSegments(path string) (string, error) {
	if !strings.Contains(path, "/.") {
		return path, nil
	}
	segments := strings.Split(path[1:], "/")
	var kept []string
	for i, s := range segments {
		last := i == len(segments)-1
		switch s {
		case ".", "..":
			if s == ".." {
				if len(kept) == 0 {
					return "", ErrPath
				}
				kept = kept[:len(kept)-1]
			}
			if last {
				kept = append(kept, "")
			}
		default:
			kept = append(kept, s)
		}
	}
	return "/" + strings.Join(kept, "/"), nil
}
