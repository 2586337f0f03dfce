package proxy

import (
	"crypto/tls"
	"fmt"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// certificates are those that come from files, by the hosts that they are for. It is immutable.
type certificates struct {
	all    []*tls.Certificate            // in the order of the config; never empty
	byName map[string][]*tls.Certificate // the names in lower case, wildcards among them
}

// loadCertificates reads the files; without any it returns nil. The errors say which file is wrong.
func loadCertificates(pairs []config.Certificate) (*certificates, error) {
	if len(pairs) == 0 {
		return nil, nil
	}
	c := &certificates{byName: map[string][]*tls.Certificate{}}
	for _, pair := range pairs {
		cert, err := tls.LoadX509KeyPair(pair.CertFile, pair.KeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls: %s and %s: %w", pair.CertFile, pair.KeyFile, err)
		}
		c.all = append(c.all, &cert)
		for _, name := range cert.Leaf.DNSNames {
			name = strings.ToLower(name)
			c.byName[name] = append(c.byName[name], &cert)
		}
	}
	return c, nil
}

// cover tells whether there are any for a host.
func (c *certificates) cover(host string) bool { return c != nil && len(c.named(host)) > 0 }

// named returns the certificates that are for a host: those of its own name
// before the wildcards one level above (RFC 9525, section 6.3).
func (c *certificates) named(host string) []*tls.Certificate {
	_, parent, _ := strings.Cut(host, ".")
	exact, wild := c.byName[host], c.byName["*."+parent]
	return append(exact[:len(exact):len(exact)], wild...)
}

// choose returns the certificate for a handshake: of those for the host that the
// client asks for the first whose kind of key it takes. A client that asks for no
// host, as health checks by address do, or for one that no certificate is for,
// gets the first of all: its own refusal tells an operator more than ours would,
// and which sites there are the Host decides (TestCertificates_UnknownHost).
func (c *certificates) choose(hello *tls.ClientHelloInfo) *tls.Certificate {
	candidates := c.named(strings.ToLower(hello.ServerName))
	if len(candidates) == 0 {
		candidates = c.all
	}
	anyHost := *hello
	anyHost.ServerName = ""
	for _, cert := range candidates {
		if anyHost.SupportsCertificate(cert) == nil {
			return cert
		}
	}
	return candidates[0] // the handshake fails, and says why
}
