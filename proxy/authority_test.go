package proxy

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// authority issues the certificates of apps and of ferngate's clients.
type authority struct {
	once sync.Once
	cert *x509.Certificate
	key  crypto.Signer
}

var testAuthority authority

// make makes the authority's own certificate, once.
func (a *authority) make(t testing.TB) {
	a.once.Do(func() {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		template := &x509.Certificate{
			SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "the tests' authority"}, NotAfter: time.Now().Add(time.Hour),
			IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign,
		}
		der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
		if err != nil {
			t.Fatal(err)
		}
		if a.cert, err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
		a.key = key
	})
}

// issue makes a certificate for a host.
func (a *authority) issue(t testing.TB, host string) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return a.certify(t, host, key)
}

// certify makes a certificate for a host with a key.
func (a *authority) certify(t testing.TB, host string, key crypto.Signer) tls.Certificate {
	t.Helper()
	a.make(t)
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{CommonName: host}, DNSNames: []string{host}, NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, key.Public(), a.key)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
}

// pool holds the authority's certificate, for those who trust it.
func (a *authority) pool(t testing.TB) *x509.CertPool {
	t.Helper()
	a.make(t)
	pool := x509.NewCertPool()
	pool.AddCert(a.cert)
	return pool
}

// write puts the authority's certificate, and one for a host with its key, into
// a folder: ca.pem, cert.pem and key.pem.
func (a *authority) write(t testing.TB, dir, host string) {
	t.Helper()
	a.writeCertificate(t, filepath.Join(dir, "ca.pem"))
	writePair(t, filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem"), a.issue(t, host))
}

// writeCertificate writes the authority's own certificate.
func (a *authority) writeCertificate(t testing.TB, file string) {
	t.Helper()
	a.make(t)
	writePEM(t, file, "CERTIFICATE", a.cert.Raw)
}

// writePair writes a certificate and its key.
func writePair(t testing.TB, certFile, keyFile string, pair tls.Certificate) {
	t.Helper()
	key, err := x509.MarshalPKCS8PrivateKey(pair.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	writePEM(t, certFile, "CERTIFICATE", pair.Certificate[0])
	writePEM(t, keyFile, "PRIVATE KEY", key)
}

func writePEM(t testing.TB, file, kind string, der []byte) {
	t.Helper()
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
}
