package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// newClientTLS is how an app and ferngate verify each other. The error says what
// is wrong with a file.
func newClientTLS(cfg config.UpstreamTLS) (*tls.Config, error) {
	secure := &tls.Config{ServerName: cfg.ServerName}
	if cfg.CAFile != "" {
		pem, err := os.ReadFile(cfg.CAFile)
		if err != nil {
			return nil, fmt.Errorf("tls.ca_file: %w", err)
		}
		secure.RootCAs = x509.NewCertPool()
		if !secure.RootCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("tls.ca_file: %s holds no PEM certificate", cfg.CAFile)
		}
	}
	if cfg.ClientCertFile != "" {
		cert, err := tls.LoadX509KeyPair(cfg.ClientCertFile, cfg.ClientKeyFile)
		if err != nil {
			return nil, fmt.Errorf("tls.client_cert_file: %w", err)
		}
		// Whichever authorities the app names: its own refusal tells an operator
		// more than that of an empty certificate, which crypto/tls would send.
		secure.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	return secure, nil
}

// errNoHTTP2 says that upstream.protocol does not fit the app.
var errNoHTTP2 = errors.New("the app does not speak HTTP/2, which upstream.protocol asks for")

// requireHTTP2 makes a handshake fail that has not led to HTTP/2: net/http would
// go on in HTTP/1.1.
func requireHTTP2(secure *tls.Config) *tls.Config {
	secure = secure.Clone()
	secure.VerifyConnection = func(state tls.ConnectionState) error {
		if state.NegotiatedProtocol != protocolHTTP2 {
			return errNoHTTP2
		}
		return nil
	}
	return secure
}

// isNoHTTP2 reports whether an error says that the app does not speak HTTP/2: it
// refused to by ALPN (RFC 7301, section 3.2), or answered the preface of HTTP/2
// with prior knowledge in HTTP/1.1. Both have no more than a text to tell by.
func isNoHTTP2(err error) bool {
	text := err.Error()
	return errors.Is(err, errNoHTTP2) || strings.HasSuffix(text, "tls: no application protocol") || strings.Contains(text, "looked like an HTTP/1.1 header")
}
