package proxy

import (
	"crypto/tls"
	"errors"

	"github.com/ferngate/ferngate/config"
)

// handshakes is what listen shows of itself in TLS handshakes, and asks of
// clients. It is immutable.
type handshakes struct {
	files *certificates // nil for none
	usual *tls.Config
}

// newHandshakes reads the files that a config's tls names; nil for plain HTTP.
func newHandshakes(cfg *config.TLS) (*handshakes, error) {
	if cfg == nil {
		return nil, nil
	}
	files, err := loadCertificates(cfg.FromFiles())
	if err != nil {
		return nil, err
	}
	h := &handshakes{files: files, usual: &tls.Config{
		MinVersion:     tls.VersionTLS12, // Go's default, which GODEBUG could lower
		NextProtos:     []string{alpnHTTP2, alpnHTTP1},
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) { return files.choose(hello), nil },
	}}
	if cfg.ClientAuth != nil {
		if err := askClients(h.usual, *cfg.ClientAuth); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// errNoTLS is the end of a handshake that a config without TLS overtook.
var errNoTLS = errors.New("TLS is not configured any more")

// configForClient is for the GetConfigForClient of the listener's tls.Config,
// which outlives a Gateway: the certificates, and the clients that are admitted,
// are those of the Gateway that is asked.
func (g *Gateway) configForClient(*tls.ClientHelloInfo) (*tls.Config, error) {
	if g.handshakes == nil {
		return nil, errNoTLS
	}
	return g.handshakes.usual, nil
}
