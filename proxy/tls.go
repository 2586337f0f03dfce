package proxy

import (
	"crypto/tls"
	"fmt"

	"github.com/ferngate/ferngate/config"
)

// newTLS reads the certificate, nil for plain HTTP.
func newTLS(cfg *config.TLS) (*tls.Config, error) {
	if cfg == nil {
		return nil, nil
	}
	cert, err := tls.LoadX509KeyPair(cfg.CertFile, cfg.KeyFile)
	if err != nil {
		return nil, fmt.Errorf("tls: %w", err)
	}
	return &tls.Config{Certificates: []tls.Certificate{cert}, NextProtos: []string{alpnHTTP2, "http/1.1"}}, nil
}
