package config

import (
	"crypto/x509"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// TestFaultsOfACertificateInForce: a certificate that expires while it is in force
// keeps no other config from coming into force, which may end somebody's access;
// another one that has expired does. Two weeks before there is a warning, for one that
// is for days when a third of them is left. What is said is compared with
// testdata/faults/expired-in-force.want.
func TestFaultsOfACertificateInForce(t *testing.T) {
	const golden = "testdata/faults/expired-in-force.want"
	goldenFile, err := filepath.Abs(golden)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	synctest.Test(t, func(t *testing.T) {
		_, key := testCertificate(t)
		write := func(name string, content []byte) {
			t.Helper()
			if err := os.WriteFile(name, content, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		until := func(days int) []byte {
			return testCertificateOf(t, key, x509.Certificate{NotBefore: time.Now(), NotAfter: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days), DNSNames: []string{"app.example.com"}})
		}
		write("key.pem", key)
		var got string
		load := func(before *Config) *Config {
			t.Helper()
			c, warnings, err := LoadAfter(before, "ferngate.yaml")
			if err != nil {
				t.Fatal(err)
			}
			if len(warnings) > 0 {
				got += Faults(warnings).Error() + "\n"
			}
			return c
		}
		const day = 24 * time.Hour
		write("cert.pem", until(6))
		write("ferngate.yaml", []byte("tls: { cert_file: cert.pem, key_file: key.pem }\nsites: [{ host: app.example.com, upstream: http://127.0.0.1:3000 }]\n"))
		load(nil)
		time.Sleep(3 * day) // one for six days has three left
		load(nil)
		time.Sleep(2 * day)
		load(nil)
		write("cert.pem", until(60))
		first := load(nil)
		time.Sleep(40 * day)
		load(first)
		time.Sleep(2 * day)
		load(first)
		time.Sleep(20 * day)
		second := load(first)
		if _, _, err := LoadAfter(second, "ferngate.yaml"); err != nil {
			t.Errorf("the next time: %v", err)
		}
		if _, _, err := Load("ferngate.yaml"); err == nil {
			t.Error("it is no fault at start")
		}
		write("cert.pem", until(61))
		_, _, err := LoadAfter(second, "ferngate.yaml")
		if err == nil {
			t.Fatal("another that has expired comes into force")
		}
		got += err.Error() + "\n"
		if *update {
			write(goldenFile, []byte(got))
		}
		want, err := os.ReadFile(goldenFile)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", golden, diff)
		}
	})
}
