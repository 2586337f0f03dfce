package standin

import (
	"net/netip"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// center is what the SDK must know to tell who may identify: the help centre's
// host, and the domain that it shares with the apps.
type center struct {
	Host string `json:"host"`
	Root string `json:"root"`
}

// centerAt finds the root of a host. An address, or a name that nobody can
// register, is shared with nobody.
func centerAt(host string) center {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	c := center{Host: host, Root: host}
	if _, err := netip.ParseAddr(host); err == nil {
		return c
	}
	if root, err := publicsuffix.EffectiveTLDPlusOne(host); err == nil {
		c.Root = root
	}
	return c
}
