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
	case help == "" || help == s.Host:
		return
	}
	root, err := publicsuffix.EffectiveTLDPlusOne(help)
	if err != nil || isIP(help) {
		r.Reject(key+".help_center", quoted(help)+" has no domain that a site could share", "write the help centre's full host, such as help.example.com")
		return
	}
	below, shared := strings.CutSuffix("."+s.Host, "."+root)
	switch {
	case !shared:
		r.Reject(key+".help_center", quoted(help)+" and the site's host "+quoted(s.Host)+" share no domain, so the widget would refuse to identify",
			"write a help centre on the site's own domain, or give the site a host directly below "+root)
	case strings.Count(below, ".") > 1:
		r.Reject(hostKey, quoted(s.Host)+" is more than one level below "+root+", so the widget would refuse to identify",
			"write a host directly below it, such as "+s.Host[:strings.Index(s.Host, ".")]+"."+root)
	}
}

// isIP tells whether a host is an IP address.
func isIP(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil
}
