package proxy

import (
	"context"
	"net/http"
	"strings"
)

// isWebSocket reports whether the request asks for a websocket (RFC 6455,
// section 4.1), the only protocol that a connection may be upgraded to. With a
// body it does not: that would still be read when the connection is another's.
func isWebSocket(r *http.Request) bool {
	if r.Method != http.MethodGet || r.ProtoMajor != 1 || r.ProtoMinor < 1 || r.Body != nil && r.Body != http.NoBody {
		return false
	}
	upgrade := r.Header["Upgrade"]
	return len(upgrade) == 1 && isWebSocketProtocol(upgrade[0])
}

// isWebSocketProtocol reports whether a value of Upgrade is websocket. The length
// keeps letters out that fold to s or k but are not ASCII.
func isWebSocketProtocol(upgrade string) bool {
	const name = "websocket"
	return len(upgrade) == len(name) && strings.EqualFold(upgrade, name)
}

// refuseOtherUpgrades takes an offer of another protocol away, which a server
// may overlook (RFC 9110, section 7.8): h2c and TLS would be tunnels past every
// access rule.
func refuseOtherUpgrades(r *http.Request) {
	if len(r.Header["Upgrade"]) > 0 && !isWebSocket(r) {
		r.Header.Del("Upgrade")
	}
}

// keepSocket makes a websocket end with what it was admitted by, and with the process: ReverseProxy closes an upgraded connection when its request's
// context ends. There is no Close frame before that: the frames are the ends' own,
// and it could only be put between two of them. A browser calls such an end
// abnormal (1006), for which pages that use websockets are made: they connect
// again, and are told who they are then. The caller calls over when the connection is.
func (s *site) keepSocket(x *exchange, r *http.Request) (_ *http.Request, over func()) {
	if !isWebSocket(r) {
		return r, func() {}
	}
	ctx, cancel := context.WithCancel(r.Context())
	unwatch := s.endWithAdmission(ctx, x, cancel)
	forget := s.tunnels.add(cancel)
	return r.WithContext(ctx), func() {
		unwatch()
		forget()
		cancel()
	}
}
