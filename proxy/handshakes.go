package proxy

import (
	"crypto/tls"
	"errors"
	"strings"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// handshakes is what listen shows of itself in TLS handshakes, and asks of
// clients. It is immutable; what is obtained from a CA is replaced within it.
type handshakes struct {
	files     *certificates // nil for none
	obtained  *obtained     // nil for none
	admitted  clientAuth
	usual     *tls.Config
	challenge *tls.Config // for CAs; nil without obtained
}

// newHandshakes reads the files that a config's tls names; nil for plain HTTP.
// What those before it obtain goes on, where the config asks for the same;
// whoever puts these in their place closes those.
func newHandshakes(cfg *config.Config, before *handshakes, log *zap.Logger) (*handshakes, error) {
	if cfg.TLS == nil {
		return nil, nil
	}
	h := new(handshakes)
	h.usual = &tls.Config{
		MinVersion:     tls.VersionTLS12, // Go's default, which GODEBUG could lower
		NextProtos:     []string{alpnHTTP2, alpnHTTP1},
		GetCertificate: h.certificate,
	}
	var err error
	if h.files, err = loadCertificates(cfg.TLS.FromFiles()); err != nil {
		return nil, err
	}
	if cfg.TLS.ClientAuth != nil {
		if h.admitted, err = askClients(h.usual, *cfg.TLS.ClientAuth); err != nil {
			return nil, err
		}
	}
	var obtained *obtained
	if before != nil {
		obtained = before.obtained
	}
	if h.obtained, err = obtainedFor(cfg, h.files, obtained, log); err != nil {
		return nil, err
	}
	if h.obtained != nil {
		h.challenge = h.obtained.challengeConfig()
	}
	return h, nil
}

// certificate chooses one for the host that a client asks for: from a file, else
// obtained. A client that asks for no host, or for one that is not ours, gets the
// first of all.
func (h *handshakes) certificate(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	host := strings.ToLower(hello.ServerName)
	switch {
	case h.obtained.has(host):
		return h.obtained.certificate(hello, host)
	case h.files != nil:
		return h.files.choose(hello), nil
	}
	return h.obtained.certificate(hello, h.obtained.hosts[0])
}

// clientAuth is which clients are admitted.
func (h *handshakes) clientAuth() clientAuth {
	if h == nil {
		return clientAuth{}
	}
	return h.admitted
}

// obtain has the certificates of tls.acme obtained and renewed, in the background.
// There must be somebody who listens: the CA will ask.
func (h *handshakes) obtain() {
	if h != nil && h.obtained != nil {
		h.obtained.start()
	}
}

// close ends that, unless others go on with it.
func (h *handshakes) close(others *handshakes) {
	if h != nil && h.obtained != nil && (others == nil || others.obtained != h.obtained) {
		h.obtained.close()
	}
}

// errNoTLS is the end of a handshake that a config without TLS overtook.
var errNoTLS = errors.New("TLS is not configured any more")

// configForClient is for the GetConfigForClient of the listener's tls.Config,
// which outlives a Gateway: the certificates, and the clients that are admitted,
// are those of the Gateway that is asked.
func (g *Gateway) configForClient(hello *tls.ClientHelloInfo) (*tls.Config, error) {
	switch {
	case g.handshakes == nil:
		return nil, errNoTLS
	case g.handshakes.challenge != nil && isChallenge(hello):
		return g.handshakes.challenge, nil
	}
	return g.handshakes.usual, nil
}
