package jwks

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"errors"
	"fmt"
	"net/http"
	"os"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// minRSABits is the least size of an RSA key (RFC 7518, sections 3.3 and 3.5).
const minRSABits = 2048

// key verifies signatures. Its pointer stands for it.
type key struct {
	material any // []byte, *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey
}

var _ keySource = (*key)(nil)

// find implements keySource for a key that the config fixes: it is the one,
// whatever a token calls it.
func (k *key) find(context.Context, header) (*key, error) { return k, nil }

// newKeySource returns the keys of a config's section.
func newKeySource(cfg config.JWTKeys, client *http.Client, log *zap.Logger) (keySource, error) {
	secret := cfg.Secret.Reveal()
	kind, known := kinds[cfg.Algorithm]
	switch {
	case !known:
		return nil, errors.New("keys.algorithm: it must be one that signs")
	case kind == symmetric && (cfg.PublicKeyFile != "" || cfg.JWKSURL != nil):
		return nil, fmt.Errorf("keys: %s needs a secret; a public key verifies other algorithms", cfg.Algorithm)
	case kind == symmetric && len(secret) == 0:
		return nil, fmt.Errorf("keys.secret: %s needs one", cfg.Algorithm)
	case kind == symmetric:
		return &key{secret}, nil
	case len(secret) > 0:
		return nil, fmt.Errorf("keys.secret: %s is verified by a public key", cfg.Algorithm)
	case cfg.PublicKeyFile != "" && cfg.JWKSURL != nil:
		return nil, errors.New("keys: public_key_file and jwks_url exclude each other")
	case cfg.PublicKeyFile != "":
		return readKeyFile(cfg.PublicKeyFile, cfg.Algorithm)
	case cfg.JWKSURL != nil:
		return newPublished(cfg.JWKSURL.String(), cfg.Algorithm, newFetcher(client, log)), nil
	}
	return nil, fmt.Errorf("keys: %s needs public_key_file or jwks_url", cfg.Algorithm)
}

// readKeyFile reads the key of a PEM file.
func readKeyFile(file, algorithm string) (*key, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("keys.public_key_file: %w", err)
	}
	k, err := parsePEM(text, algorithm)
	if err != nil {
		return nil, fmt.Errorf("keys.public_key_file: %s: %w", file, err)
	}
	return k, nil
}

// kind is what sort of key an algorithm takes.
type kind int

const (
	symmetric kind = iota + 1
	rsaKey
	ecKey
	ed25519Key
)

// kinds are those of the algorithms of RFC 7518, section 3.1, and of RFC 8037.
var kinds = map[string]kind{
	"HS256": symmetric, "HS384": symmetric, "HS512": symmetric,
	"RS256": rsaKey, "RS384": rsaKey, "RS512": rsaKey,
	"PS256": rsaKey, "PS384": rsaKey, "PS512": rsaKey,
	"ES256": ecKey, "ES384": ecKey, "ES512": ecKey,
	"EdDSA": ed25519Key,
}

// curves are those that the algorithms of RFC 7518, section 3.4, are for.
var curves = map[string]elliptic.Curve{
	"ES256": elliptic.P256(), "ES384": elliptic.P384(), "ES512": elliptic.P521(),
}

// newPublicKey returns a public key that the algorithm can be used with. The
// error says why it cannot. A secret or a private key is none.
func newPublicKey(public any, algorithm string) (*key, error) {
	switch p := public.(type) {
	case *rsa.PublicKey:
		if kinds[algorithm] != rsaKey {
			return nil, fmt.Errorf("it is an RSA key, which is not for %s", algorithm)
		}
		if p.N.BitLen() < minRSABits {
			return nil, fmt.Errorf("it is an RSA key of %d bits, at least %d are needed", p.N.BitLen(), minRSABits)
		}
	case *ecdsa.PublicKey:
		if curves[algorithm] != p.Curve {
			return nil, fmt.Errorf("it is a key of the curve %s, which is not for %s", p.Curve.Params().Name, algorithm)
		}
	case ed25519.PublicKey:
		if kinds[algorithm] != ed25519Key {
			return nil, fmt.Errorf("it is an Ed25519 key, which is not for %s", algorithm)
		}
	default:
		return nil, fmt.Errorf("it is no public key for %s", algorithm)
	}
	return &key{public}, nil
}
