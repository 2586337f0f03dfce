package proxy

import (
	"crypto/tls"
	"net/http"
	"slices"
	"strings"

	"go.uber.org/zap"
)

const (
	// alpnACME is the protocol of a handshake by which a CA looks for its
	// challenge (RFC 8737, section 3). No request follows: net/http closes a
	// connection whose protocol it does not know (TestACME_ChallengeIsNoWayIn).
	alpnACME = "acme-tls/1"
	// httpChallengePrefix is where it looks for one by plain HTTP (RFC 8555, section 8.3).
	httpChallengePrefix = "/.well-known/acme-challenge/"
)

// isChallenge tells whether a handshake is a CA's, which asks for nothing else.
func isChallenge(hello *tls.ClientHelloInfo) bool {
	return slices.Equal(hello.SupportedProtos, []string{alpnACME})
}

// challengeConfig is for the handshakes of CAs, which have no client certificate.
func (a *obtained) challengeConfig() *tls.Config {
	return &tls.Config{
		MinVersion:             tls.VersionTLS12,
		NextProtos:             []string{alpnACME},
		SessionTicketsDisabled: true,
		GetCertificate: func(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
			if !a.has(strings.ToLower(hello.ServerName)) {
				return nil, nil // anybody may ask, for anything
			}
			cert, err := a.quiet.GetCertificate(hello)
			if err == nil {
				a.log.Info("a challenge was answered", zap.String("host", hello.ServerName), zap.String("challenge", "tls-alpn-01"))
			}
			return cert, err
		},
	}
}

// answers answers a request by which a CA looks for its challenge; false if it is none.
func (a *obtained) answers(x *exchange, r *http.Request) bool {
	if !strings.HasPrefix(x.target.path, httpChallengePrefix) || !a.has(x.client.hostname) {
		return false
	}
	ownAnswer(x.Header())
	return a.issuer.HandleHTTPChallenge(x, r)
}
