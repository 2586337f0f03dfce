package proxy

import (
	"net/http"
	"strings"
)

// checkForwarded refuses headers that a client must not say to the app: where it
// is another proxy that forwards nobody else would remove them. The error names
// one (TestForwardAuth_Never1_ClientNamesAnIdentity and those after it).
func (s *site) checkForwarded(h http.Header) error {
	if name := s.strip.misspelt(h, s.identity); name != "" {
		return errMisspelt(name)
	}
	if name := otherTarget(h); name != "" {
		return errForwardAuthTarget(name)
	}
	if name := otherUpgrade(h); name != "" {
		return errForwardAuthUpgrade(name)
	}
	return nil
}

// otherTarget names a header that an app might take for what was asked for, and is
// "" where there is none: X-Rewrite-URL, whose path some apps serve in place of
// the request's own, and other spellings of the headers that tell of a request's
// way. Those in their own spelling are compared with what the proxy asks about.
func otherTarget(h http.Header) string {
	var buf [64]byte
	for name := range h {
		folded := string(foldHeader(buf[:0], name))
		isOfTheWay := strings.HasPrefix(folded, "x-original-") || strings.HasPrefix(folded, "x-forwarded-")
		if folded == "x-rewrite-url" || isOfTheWay && !strings.EqualFold(folded, name) {
			return name
		}
	}
	return ""
}

// otherUpgrade names a header that asks for another protocol than websockets, and
// is "" where there is none. A proxy that passes it on opens a tunnel past every
// access rule; many take Upgrade out of what they ask, and HTTP2-Settings, which
// comes with h2c, they do not (TestForwardAuth_OtherUpgrades).
func otherUpgrade(h http.Header) string {
	if len(h["Http2-Settings"]) > 0 {
		return "HTTP2-Settings"
	}
	for _, protocol := range h["Upgrade"] {
		if !isWebSocketProtocol(protocol) {
			return "Upgrade"
		}
	}
	return ""
}
