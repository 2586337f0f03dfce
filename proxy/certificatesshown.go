package proxy

import (
	"cmp"
	"crypto/x509"
	"slices"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// shown tells operators until when the certificates in force are good.
func (h *handshakes) shown() []metrics.Certificate {
	if h == nil {
		return nil
	}
	var shown []metrics.Certificate
	add := func(cert *x509.Certificate) {
		names := slices.Concat(cert.DNSNames, []string{cert.Subject.CommonName})
		shown = append(shown, metrics.Certificate{Host: cmp.Or(names...), NotAfter: cert.NotAfter})
	}
	if h.files != nil {
		for _, cert := range h.files.all {
			add(cert.Leaf)
		}
	}
	for _, cert := range h.obtained.ready() {
		add(cert)
	}
	return shown
}
