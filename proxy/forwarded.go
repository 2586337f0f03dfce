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
	values := []string{via, proto, "for=" + node + ";proto=" + proto, x.client.host}
	if x.client.host != "" {
		values[2] += `;host="` + x.client.host + `"`
		h["X-Forwarded-Host"] = values[3:]
	}
	h["X-Forwarded-For"] = values[0:1:1]
	h["X-Forwarded-Proto"] = values[1:2:2]
	h["Forwarded"] = values[2:3:3]
}
