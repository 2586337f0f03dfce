package main

import (
	"fmt"
	"net"
	"net/netip"
	"strconv"
)

// checkDemoAddress speaks of the flag where the config that the demo writes would be at fault.
func checkDemoAddress(addr string) error {
	host, port, err := net.SplitHostPort(addr)
	if err == nil && isPort(port) && (host == "" || host == "localhost" || isIP(host)) {
		return nil
	}
	like := "127.0.0.1:8090"
	switch {
	case isPort(addr):
		like = "127.0.0.1:" + addr
	case isIP(addr):
		like = net.JoinHostPort(addr, "8090")
	}
	return fmt.Errorf("--listen: want an IP address and a port, such as %s, got %q", like, addr)
}

func isPort(s string) bool {
	n, err := strconv.ParseUint(s, 10, 16)
	return err == nil && n > 0
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

// shownAt is the host and port at which a browser on this machine reaches an address.
func shownAt(at net.Addr) string {
	tcp := at.(*net.TCPAddr)
	if tcp.IP.IsUnspecified() {
		return "localhost:" + strconv.Itoa(tcp.Port)
	}
	return at.String()
}

// elsewhere is a paragraph for who lets other machines in.
func elsewhere(at net.Addr) string {
	if at.(*net.TCPAddr).IP.IsLoopback() {
		return ""
	}
	return `
Other machines reach it too, as this machine's address is not kept to itself;
their browsers get no widget, which is served to this machine alone.
`
}
