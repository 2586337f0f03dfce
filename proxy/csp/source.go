package csp

import (
	"fmt"
	"strings"
)

// source is a source expression that names a scheme or a host. Where CSP and
// browsers differ in what one allows, less is taken to be allowed: the widget's
// own source is then added beside it.
type source struct {
	scheme string // in lower case
	host   string // in lower case; "" in a scheme alone, and with any for all hosts
	any    bool   // *.host, or all hosts
	port   string // "*" is every one, "" the scheme's own
	path   string // as written; it stands for all that lies below it where it ends in /, or is ""
}

// parseSource reads a source expression; ownScheme is the page's, which one
// without a scheme means.
func parseSource(text, ownScheme string) (source, bool) {
	s := source{scheme: ownScheme}
	for _, c := range []byte(text) {
		if c <= ' ' || c >= 0x7f || c == ';' || c == ',' {
			return s, false
		}
	}
	if scheme, rest, found := strings.Cut(text, ":"); found && isScheme(scheme) {
		switch {
		case rest == "":
			s.scheme = strings.ToLower(scheme)
			return s, true
		case strings.HasPrefix(rest, "//"):
			s.scheme = strings.ToLower(scheme)
			text = rest[2:]
		}
	}

	end := strings.IndexAny(text, ":/")
	if end < 0 {
		end = len(text)
	}
	host, rest := strings.ToLower(text[:end]), text[end:]
	if host == "*" {
		host, s.any = "", true
	} else {
		host, s.any = strings.CutPrefix(host, "*.")
		if !isHost(host) {
			return s, false
		}
	}
	s.host = host
	if port, found := strings.CutPrefix(rest, ":"); found {
		s.port, rest = port, ""
		if i := strings.IndexByte(port, '/'); i >= 0 {
			s.port, rest = port[:i], port[i:]
		}
		if s.port != "*" && (s.port == "" || strings.Trim(s.port, "0123456789") != "") {
			return s, false
		}
	}
	s.path = rest
	return s, !strings.ContainsAny(rest, "?#")
}

func isScheme(s string) bool {
	for i, c := range []byte(s) {
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && (i == 0 || !('0' <= c && c <= '9' || c == '+' || c == '-' || c == '.')) {
			return false
		}
	}
	return s != ""
}

// isHost reports whether a policy can name a host. It can name no IPv6 address.
func isHost(s string) bool {
	for label := range strings.SplitSeq(s, ".") {
		if label == "" || strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

// covers reports whether all that b allows is allowed by a.
func (a source) covers(b source) bool {
	upgrade := a.scheme == "http" && b.scheme == "https" || a.scheme == "ws" && b.scheme == "wss"
	if a.scheme != b.scheme && !upgrade {
		return false
	}
	if a.host == "" && !a.any {
		return true
	}
	return a.coversHost(b) && a.coversPort(b, upgrade) && a.coversPath(b)
}

func (a source) coversHost(b source) bool {
	switch {
	case b.host == "":
		return a.any && a.host == "" && b.any
	case !a.any:
		return !b.any && a.host == b.host
	case a.host == "" || b.any && a.host == b.host:
		return true
	}
	return strings.HasSuffix(b.host, "."+a.host)
}

func (a source) coversPort(b source, upgrade bool) bool {
	own := b.port == "" || b.port == defaultPort(b.scheme)
	switch {
	case a.port == "*":
		return true
	case a.port == "":
		return own
	case upgrade:
		return false // port 80 does not become 443 everywhere
	}
	return a.port == b.port || own && a.port == defaultPort(b.scheme)
}

func (a source) coversPath(b source) bool {
	switch {
	case a.path == "", a.path == "/", a.path == b.path:
		return true
	}
	return strings.HasSuffix(a.path, "/") && strings.HasPrefix(b.path, a.path)
}

func defaultPort(scheme string) string {
	switch scheme {
	case "http", "ws":
		return "80"
	case "https", "wss":
		return "443"
	}
	return ""
}

// origin is a URL's, with what it says by default left out.
func origin(url string) string {
	scheme, rest, _ := strings.Cut(strings.ToLower(url), "://")
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	return scheme + "://" + strings.TrimSuffix(rest, ":"+defaultPort(scheme))
}

// exact is the source expression of one URL, whose query no policy looks at.
func exact(url string) string {
	if end := strings.IndexAny(url, "?#"); end >= 0 {
		url = url[:end]
	}
	var b strings.Builder
	for _, c := range []byte(url) {
		if c <= ' ' || c >= 0x7f || c == ';' || c == ',' {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
