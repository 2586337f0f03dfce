package proxy

import (
	"net/netip"
	"strings"
)

// hostname reads a Host (RFC 9110, section 7.2): without its port and trailing
// dot, in lower case. It reports false for what is no host name or address; a
// list, userinfo and a path among them (TestH14, TestP11). An empty host, as an
// HTTP/1.0 client sends it, is nobody's name but well formed.
func hostname(host string) (string, bool) {
	name := host
	if strings.HasPrefix(host, "[") {
		end := strings.IndexByte(host, ']')
		if end < 0 {
			return "", false
		}
		if addr, err := netip.ParseAddr(host[1:end]); err != nil || !addr.Is6() || addr.Zone() != "" {
			return "", false
		}
		var port string
		name, port = host[1:end], host[end+1:]
		return strings.ToLower(name), port == "" || isPort(port)
	}
	if i := strings.IndexByte(host, ':'); i >= 0 {
		if !isPort(host[i:]) {
			return "", false
		}
		name = host[:i]
	}
	for i := 0; i < len(name); i++ {
		if !isHostByte(name[i]) {
			return "", false
		}
	}
	return strings.ToLower(strings.TrimSuffix(name, ".")), true
}

// isPort reports whether s is a colon and a port; RFC 3986 allows an empty one.
func isPort(s string) bool {
	if s[0] != ':' || len(s) > 6 {
		return false
	}
	for _, c := range s[1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func isHostByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '.' || c == '_'
}
