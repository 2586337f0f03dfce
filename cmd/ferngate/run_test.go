package main

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

// What a system says of an address becomes what to do about it.
func TestListenErrors(t *testing.T) {
	for _, c := range []struct {
		err  error
		want string
	}{
		{syscall.EADDRINUSE, "listen: 192.0.2.1:80 is in use: stop the program that has it, or choose another port"},
		{syscall.EACCES, "listen: 192.0.2.1:80 is not allowed: ports below 1024 need the capability CAP_NET_BIND_SERVICE"},
		{syscall.EADDRNOTAVAIL, "listen: 192.0.2.1:80 is no address of this machine: write one that it has"},
		{syscall.ENOBUFS, "listen: cannot listen on 192.0.2.1:80: "},
	} {
		err := error(&listenError{"listen", "192.0.2.1:80", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", c.err)}})
		if !strings.HasPrefix(err.Error(), c.want) || !errors.Is(err, c.err) {
			t.Errorf("%v: %v", c.err, err)
		}
	}
}
