package config

import (
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestFaults compares what is said of each file in testdata/faults with the .want beside it.
func TestFaults(t *testing.T) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no cases", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".yaml"), func(t *testing.T) {
			dir := faultFiles(t)
			faultEnvironment(t)
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := strings.ReplaceAll(everySaying(filepath.Join(dir, "ferngate.yaml"), src), dir, "/etc/ferngate")
			if i := strings.Index(got, "hunter"); i >= 0 {
				t.Errorf("a secret is shown: %s", got[max(0, i-40):i+6])
			}
			golden(t, strings.TrimSuffix(file, ".yaml")+".want", got)
		})
	}
}

// TestFaultsOfTheSystem compares what is said where the system does not let us read
// a file, for reasons that no test can give it, with testdata/faults/unreadable.want.
func TestFaultsOfTheSystem(t *testing.T) {
	var said strings.Builder
	for _, err := range []error{fs.ErrPermission, errors.New("the disk is on fire")} {
		fmt.Fprintf(&said, "%v\nthe file \"/etc/ferngate/key.pem\" %s\n", &unreadable{"ferngate.yaml", err}, whyUnreadable(err))
		fmt.Fprintln(&said, whyUnwritable("/var/lib/ferngate", err))
	}
	golden(t, "testdata/faults/unreadable.want", said.String())
}

// TestFaultsOfMuch compares what is said of files that hold more than is read
// with testdata/faults/much.want.
func TestFaultsOfMuch(t *testing.T) {
	aliases := "sites:\n  - &site { upstream: http://a, access: [&rule { path: /a, require: public }" + strings.Repeat(", *rule", 400) + "] }\n" + strings.Repeat("  - *site\n", 100)
	const extract = "sites: [{ upstream: http://a, host: a, public_url: https://a, sign_in: { app: { session_cookies: [sid], identity: { user_id: '{login}', email: '{login}' },\n" +
		"  whoami: { path: /me, extract: { login: { %s: '%s' } } } } } }]\nsession: { keys: [env:KEY] }\n"
	faultEnvironment(t)
	var said strings.Builder
	for _, src := range []string{
		"sites: " + strings.Repeat("[", maxDepth+1),
		"log:\n" + strings.Repeat("  x:\n", maxKeys+1),
		"log: [" + strings.Repeat("&a x, ", maxAnchors+1) + "]",
		aliases,
		"sites: []\n" + strings.Repeat("lisen: x\n", maxFaults+2),
		fmt.Sprintf(extract, "css", strings.Repeat(":not(", 1200)+"a"+strings.Repeat(")", 1200)),
		fmt.Sprintf(extract, "regex", strings.Repeat("(", 1200)+"a"+strings.Repeat(")", 1200)),
	} {
		said.WriteString("> a file that begins with " + shorten(strings.ReplaceAll(src, "\n", " ")) + "\n" + everySaying("ferngate.yaml", []byte(src)))
	}
	golden(t, "testdata/faults/much.want", said.String())
}

// everySaying is all that is said of a file: the faults, then the warnings.
func everySaying(file string, src []byte) string {
	_, warnings, err := Parse(file, src)
	var b strings.Builder
	if err != nil {
		b.WriteString(err.Error() + "\n")
	}
	for _, w := range warnings {
		b.WriteString("warning: " + w.String() + "\n")
	}
	return b.String()
}

