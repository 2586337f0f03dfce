package proxy

import (
	"crypto/tls"
	"fmt"
	"os"

	"github.com/ferngate/ferngate/config"
)

// upstreamFiles are the contents of the files that config.UpstreamTLS names, nil
// for those that it does not.
type upstreamFiles struct {
	authorities, clientCert, clientKey []byte
}

// readUpstreamFiles reads them.
func readUpstreamFiles(cfg config.UpstreamTLS) (files upstreamFiles, err error) {
	for _, f := range []struct {
		key, path string
		content   *[]byte
	}{
		{"tls.ca_file", cfg.CAFile, &files.authorities},
		{"tls.client_cert_file", cfg.ClientCertFile, &files.clientCert},
		{"tls.client_key_file", cfg.ClientKeyFile, &files.clientKey},
	} {
		if f.path == "" {
			continue
		}
		if *f.content, err = os.ReadFile(f.path); err != nil {
			return upstreamFiles{}, fmt.Errorf("%s: %w", f.key, err)
		}
	}
	return files, nil
}

// newTLS is how an app and ferngate verify each other. The error says what is
// wrong with a file.
func (f upstreamFiles) newTLS(cfg config.UpstreamTLS) (*tls.Config, error) {
	secure := &tls.Config{ServerName: cfg.ServerName}
	if f.authorities != nil {
		authorities, err := parseAuthorities(cfg.CAFile, f.authorities)
		if err != nil {
			return nil, fmt.Errorf("tls.ca_file: %w", err)
		}
		secure.RootCAs = authorities
	}
	if f.clientCert != nil {
		cert, err := tls.X509KeyPair(f.clientCert, f.clientKey)
		if err != nil {
			return nil, fmt.Errorf("tls.client_cert_file: %w", err)
		}
		// Whichever authorities the app names: its own refusal tells an operator
		// more than that of an empty certificate, which crypto/tls would send.
		secure.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	return secure, nil
}

// The names of the protocols in a handshake (RFC 9113, section 3.1, and RFC 7301, section 6).
const (
	alpnHTTP2 = "h2"
	alpnHTTP1 = "http/1.1"
)

// requireHTTP2 makes a handshake fail that has not led to HTTP/2: net/http would
// go on in HTTP/1.1.
func requireHTTP2(secure *tls.Config) *tls.Config {
	secure = secure.Clone()
	secure.VerifyConnection = func(state tls.ConnectionState) error {
		if state.NegotiatedProtocol != alpnHTTP2 {
			return errNoHTTP2
		}
		return nil
	}
	return secure
}
