package main

import (
	"fmt"
	"net"

	"github.com/ferngate/ferngate/cmd/ferngate/systemd"
	"github.com/ferngate/ferngate/proxy"
)

// takeOrListen opens what the config listens at: it takes over the socket that
// systemd has passed under the name of the key (FileDescriptorName=), or else
// listens at the address.
func takeOrListen(sockets systemd.Sockets) proxy.Open {
	taken := map[string]net.Addr{}
	return func(key, address string) (net.Listener, error) {
		if at, once := taken[key]; once {
			// Systemd keeps it open, and whoever came to it would wait for ever.
			return nil, fmt.Errorf("%s: is %s now, and the socket %q of systemd stays at %s: write the address there, too, and restart both", key, address, key, at)
		}
		l, err := sockets.Take(key, address)
		if err != nil {
			return nil, err
		}
		if l != nil {
			taken[key] = l.Addr()
			return l, nil
		}
		return listen(key, address)
	}
}
