package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// ferndeskSite is the site with tokens that answers for a host; where none is
// named, the only one that there is.
func ferndeskSite(sites []config.Site, host string) (*config.Site, error) {
	var with []*config.Site
	var names []string
	for i := range sites {
		if s := &sites[i]; hasFerndesk(s) {
			with, names = append(with, s), append(names, siteName(s))
		}
	}
	switch {
	case len(with) == 0:
		return nil, errors.New("no site of the config has a ferndesk section, so there are no tokens: add one with jwt_secret")
	case host == "" && len(with) == 1:
		return with[0], nil
	case host == "":
		return nil, fmt.Errorf("%d sites have a ferndesk section: name one with --site: %s", len(with), strings.Join(names, ", "))
	}
	site, err := siteFor(sites, host)
	if err != nil || !hasFerndesk(site) {
		return nil, fmt.Errorf("--site %s: no such site has a ferndesk section, but: %s", host, strings.Join(names, ", "))
	}
	return site, nil
}
