package main

import (
	"cmp"
	"errors"
	"fmt"
	"net/netip"
	"net/url"

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
	if !hasApp(site) {
		return fmt.Errorf("the site for %s has no sign_in.app, so the app is never asked: add one with session_cookies, whoami and identity", siteName(site))
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
