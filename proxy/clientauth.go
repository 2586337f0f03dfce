package proxy

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"os"

	"github.com/ferngate/ferngate/config"
)

// askClients makes handshakes ask for a client's certificate. That is all it is
// for: no site, no session and no header depends on it. And it is the same for
// every host, so that it does not matter that the Host of a request, which
// chooses the site, may be another than the one that its handshake asked for.
func askClients(secure *tls.Config, cfg config.ClientAuth) (clientAuth, error) {
	pem, err := os.ReadFile(cfg.CAFile)
	if err != nil {
		return clientAuth{}, fmt.Errorf("tls.client_auth.ca_file: %w", err)
	}
	authorities, err := parseAuthorities(cfg.CAFile, pem)
	if err != nil {
		return clientAuth{}, fmt.Errorf("tls.client_auth.ca_file: %w", err)
	}
	secure.ClientCAs = authorities
	secure.ClientAuth = tls.VerifyClientCertIfGiven
	if cfg.Require {
		secure.ClientAuth = tls.RequireAndVerifyClientCert
	}
	return clientAuth{cfg.Require, sha256.Sum256(pem)}, nil
}

// clientAuth is which clients are admitted; the zero one is all of them.
type clientAuth struct {
	required    bool
	authorities [sha256.Size]byte // the hash of their file
}

// parseAuthorities reads the certificates to verify others with, from the content of
// a PEM file.
func parseAuthorities(file string, pem []byte) (*x509.CertPool, error) {
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no PEM certificate", file)
	}
	return pool, nil
}
