package proxy

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
)

// severalCertificates is testConfig behind these, in this order.
func severalCertificates(hosts ...string) string {
	var b strings.Builder
	b.WriteString("tls:\n  certificates:\n")
	for _, host := range hosts {
		b.WriteString("    - { cert_file: '{tls}/" + host + ".pem', key_file: '{tls}/" + host + ".key' }\n")
	}
	return b.String() + strings.Replace(testConfig, "  - host: app.test\n    upstream: {upstream}\n", `  - { host: x.app.test, upstream: "{upstream}" }
  - { host: y.app.test, upstream: "{upstream}" }
  - host: app.test
    upstream: {upstream}
`, 1)
}

func TestCertificates_ChosenByName(t *testing.T) {
	hosts := []string{"app.test", "*.app.test", "x.app.test"}
	g := startListening(t, severalCertificates(hosts...), startRecorder(t, "").url, pairs(t, hosts...))
	for _, c := range []struct{ asked, want string }{
		{"app.test", "app.test"},
		{"x.app.test", "x.app.test"}, // before the wildcard, which comes first
		{"y.app.test", "*.app.test"},
		{"Y.App.Test", "*.app.test"},
		{"a.y.app.test", "app.test"}, // a wildcard is for one level
		{"other.test", "app.test"},
		{"", "app.test"},
	} {
		state, status, err := handshake(g.addr, "app.test", unverified(c.asked))
		if err != nil {
			t.Errorf("%q: %v", c.asked, err)
			continue
		}
		if got := state.PeerCertificates[0].Subject.CommonName; got != c.want || status != http.StatusOK {
			t.Errorf("%q: got the certificate of %s and %d, want %s and 200", c.asked, got, status, c.want)
		}
	}
}

// TestCertificates_ChosenByKind: where a host has certificates of two kinds of
// key, a client gets the first that it can verify.
func TestCertificates_ChosenByKind(t *testing.T) {
	text := strings.Replace(oneCertificate, "{ cert_file: '{tls}/app.test.pem', key_file: '{tls}/app.test.key' }",
		"{ certificates: [{ cert_file: '{tls}/app.test.pem', key_file: '{tls}/app.test.key' }, { cert_file: '{tls}/rsa.pem', key_file: '{tls}/rsa.key' }] }", 1)
	g := startListening(t, text, startRecorder(t, "").url, func(dir string) {
		pairs(t, "app.test")(dir)
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			t.Fatal(err)
		}
		writePair(t, filepath.Join(dir, "rsa.pem"), filepath.Join(dir, "rsa.key"), testAuthority.certify(t, "app.test", key))
	})
	for _, asked := range []string{"app.test", ""} {
		client := unverified(asked)
		client.MaxVersion = tls.VersionTLS12
		client.CipherSuites = []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256}
		wantKey(t, g, client, x509.ECDSA)
		client.CipherSuites = client.CipherSuites[1:]
		wantKey(t, g, client, x509.RSA)
	}
}

func wantKey(t *testing.T, g *tlsGateway, client *tls.Config, want x509.PublicKeyAlgorithm) {
	t.Helper()
	state, _, err := handshake(g.addr, "app.test", client)
	if err != nil {
		t.Fatal(err)
	}
	if got := state.PeerCertificates[0].PublicKeyAlgorithm; got != want {
		t.Errorf("asked for %q: got a key for %v, want %v", client.ServerName, got, want)
	}
}

// TestCertificates_UnknownHost: what a handshake asks for opens no site; the Host decides.
func TestCertificates_UnknownHost(t *testing.T) {
	g := startListening(t, oneCertificate, startRecorder(t, "").url, pairs(t, "app.test"))
	for _, c := range []struct {
		asked, host string
		want        int
	}{
		{"other.test", "other.test", http.StatusMisdirectedRequest},
		{"app.test", "other.test", http.StatusMisdirectedRequest},
		{"other.test", "app.test", http.StatusOK},
	} {
		if _, status, err := handshake(g.addr, c.host, unverified(c.asked)); err != nil || status != c.want {
			t.Errorf("a handshake for %s, a request to %s: got %d %v, want %d", c.asked, c.host, status, err, c.want)
		}
	}
}