// golden compares a text with a file, or rewrites the file.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// faultFiles makes a folder of the files that the cases name. Every secret in them holds the word hunter.
func faultFiles(t testing.TB) string {
	t.Helper()
	dir := t.TempDir()
	cert, key := testCertificate(t)
	_, otherKey := testCertificate(t)
	now := time.Now()
	of := func(template x509.Certificate, names ...string) []byte {
		template.NotAfter, template.DNSNames = now.AddDate(1, 0, 0), names
		return testCertificateOf(t, key, template)
	}
	for _, f := range []struct {
		name    string
		content []byte
		mode    os.FileMode
	}{
		{"cert.pem", cert, 0o644},
		{"key.pem", key, 0o600},
		{"shared-key.pem", key, 0o644},
		{"other-key.pem", otherKey, 0o600},
		{"expired.pem", testCertificateOf(t, key, x509.Certificate{NotAfter: time.Date(2020, 1, 31, 0, 0, 0, 0, time.UTC), DNSNames: []string{"app.example.com"}}), 0o644},
		{"not-yet.pem", testCertificateOf(t, key, x509.Certificate{NotBefore: time.Date(2999, 1, 31, 0, 0, 0, 0, time.UTC), NotAfter: now.AddDate(2000, 0, 0), DNSNames: []string{"app.example.com"}}), 0o644},
		{"server-only.pem", testCertificateOf(t, key, x509.Certificate{NotAfter: now.AddDate(1, 0, 0), ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}), 0o644},
		{"clients-only.pem", of(x509.Certificate{ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}}, "app.example.com"), 0o644},
		{"nameless.pem", of(x509.Certificate{}), 0o644},
		{"other.pem", of(x509.Certificate{IPAddresses: []net.IP{net.IPv4(192, 0, 2, 1)}}, "a.example.org", "*.b.example.org"), 0o644},
		{"narrow.pem", of(x509.Certificate{}, "app.example.com"), 0o644},
		{"address.pem", of(x509.Certificate{IPAddresses: []net.IP{net.IPv4(192, 0, 2, 1)}}), 0o644},
		{"garbage.pem", []byte("hunter\n"), 0o600},
		{"malformed-key.pem", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: []byte("hunter")}), 0o600},
		{"rsa.pem", testPublicKey(t, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 2047), E: 65537}), 0o600},
		{"rsa-1024.pem", testPublicKey(t, &rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}), 0o600},
		{"ed25519.pem", testPublicKey(t, make(ed25519.PublicKey, ed25519.PublicKeySize)), 0o600},
		{"p224.pem", testPublicKey(t, testPoint(t, elliptic.P224())), 0o600},
		{"p384.pem", testPublicKey(t, testPoint(t, elliptic.P384())), 0o600},
		{"p521.pem", testPublicKey(t, testPoint(t, elliptic.P521())), 0o600},
		{"secret", []byte("hunter hunter hunter hunter hunter\r\n"), 0o600},
		{"shared-secret", []byte("hunter hunter hunter hunter hunter\n"), 0o644},
		{"users.yaml", []byte("users: []\n"), 0o644},
		{"shared-users.yaml", []byte("users: []\n"), 0o666},
		{"empty", nil, 0o600},
		{"blank", []byte(" \n\n"), 0o600},
		{"large", make([]byte, maxSecret+1), 0o600},
		{"logo.svg", testSVG(), 0o644},
		{"bare.svg", []byte(`<svg viewBox="0 0 1 1"/>`), 0o644},
		{"broken.svg", testSVG()[:len(testSVG())-3], 0o644},
		{"page.html", []byte("<!doctype html><title>Not found</title><svg/>"), 0o644},
	} {
		path := filepath.Join(dir, f.name)
		if err := os.WriteFile(path, f.content, f.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, f.mode); err != nil { // whatever the umask is
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "open"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

// faultEnvironment sets the variables that the cases name.
func faultEnvironment(t testing.TB) {
	t.Helper()
	for name, value := range map[string]string{
		"KEY":            testKey(1),
		"KEY_2":          testKey(2),
		"KEY_2_UNPADDED": strings.TrimRight(testKey(2), "="),
		"KEY_SHORT":      "aHVudGVy",
		"KEY_MALFORMED":  "hunter hunter",
		"JWT":            "hunter hunter hunter hunter hunter",
		"JWT_SHORT":      "hunter",
		"JWT_SPACED":     " hunter hunter hunter hunter hunter ",
		"JWT_DECODED":    strings.Repeat("\x02", 32),
		"HMAC":           "aHVudGVyIGh1bnRlciBodW50ZXIgaHVudGVyIGh1bnRlcg",
		"EMPTY":          "",
		"BLANK":          " \n",
	} {
		t.Setenv(name, value)
	}
}
