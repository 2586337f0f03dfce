package systemd

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
)

// firstSocket is the file descriptor of the first socket that is passed.
const firstSocket = 3

// Sockets are those that systemd listens at for this process, by the name that
// the socket unit gives them (FileDescriptorName=). They stay open while the
// service is started anew: who connects meanwhile is served afterwards.
type Sockets map[string]net.Listener

// InheritSockets returns the sockets that the environment names: LISTEN_PID,
// LISTEN_FDS and LISTEN_FDNAMES. It can be called once: the sockets are the
// result's. There are none where systemd passed none.
func InheritSockets() (Sockets, error) {
	count, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return nil, nil
	}
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	sockets := Sockets{}
	var errs []error
	for i := range count {
		name := "unknown"
		if i < len(names) {
			name = names[i]
		}
		file := os.NewFile(uintptr(firstSocket+i), name)
		l, err := net.FileListener(file)
		file.Close() // the listener has a copy
		errs = append(errs, sockets.add(name, l, err))
	}
	return sockets, errors.Join(errs...)
}

// add takes a socket, or the error of what is none that connections can be
// accepted from.
func (s Sockets) add(name string, l net.Listener, err error) error {
	if err != nil {
		return fmt.Errorf("socket %q of systemd cannot be accepted from (%w): write ListenStream= with an address and a port in the socket unit", name, err)
	}
	if _, ok := l.Addr().(*net.TCPAddr); !ok {
		l.Close()
		return fmt.Errorf("socket %q of systemd is at %s, which is no TCP address: write ListenStream= with an address and a port in the socket unit", name, l.Addr())
	}
	if first := s[name]; first != nil {
		l.Close()
		return fmt.Errorf("socket %q of systemd comes twice, at %s and %s, and the config has one address for it: write one ListenStream= in the socket unit", name, first.Addr(), l.Addr())
	}
	s[name] = l
	return nil
}

// Take returns the socket that has a key of the config for its name, nil if there is
// none. It is an error if it is not at the address that the key has: two places say
// where to listen, and nobody could tell which of them counts.
func (s Sockets) Take(key, address string) (net.Listener, error) {
	l := s[key]
	if l == nil {
		return nil, nil
	}
	if !isAt(l.Addr().(*net.TCPAddr), address) {
		return nil, fmt.Errorf("%s: is %s, and the socket %q of systemd is at %s: write the same address in the config and in the socket unit", key, address, key, l.Addr())
	}
	delete(s, key)
	return l, nil
}

// Unused is an error if there are sockets that nobody took: who connects there
// would wait for ever. The names are those that could have been taken.
func (s Sockets) Unused(names ...string) error {
	var errs []error
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if slices.Contains(names, name) {
			errs = append(errs, fmt.Errorf("socket %q of systemd is at %s, and the config does not listen there: remove it from the socket unit, or turn its address on in the config", name, s[name].Addr()))
			continue
		}
		errs = append(errs, fmt.Errorf("socket %q of systemd at %s has a name that nothing here has: write FileDescriptorName= in the socket unit with one of %s", name, s[name].Addr(), strings.Join(names, ", ")))
	}
	return errors.Join(errs...)
}

// isAt tells whether a socket is what listening at an address of the config would
// give; port 0 is any.
func isAt(got *net.TCPAddr, address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil || port != "0" && port != strconv.Itoa(got.Port) {
		return false
	}
	if host == "" {
		return got.IP.IsUnspecified()
	}
	addresses, err := net.LookupIP(host)
	return err == nil && slices.ContainsFunc(addresses, func(want net.IP) bool {
		return want.Equal(got.IP) || want.IsUnspecified() && got.IP.IsUnspecified()
	})
}
