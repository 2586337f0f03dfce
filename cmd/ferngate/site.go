package main

import (
	"cmp"
	"fmt"
	"net"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// siteName is the host that messages know a site by; a site without one is for any.
func siteName(s *config.Site) string { return cmp.Or(s.Host, "any host") }

// hasApp tells whether a site has the method app.
func hasApp(s *config.Site) bool { return s.SignIn != nil && s.SignIn.App != nil }

// hasFerndesk tells whether a site has tokens.
func hasFerndesk(s *config.Site) bool { return s.Ferndesk != nil }

// siteFor is the site that answers for a host; the only one where none is named.
func siteFor(sites []config.Site, host string) (*config.Site, error) {
	var hosts []string
	var any *config.Site
	for i := range sites {
		switch s := &sites[i]; s.Host {
		case "":
			any = s
		case hostname(host):
			return s, nil
		default:
			hosts = append(hosts, s.Host)
		}
	}
	switch {
	case host == "" && len(sites) == 1:
		return &sites[0], nil
	case host == "":
		return nil, fmt.Errorf("the config has %d sites: name one with --site, such as --site %s", len(sites), hosts[0])
	case any == nil:
		return nil, fmt.Errorf("--site %s: the config has no such site, but %s", host, strings.Join(hosts, ", "))
	}
	return any, nil
}

// hostname is a host without its port, as the config writes it.
func hostname(host string) string {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}
