package config

import (
	"crypto/tls"
	"crypto/x509"
	"strings"
)

// maxPEM is the most that is read of a certificate or key file.
const maxPEM = 1 << 20

// checkTLS reads the certificate and its key. The library's own errors are not
// shown: they are about PEM and ASN.1, and come close to the key's content.
func checkTLS(t *TLS, r *Report) {
	if t == nil {
		return
	}
	cert := checkReadable("tls.cert_file", t.CertFile, r)
	key := checkReadable("tls.key_file", t.KeyFile, r)
	if !r.sound("tls.cert_file", "tls.key_file") {
		return
	}
	_, err := tls.X509KeyPair(cert, key)
	switch {
	case err == nil:
	case strings.Contains(err.Error(), "does not match"):
		r.Reject("tls.key_file", "is not the key of the first certificate in tls.cert_file", "write the two files that were made together")
	case strings.Contains(err.Error(), "private key"), strings.Contains(err.Error(), "key input"):
		r.Reject("tls.key_file", "holds no private key that can be read", "write the name of a PEM file with the key, unencrypted")
	default:
		r.Reject("tls.cert_file", "holds no certificate that can be read", "write the name of a PEM file with the host's certificate first")
	}
}

// checkReadable reads a file that a key names.
func checkReadable(key, path string, r *Report) []byte {
	content, _, problem := readRegular(path, maxPEM)
	if problem != "" {
		r.Reject(key, problem, otherFile)
	}
	return content
}

// checkCA reads the certificates that an upstream is verified with.
func checkCA(path, key string, r *Report) {
	pem := checkReadable(key, path, r)
	if r.sound(key) && !x509.NewCertPool().AppendCertsFromPEM(pem) {
		r.Reject(key, "the file "+quoted(path)+" holds no certificate that can be read", "write the name of a PEM file of CA certificates")
	}
}
