package main

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/ferngate/ferngate/auth/explain"
	"github.com/ferngate/ferngate/config"
)

// chooseSite finds the site, its method app, and how a browser shows it and
// speaks to it.
func (w *whoami) chooseSite() error {
	site, err := siteFor(w.cfg.Sites, *w.flags.site)
	if err != nil {
		return err
	}
	label := cmp.Or(site.Host, "without host")
	if !hasApp(site) {
		return fmt.Errorf("the site %s has no sign_in.app, so the app is never asked: add one with session_cookies, whoami and identity", label)
	}
	w.site, w.app = site, site.SignIn.App
	w.origin = originOf(w.cfg, site, *w.flags.site)
	headers := w.flags.headers
	if w.flags.login { // its pages are read here, where gzip is all that can be undone
		headers = append([]string{"Accept-Encoding: gzip"}, headers...)
	}
	bearer := w.app.CookieJWT != nil && w.app.CookieJWT.Bearer
	if w.like, err = explain.Likeness(w.origin, bearer, headers); err != nil {
		return fmt.Errorf("--header: %w", err)
	}
	if w.flags.cookieJar == "" && w.flags.cookie == "" && !w.flags.login && w.like.Get("Authorization") == "" {
		return errors.New("whose session? give cookies by --cookie-jar FILE or --cookie -, or sign in to the app with --login")
	}
	return nil
}

// hasApp tells whether a site has the method app.
func hasApp(s *config.Site) bool { return s.SignIn != nil && s.SignIn.App != nil }

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

// originOf is what the browser shows of the site, as far as the config tells.
func originOf(cfg *config.Config, site *config.Site, named string) *url.URL {
	if site.PublicURL != nil {
		return &url.URL{Scheme: site.PublicURL.Scheme, Host: site.PublicURL.Host}
	}
	scheme := "http"
	if cfg.TLS != nil {
		scheme = "https"
	}
	return &url.URL{Scheme: scheme, Host: cmp.Or(inURL(named), inURL(site.Host), site.Upstream.Base().Host)}
}

// inURL is a host as URLs have it: an IPv6 address stands in brackets.
func inURL(host string) string {
	if addr, err := netip.ParseAddr(host); err == nil && addr.Is6() {
		return "[" + host + "]"
	}
	return host
}
