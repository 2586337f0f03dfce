package config

import (
	"maps"
	"slices"
)

// checkTrustedHeader checks headers that are believed from the proxies in
// trusted_proxies, and returns the values that they have.
func checkTrustedHeader(c *Config, a *Assertion, assertion string, r *Report) values {
	key := assertion + ".trusted_header"
	for _, k := range []string{"preset", "header", "keys", "issuer", "audience", "extract"} {
		if at := assertion + "." + k; r.Has(at) {
			r.Reject(at, "is about a JWT, and trusted_header takes plain headers in its place", "leave it out, or leave trusted_header out")
		}
	}
	checkWhoIsTrusted(c, key, r)
	if len(a.TrustedHeader) == 0 {
		r.Reject(key, "names no header", "write value: header, such as login: X-Remote-User")
	}
	if !r.Has(assertion + ".identity") {
		r.Reject(assertion+".identity", "is missing: with plain headers it has no default", "add identity: with user_id and email made of the values in trusted_header")
	}
	v := values{step: map[string]int{}, open: !r.sound(key)}
	first := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(a.TrustedHeader)) {
		at, header := memberKey(key, name), a.TrustedHeader[name]
		folded := foldHeader(header)
		switch other, taken := first[folded]; {
		case !isValueName(name):
			r.Reject(at, quoted(name)+" is not a name that {name} could refer to", "write letters, digits, _ and -")
		case !isToken(header):
			r.Reject(at, quoted(header)+" is not a header's name", "write letters, digits and -, such as X-Remote-User")
		case isReserved(folded):
			r.Reject(at, quoted(header)+" has a meaning of its own, and names nobody", "write the header that the proxy adds, such as X-Remote-User")
		case taken:
			r.Reject(at, quoted(header)+" is the header of "+other+" too", "write another one, or use "+other+" in both places")
		default:
			first[folded] = name
		}
		v.step[name] = 0
	}
	return v
}

// checkWhoIsTrusted checks that somebody is believed, and not everybody.
func checkWhoIsTrusted(c *Config, key string, r *Report) {
	if len(c.TrustedProxies) == 0 && r.sound("trusted_proxies") {
		r.Reject(key, "nobody would be believed: trusted_proxies is empty", "add trusted_proxies: at the top of the file with the network of the proxy that sends these headers")
	}
	for i, p := range c.TrustedProxies {
		if p.IsValid() && p.Bits() == 0 {
			r.Reject(key, "everybody would be believed, and could be anybody, by "+itemKey("trusted_proxies", i), "write the network of the proxy that sends these headers there")
		}
	}
}
