package main

import (
	"maps"
	"net"
	"slices"

	"github.com/ferngate/ferngate/cmd/ferngate/systemd"
	"github.com/ferngate/ferngate/proxy"
)

// socketsOf are the names that socket units give to the sockets that serve takes
// over (FileDescriptorName=), by the key of the config that has the address.
var socketsOf = map[string]string{
	"listen":              "listen",
	"tls.redirect_listen": "redirect_listen",
	"admin.listen":        "admin",
}

func socketNames() []string { return slices.Sorted(maps.Values(socketsOf)) }

// takeOrListen opens what the config listens at: it takes over the socket of that
// key, if systemd has passed one, or else listens at the address.
func takeOrListen(sockets systemd.Sockets) proxy.Open {
	return func(key, address string) (net.Listener, error) {
		if l, err := sockets.Take(socketsOf[key], key, address); l != nil || err != nil {
			return l, err
		}
		return listen(key, address)
	}
}
