package proxy

import (
	"net/http"
	"net/netip"
	"strings"
)

// client is what is known of the browser and the hops on its way here.
type client struct {
	addr     netip.Addr   // the browser's address, as far as trusted hops tell
	hops     []netip.Addr // the trusted proxies between it and us, the nearest first; nil if it came directly
	host     string       // the host and port that it asked for, as sent
	hostname string       // the same without port, case and trailing dot
	https    bool         // whether it speaks HTTPS, as far as the connection or a trusted hop tells
	trusted  bool         // whether the nearest hop is a trusted proxy
}

// maxHops is the longest way through trusted proxies that is followed.
const maxHops = 32

// readClient returns what is known, with an error where that is malformed. It
// believes X-Forwarded-* of a trusted peer only (TestH10 to TestH14), and where
// that asks about a request of its own X-Original-URL; an empty list of trusted
// networks trusts nobody.
func readClient(r *http.Request, t target, peer netip.Addr, trusted []netip.Prefix) (client, error) {
	c := client{addr: peer, host: r.Host, https: r.TLS != nil, trusted: contains(trusted, peer) && !isOfUnknownClient(r)}
	if c.trusted {
		if err := c.readForwarded(r.Header, trusted); err != nil {
			return c, err
		}
		if t.path == authPath {
			c.takeOriginal(r.Header)
		}
	}
	var ok bool
	if c.hostname, ok = hostname(c.host); !ok {
		return c, errHost
	}
	return c, nil
}

// readForwarded takes over what the trusted peer says.
func (c *client) readForwarded(h http.Header, trusted []netip.Prefix) error {
	if values := h["X-Forwarded-Host"]; len(values) > 0 {
		if _, ok := hostname(values[0]); !ok || len(values) > 1 { // a list of several has a comma
			return errForwardedHost
		}
		c.host = values[0]
	}
	if values := h["X-Forwarded-Proto"]; len(values) > 0 {
		https, ok := readScheme(values[0])
		if !ok || len(values) > 1 {
			return errForwardedProto
		}
		c.https = https
	}
	c.walk(h["X-Forwarded-For"], trusted)
	return nil
}

// takeOriginal takes over what X-Original-URL says. What is wrong with it, or
// contradicts it, is found when the site is known and whether anybody may ask there.
func (c *client) takeOriginal(h http.Header) {
	if o, err := readXOriginal(h); err == nil && o[originalHost].value != "" {
		c.host = o[originalHost].value
		c.https, _ = readScheme(o[originalScheme].value)
	}
}

// readScheme reads how a client speaks, as a proxy says it, and whether that is a
// way to speak HTTP. Where a websocket is asked for Traefik says ws or wss.
func readScheme(scheme string) (https, ok bool) {
	switch strings.ToLower(scheme) {
	case "https", "wss":
		return true, true
	case "http", "ws":
		return false, true
	}
	return false, false
}

// walk goes from the peer towards the browser, from right to left over all
// lines, and ends at the first address that is not a trusted proxy's, or
// before the first thing that is no address.
func (c *client) walk(lines []string, trusted []netip.Prefix) {
	if len(lines) == 0 {
		return
	}
	entries := strings.Split(strings.Join(lines, ","), ",")
	for i := len(entries) - 1; i >= 0 && len(c.hops) < maxHops; i-- {
		addr, ok := parseAddr(strings.TrimSpace(entries[i]))
		if !ok {
			return
		}
		c.hops = append(c.hops, c.addr)
		c.addr = addr
		if !contains(trusted, addr) {
			return
		}
	}
}

// peerAddr is the address at the other end of the connection.
func peerAddr(r *http.Request) netip.Addr {
	addr, _ := parseAddr(r.RemoteAddr)
	return addr
}

// parseAddr reads an address with or without a port, as proxies write them.
func parseAddr(s string) (netip.Addr, bool) {
	if ap, err := netip.ParseAddrPort(s); err == nil {
		return ap.Addr().Unmap().WithZone(""), true
	}
	addr, err := netip.ParseAddr(strings.TrimSuffix(strings.TrimPrefix(s, "["), "]"))
	return addr.Unmap().WithZone(""), err == nil
}

func contains(prefixes []netip.Prefix, addr netip.Addr) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}
