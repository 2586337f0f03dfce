package config

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// checkDomain checks the widget's domain rule: identify works on the help
// centre's own host, on the registrable domain that it shares with the site,
// and one level below that domain.
func checkDomain(s *Site, key string, r *Report) {
	help := ""
	if r.Has(key + ".help_center") {
		help = checkHost(key+".help_center", s.Ferndesk.HelpCenter, r)
		s.Ferndesk.HelpCenter = help
	}
	hostKey := strings.TrimSuffix(key, ".ferndesk") + ".host"
	switch {
	case !r.sound(hostKey):
		return
	case s.Host == "":
		r.Warn(key, "the site has no host, and the widget identifies people on the help centre's domain only", "add host to the site, such as app.example.com")
		return
	case isLoopback(s.Host) || isIP(s.Host):
		r.Warn(key, "the widget does not identify people on "+s.Host+", which shares no domain with a help centre", "write a host on the help centre's domain")
		return
	case help == "":
		return
	}
	problem, mend, inHost := domainFault(s.Host, help)
	switch {
	case inHost:
		r.Reject(hostKey, problem, mend)
	case problem != "":
		r.Reject(key+".help_center", problem, mend)
	}
}

// DomainRule says why the widget would refuse to identify people on a host's
// pages, and the way out; both are empty where it would not.
func DomainRule(host, help string) (problem, mend string) {
	problem, mend, _ = domainFault(host, help)
	return problem, mend
}

// domainFault is DomainRule; inHost tells whether the host is what to change.
func domainFault(host, help string) (problem, mend string, inHost bool) {
	if host == help {
		return "", "", false
	}
	root, err := publicsuffix.EffectiveTLDPlusOne(help)
	if err != nil || isIP(help) {
		return quoted(help) + " has no domain that a site could share", "write the help centre's full host, such as help.example.com", false
	}
	below, shared := strings.CutSuffix("."+host, "."+root)
	switch {
	case !shared:
		return quoted(help) + " and the site's host " + quoted(host) + " share no domain, so the widget would refuse to identify",
			"write a help centre on the site's own domain, or give the site a host directly below " + root, false
	case strings.Count(below, ".") > 1:
		return quoted(host) + " is more than one level below " + root + ", so the widget would refuse to identify",
			"write a host directly below it, such as " + host[:strings.Index(host, ".")] + "." + root, true
	}
	return "", "", false
}

// isIP tells whether a host is an IP address.
func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
