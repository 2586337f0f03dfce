package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// checkHost checks a key that is a host name, and returns it in the spelling
// that hosts are compared in: lower case, without the trailing dot.
func checkHost(key, text string, r *Report) string {
	host, problem, mend := plainHost(text)
	if problem != "" {
		r.Reject(key, problem, mend)
	}
	return host
}

// plainHost reads a host name or an IP address. The two texts are what is wrong
// and what to write instead; the first is empty when nothing is.
func plainHost(text string) (host, problem, mend string) {
	if ip, err := netip.ParseAddr(text); err == nil && ip.Zone() == "" {
		return ip.String(), "", ""
	}
	const name = "write a host name, such as app.example.com"
	host = strings.TrimSuffix(strings.ToLower(text), ".")
	switch {
	case strings.TrimSpace(host) == "":
		return "", "is empty", name
	case strings.Contains(host, "://"):
		if u, err := url.Parse(host); err == nil && u.Hostname() != "" {
			return "", quoted(text) + " is a URL", "write the host alone: " + u.Hostname()
		}
		return "", quoted(text) + " is a URL", name
	case strings.Contains(host, "*"):
		return "", quoted(text) + " is a wildcard", "write one site for each host, or leave host out for a site that answers for all others"
	case strings.Contains(host, "/"):
		return "", quoted(text) + " holds a path", "write the host alone: " + shorten(host[:strings.Index(host, "/")])
	case strings.HasPrefix(host, "env:"), strings.HasPrefix(host, "file:"):
		return "", "is a reference, which only secrets are", "write the host name itself, such as app.example.com"
	case strings.Contains(host, ":"):
		return "", quoted(text) + " holds a port", "write the host alone, without : and the port: it counts for every port"
	case !isName(host):
		return "", quoted(text) + " is not a host name", name + "; names in other scripts in their xn-- form"
	}
	return host, "", ""
}

// isName tells whether a text is a host name: labels of letters, digits, - and _ (which some internal names have).
func isName(host string) bool {
	for label := range strings.SplitSeq(host, ".") {
		if label == "" || len(label) > 63 || strings.Trim(label, "-") != label ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	return len(host) <= 253
}

// checkHostsDiffer refuses two sites that answer for the same host.
func checkHostsDiffer(sites []Site, r *Report) {
	first := map[string]int{}
	for i, s := range sites {
		key := itemKey("sites", i)
		if s.Host == "" && r.Has(key+".host") {
			continue // a fault already
		}
		j, taken := first[s.Host]
		switch {
		case !taken:
			first[s.Host] = i
		case s.Host == "":
			r.Reject(key+".host", "is missing, as in "+itemKey("sites", j)+": only one site can answer for all other hosts", "add host to one of them")
		default:
			r.Reject(key+".host", quoted(s.Host)+" is the host of "+itemKey("sites", j)+" too", "write another host, or make the two sites one")
		}
	}
}
