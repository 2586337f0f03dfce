package proxy

import (
	"cmp"
	"slices"

	"github.com/ferngate/ferngate/proxy/metrics"
)

// shown tells operators until when the certificates in force are good.
func (h *handshakes) shown() []metrics.Certificate {
	if h == nil || h.files == nil {
		return nil
	}
	var shown []metrics.Certificate
	for _, cert := range h.files.all {
		names := slices.Concat(cert.Leaf.DNSNames, []string{cert.Leaf.Subject.CommonName})
		shown = append(shown, metrics.Certificate{Host: cmp.Or(names...), NotAfter: cert.Leaf.NotAfter})
	}
	return shown
}
