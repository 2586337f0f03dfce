package config

import (
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// maxPEM is the most that is read of a certificate or key file.
const maxPEM = 1 << 20

// checkPair reads a certificate and its key, and returns the certificate; nil
// if something is wrong with them. The library's own errors are not shown: they
// are about PEM and ASN.1, and come close to the key's content.
func checkPair(certKey, certFile, keyKey, keyFile, whose string, r *Report) *x509.Certificate {
	cert, _ := checkReadable(certKey, certFile, r)
	key, mode := checkReadable(keyKey, keyFile, r)
	r.warnReadable(keyKey, keyFile, mode)
	if !r.sound(certKey, keyKey) {
		return nil
	}
	pair, err := tls.X509KeyPair(cert, key)
	switch {
	case err == nil:
		return pair.Leaf
	case strings.Contains(err.Error(), "does not match"):
		r.Reject(keyKey, "is not the key of the first certificate in "+certKey, "write the two files that were made together")
	case strings.Contains(err.Error(), "private key"), strings.Contains(err.Error(), "key input"):
		r.Reject(keyKey, "holds no private key that can be read", "write the name of a PEM file with the key, unencrypted")
	default:
		r.Reject(certKey, "holds no certificate that can be read", "write the name of a PEM file with "+whose+" certificate first")
	}
	return nil
}

// checkReadable reads a file that a key names, and its mode, which is 0 for one
// that cannot be read.
func checkReadable(key, path string, r *Report) ([]byte, fs.FileMode) {
	content, mode, problem := readRegular(path, maxPEM)
	if problem != "" {
		r.Reject(key, problem, otherFile)
	}
	return content, mode
}

// checkCA reads the certificates of the authorities that others are verified with.
func checkCA(path, key string, r *Report) {
	pem, _ := checkReadable(key, path, r)
	if r.sound(key) && !x509.NewCertPool().AppendCertsFromPEM(pem) {
		r.Reject(key, "the file "+quoted(path)+" holds no certificate that can be read", "write the name of a PEM file of CA certificates")
	}
}

// soon is how long before its end a certificate is warned about: after that it
// should have been renewed, whether by hand or by a program.
const soon = 14 * 24 * time.Hour

// checkPeriod refuses a certificate outside of its time, and warns of one whose end is
// near. Of one that is in force it only warns: another config, which may end
// somebody's access, must not wait for a certificate.
func checkPeriod(cert *x509.Certificate, key string, r *Report) {
	const renew = "have a new one issued"
	now := time.Now()
	name := sha256.Sum256(cert.Raw)
	r.certificates[name] = true
	switch {
	case now.After(cert.NotAfter) && r.before.has(name):
		r.Warn(key, "the certificate has expired, on "+cert.NotAfter.UTC().Format(time.DateOnly)+", and stays in force", renew)
	case now.After(cert.NotAfter):
		r.Reject(key, "the certificate has expired, on "+cert.NotAfter.UTC().Format(time.DateOnly), renew)
	case now.Before(cert.NotBefore):
		r.Reject(key, "the certificate counts only from "+cert.NotBefore.UTC().Format(time.DateOnly), renew+", or set this machine's clock")
	case now.Add(atLatest(cert)).After(cert.NotAfter):
		r.Warn(key, "the certificate ends soon, on "+cert.NotAfter.UTC().Format(time.DateOnly), renew)
	}
}

// atLatest is how long before its end a certificate should have been renewed. One for
// days is not renewed weeks before, but with a third of them left, as ACME clients do.
func atLatest(cert *x509.Certificate) time.Duration {
	return min(soon, cert.NotAfter.Sub(cert.NotBefore)/3)
}

// isFor tells whether a certificate is for a use. One that names none is for all (RFC 5280, section 4.2.1.12).
func isFor(cert *x509.Certificate, use x509.ExtKeyUsage) bool {
	return len(cert.ExtKeyUsage) == 0 || slices.Contains(cert.ExtKeyUsage, use) || slices.Contains(cert.ExtKeyUsage, x509.ExtKeyUsageAny)
}
