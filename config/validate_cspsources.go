package config

import (
	"net/url"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// checkCSPSources checks what else an app's Content-Security-Policy is extended
// by. Only hosts can be added: a keyword, or a source that many hosts are, would
// allow what the app's policy is there to forbid.
func checkCSPSources(sources []string, key string, r *Report) {
	checkNotEmpty(len(sources), key, "csp_sources", r)
	for i, source := range sources {
		at := itemKey(key, i)
		if problem, mend := checkCSPSource(source); problem != "" {
			r.Reject(at, problem, mend)
			continue
		}
		scheme, host, path := cutSource(source)
		sources[i] = scheme + "://" + strings.ToLower(host) + path
		if slices.Contains(sources[:i], sources[i]) {
			r.Reject(at, quoted(source)+" is given twice", "leave one of them out")
		}
	}
}

// cutSource cuts scheme://host/path in three, the port being part of the host and the / of the path.
func cutSource(source string) (scheme, host, path string) {
	scheme, rest, _ := strings.Cut(source, "://")
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		return scheme, rest[:i], rest[i:]
	}
	return scheme, rest, ""
}

// checkCSPSource checks one source: scheme://host, with a port or a path perhaps.
func checkCSPSource(source string) (problem, mend string) {
	const like = "write an origin, such as https://cdn.example.com"
	scheme, host, path := cutSource(source)
	whole := strings.Contains(source, "://")
	switch {
	case strings.TrimSpace(source) == "":
		return "is empty", like
	case source[0] == '\'', slices.Contains([]string{"self", "none", "unsafe-inline", "unsafe-eval", "strict-dynamic"}, source):
		return quoted(source) + " is a keyword, and would change what the app's policy means", like
	case source == "*", strings.HasSuffix(source, ":"), whole && (host == "" || host == "*" || strings.HasPrefix(host, "*:")):
		return quoted(source) + " is not one host but all of them", like
	case strings.ContainsFunc(source, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune(`;,"'`, c) }):
		return quoted(source) + " holds a sign that no source in a policy can have", like + ", one in each member of the list"
	case !whole:
		return quoted(source) + " has no scheme", "write https://" + shorten(source)
	case strings.ContainsAny(path, "?#"):
		return quoted(source) + " holds a query (?) or a fragment (#)", "leave it out"
	case path == "/":
		return quoted(source) + " ends in /", "leave the / off"
	case !isEncoded(path):
		return quoted(source) + " has a % in its path that is no encoded sign", "write %25 for a % itself"
	}
	if problem, mend = checkSourceHost(scheme, host); problem != "" {
		return quoted(source) + " " + problem, mend
	}
	return "", ""
}

// checkSourceHost checks scheme and host of a source, where *. may stand for any host below one.
func checkSourceHost(scheme, host string) (problem, mend string) {
	domain, wild := strings.CutPrefix(host, "*.")
	u, err := url.Parse("//" + domain)
	switch {
	case !slices.Contains([]string{"https", "wss", "http", "ws"}, scheme):
		return "begins with neither https:// nor wss://", "write it as https://cdn.example.com"
	case strings.Contains(host, "@"):
		return "holds a user name or a password", "leave it out"
	case strings.HasSuffix(host, ":*"):
		return "is every port of its host", "write the port, or none for the usual one"
	case err != nil || u.Hostname() == "" || !isHostOfURL(u):
		return "has no host that could be reached", "write it as https://cdn.example.com, or as https://*.example.com for every host below one"
	case !policiesCanName(u.Hostname()):
		return "has a host that no policy can name", "write a host name without _ and without a dot at its end"
	case (scheme == "http" || scheme == "ws") && !isLoopback(u.Hostname()):
		return "is plain HTTP, where anybody between could change what the app's pages load", "write " + scheme + "s:// in place of " + scheme + "://"
	case !wild && isTopDomain(u.Hostname()):
		return "is not a host but a domain that everybody can have names below", "write the host, such as https://cdn.example.com"
	case wild && (isIP(u.Hostname()) || isSuffix(u.Hostname())):
		return "is not one owner's hosts but everybody's below " + shorten(domain), "write one host, or *. and a domain of your own, as in https://*.example.com"
	}
	return "", ""
}

// isEncoded tells whether every % of a path begins an encoded sign (RFC 3986, section 2.1).
func isEncoded(path string) bool {
	_, err := url.PathUnescape(path)
	return err == nil
}

// isTopDomain tells whether a host is a domain of a registry's, such as com or
// co.uk. A name of one part that is none may be a host of one's own network.
func isTopDomain(host string) bool {
	suffix, registry := publicsuffix.PublicSuffix(strings.ToLower(host))
	return registry && strings.EqualFold(host, suffix)
}

// isSuffix tells whether a domain is one that everybody can have a name below (publicsuffix.org).
func isSuffix(domain string) bool {
	_, err := publicsuffix.EffectiveTLDPlusOne(strings.ToLower(domain))
	return err != nil
}
