package config

import (
	"cmp"
	"net"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
)

// unixScheme is that of an upstream's URL which names a unix socket.
const unixScheme = "unix"

// resolveSocket makes the path of a socket absolute: unix:app.sock stands for
// one in dir, as any other file's name does.
func resolveSocket(u *url.URL, dir string) error {
	if u.Opaque == "" {
		return nil
	}
	path, err := url.PathUnescape(u.Opaque)
	if err != nil {
		return err
	}
	u.Opaque, u.Path = "", filepath.Join(dir, path)
	return nil
}

// Socket is the path of the unix socket that the app listens at; "" for an app
// on the network.
func (u *Upstream) Socket() string {
	if u.URL.Scheme != unixScheme {
		return ""
	}
	return u.URL.Path
}

// Base is scheme and host of the URL of every request to the app. A socket has
// neither: requests to it are plain HTTP, and for localhost should a client name
// no host.
func (u *Upstream) Base() *url.URL {
	if u.Socket() != "" {
		return &url.URL{Scheme: "http", Host: "localhost"}
	}
	return &url.URL{Scheme: u.URL.Scheme, Host: u.URL.Host}
}

// HostFor is the Host of the app's request for one that has this Host.
func (u *Upstream) HostFor(host string) string { return cmp.Or(u.HostHeader, host) }

// KnowsItselfAs reports whether an origin's scheme and host (with its port, if
// it has one) are among those by which the app may know itself other than the
// browser's: the URL's host, that of host_header, and the latter at the URL's
// port, for an app that asks its own socket for the port. It may believe that it
// is spoken to in either scheme.
func (u *Upstream) KnowsItselfAs(scheme, host string) bool {
	if scheme = strings.ToLower(scheme); scheme != "http" && scheme != "https" {
		return false
	}
	var names []string
	if u.Socket() == "" {
		names = append(names, u.URL.Host)
	}
	if u.HostHeader != "" {
		names = append(names, u.HostHeader)
		if port := u.URL.Port(); port != "" {
			names = append(names, net.JoinHostPort((&url.URL{Host: u.HostHeader}).Hostname(), port))
		}
	}
	host = withoutPort(scheme, host)
	return slices.ContainsFunc(names, func(name string) bool { return withoutPort(scheme, name) == host })
}

// withoutPort is a host in lower case, and without its port where that is the
// scheme's own.
func withoutPort(scheme, host string) string {
	return strings.TrimSuffix(strings.ToLower(host), map[string]string{"http": ":80", "https": ":443"}[scheme])
}
