package auth

import (
	"net/netip"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// WithoutForeignDomain is a Set-Cookie line without a Domain that the browser
// would refuse it for (RFC 6265, section 5.3, steps 5 and 6): it is a cookie of
// the host alone then.
func WithoutForeignDomain(line, host string) string {
	parts := strings.Split(line, ";")
	domain := ""
	for _, attribute := range parts[1:] {
		if value := domainIn(attribute); value != "" {
			domain = value // of several the last counts
		}
	}
	if domain == "" || takesCookies(domain, host) {
		return line
	}
	kept := slices.DeleteFunc(parts[1:], func(attribute string) bool { return domainIn(attribute) != "" })
	return strings.Join(parts[:1+len(kept)], ";")
}

// domainIn is the domain that an attribute of a Set-Cookie line names, "" for any other.
func domainIn(attribute string) string {
	name, value, _ := strings.Cut(attribute, "=")
	if !strings.EqualFold(strings.Trim(name, " \t"), "Domain") {
		return ""
	}
	return strings.ToLower(strings.TrimPrefix(strings.Trim(value, " \t"), "."))
}

// takesCookies reports whether a host may set cookies for a domain.
func takesCookies(domain, host string) bool {
	if domain == host {
		return true
	}
	if _, err := netip.ParseAddr(host); err == nil || !strings.HasSuffix(host, "."+domain) {
		return false
	}
	suffix, _ := publicsuffix.PublicSuffix(domain)
	return suffix != domain
}
