package proxy

import (
	"net/http"
	"slices"
)

// setForwarded tells the app who asks and how, as far as the connection and
// trusted proxies tell: the X-Forwarded-* headers, and Forwarded (RFC 7239) for
// the apps that look there first.
func setForwarded(h http.Header, x *exchange) {
	if !x.client.addr.IsValid() {
		return // a listener without addresses
	}
	proto := schemeOf(x.secure)
	addr := x.client.addr.String()
	via := addr
	for _, hop := range slices.Backward(x.client.hops) {
		via += ", " + hop.String()
	}
	node := addr
	if x.client.addr.Is6() {
		node = `"[` + addr + `]"` // section 6: the colons want quotes
	}
	forwarded := "for=" + node + ";proto=" + proto
	if x.client.host != "" {
		forwarded += `;host="` + x.client.host + `"`
		h["X-Forwarded-Host"] = []string{x.client.host}
	}
	h["X-Forwarded-For"] = []string{via}
	h["X-Forwarded-Proto"] = []string{proto}
	h["Forwarded"] = []string{forwarded}
}
