package proxy

import "net"

// newPeopleListener is what the server of people's requests accepts from, below
// TLS: with proxy_protocol its connections have the address of the client that a
// trusted proxy names, whose RemoteAddr may wait for that up to
// limits.header_timeout; and clients that do not take in what they asked for are
// given up after limits.send_timeout.
func newPeopleListener(l net.Listener, set settings) net.Listener {
	if set.proxyProtocol {
		l = &proxyListener{Listener: l, trusted: set.trusted, timeout: set.limits.HeaderTimeout, log: set.log.Named("server")}
	}
	return pacedListener{l, set.limits.SendTimeout}
}
