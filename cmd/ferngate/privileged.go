package main

import (
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// privileges is which ports this process may listen at. Where the system has no
// such rule, or does not tell it, that is all of them.
type privileges struct {
	first  uint64 // the first port that everybody may listen at
	bindTo bool   // whether the process has CAP_NET_BIND_SERVICE, and with it may listen at those below
}

// capNetBindService is the capability's number (linux/capability.h).
const capNetBindService = 10

// ownPrivileges reads those that the process has, as Linux tells them.
func ownPrivileges() privileges {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return privileges{}
	}
	first, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	if err != nil {
		return privileges{}
	}
	return readPrivileges(string(status), string(first))
}

// readPrivileges reads the two files' content.
func readPrivileges(status, first string) privileges {
	n, err := strconv.ParseUint(strings.TrimSpace(first), 10, 16)
	if err != nil {
		return privileges{}
	}
	for line := range strings.Lines(status) {
		if effective, found := strings.CutPrefix(line, "CapEff:"); found {
			set, err := strconv.ParseUint(strings.TrimSpace(effective), 16, 64)
			return privileges{first: n, bindTo: err != nil || set&(1<<capNetBindService) != 0}
		}
	}
	return privileges{}
}

// check warns of ports that the process may not listen at. It is a config.Check
// for the command check, which cannot know who will serve, nor whether the
// listeners are passed to it: serve tries.
func (p privileges) check(c *config.Config, r *config.Report) {
	for _, l := range c.Listeners() {
		_, port, err := net.SplitHostPort(l.Address)
		n, errPort := strconv.ParseUint(port, 10, 16)
		if err != nil || errPort != nil || n == 0 || n >= p.first || p.bindTo {
			continue
		}
		r.Warn(l.Key, fmt.Sprintf("port %d needs the capability CAP_NET_BIND_SERVICE, which ferngate does not have as it runs here", n),
			fmt.Sprintf("give it that (AmbientCapabilities= in a systemd unit), let systemd listen there (ferngate.socket), or write a port from %d on", p.first))
	}
}
