package config

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"strconv"
	"strings"
)

// minRSA is the least size of an RSA key that signs JWTs, in bits (RFC 7518, section 3.3).
const minRSA = 2048

// checkPublicKey reads the key that JWTs are verified with. The library's own
// errors are not shown: they are about PEM and ASN.1.
func checkPublicKey(k *JWTKeys, key string, r *Report) {
	content, _ := checkReadable(key, k.PublicKeyFile, r)
	if !r.sound(key) {
		return
	}
	block := keyBlock(content)
	switch {
	case block == nil:
		r.Reject(key, "the file "+quoted(k.PublicKeyFile)+" holds no key in PEM", "write the name of a PEM file with -----BEGIN PUBLIC KEY----- in it")
		return
	case strings.HasSuffix(block.Type, "PRIVATE KEY"):
		r.Reject(key, "the file "+quoted(k.PublicKeyFile)+" holds a private key, which belongs to the signer alone", "write the name of the public key's file")
		return
	}
	public := publicKey(block)
	if public == nil {
		r.Reject(key, "the file "+quoted(k.PublicKeyFile)+" holds no public key that can be read", "write the name of a PEM file with a public key or a certificate")
		return
	}
	at := strings.TrimSuffix(key, ".public_key_file") + ".algorithm"
	if !r.Has(at) || !r.sound(at) {
		return
	}
	switch kind := keyKind(public); {
	case kind == "":
		r.Reject(key, "holds a key of a kind that no algorithm is for", "write the name of a file with an RSA key, an Ed25519 key, or one on the curve P-256, P-384 or P-521")
	case !strings.Contains(algorithmsOf[kind], k.Algorithm):
		r.Reject(key, "holds "+kind+", and no "+k.Algorithm+" JWT is signed with such a key", "write another file, or in algorithm what the key is for: "+algorithmsOf[kind])
	}
	if rsaKey, ok := public.(*rsa.PublicKey); ok && rsaKey.N.BitLen() < minRSA {
		r.Reject(key, "holds an RSA key of "+strconv.Itoa(rsaKey.N.BitLen())+" bits, which is too short to be safe", "let the signer make one of at least 2048 bits")
	}
}

// keyBlock returns the first block that is a key or a certificate; before it may stand others, such as EC PARAMETERS.
func keyBlock(content []byte) *pem.Block {
	for {
		block, rest := pem.Decode(content)
		if block == nil || block.Type == "CERTIFICATE" || strings.HasSuffix(block.Type, " KEY") {
			return block
		}
		content = rest
	}
}

// publicKey reads a public key, or that of a certificate; nil if it is neither.
func publicKey(block *pem.Block) crypto.PublicKey {
	switch block.Type {
	case "CERTIFICATE":
		if cert, err := x509.ParseCertificate(block.Bytes); err == nil {
			return cert.PublicKey
		}
	case "RSA PUBLIC KEY":
		if key, err := x509.ParsePKCS1PublicKey(block.Bytes); err == nil {
			return key
		}
	case "PUBLIC KEY":
		if key, err := x509.ParsePKIXPublicKey(block.Bytes); err == nil {
			return key
		}
	}
	return nil
}

// algorithmsOf are the algorithms that each kind of key can verify (RFC 7518, section 3.1, and RFC 8037).
var algorithmsOf = map[string]string{
	"an RSA key":               "RS256, RS384, RS512, PS256, PS384 or PS512",
	"a key on the curve P-256": "ES256",
	"a key on the curve P-384": "ES384",
	"a key on the curve P-521": "ES512",
	"an Ed25519 key":           "EdDSA",
}

// keyKind names a key's kind, "" where no algorithm is for it.
func keyKind(key crypto.PublicKey) string {
	switch key := key.(type) {
	case *rsa.PublicKey:
		return "an RSA key"
	case *ecdsa.PublicKey:
		if kind := "a key on the curve " + key.Curve.Params().Name; algorithmsOf[kind] != "" {
			return kind
		}
	case ed25519.PublicKey:
		return "an Ed25519 key"
	}
	return ""
}
