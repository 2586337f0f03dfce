package jwks

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"strings"
)

// errPEM is returned for a text without a public key.
var errPEM = errors.New("it holds no PEM public key or certificate")

// parsePEM reads the first public key or certificate of a text. A certificate
// only carries its key here: by whom and until when it was issued says nothing
// about a key that the operator has chosen.
func parsePEM(text []byte, algorithm string) (*key, error) {
	for {
		var block *pem.Block
		if block, text = pem.Decode(text); block == nil {
			return nil, errPEM
		}
		var public any
		var err error
		switch {
		case block.Type == "PUBLIC KEY":
			public, err = x509.ParsePKIXPublicKey(block.Bytes)
		case block.Type == "RSA PUBLIC KEY":
			public, err = x509.ParsePKCS1PublicKey(block.Bytes)
		case block.Type == "CERTIFICATE":
			var certificate *x509.Certificate
			if certificate, err = x509.ParseCertificate(block.Bytes); err == nil {
				public = certificate.PublicKey
			}
		case strings.HasSuffix(block.Type, "PRIVATE KEY"):
			return nil, errors.New("it holds a private key: give the public one, and keep that one where tokens are signed")
		default: // such as EC PARAMETERS
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("parse the %s: %w", strings.ToLower(block.Type), err)
		}
		return newPublicKey(public, algorithm)
	}
}
