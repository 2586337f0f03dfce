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
// another one that has expired does. What is said is compared with
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
			return testCertificateOf(t, key, x509.Certificate{NotAfter: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, days), DNSNames: []string{"app.example.com"}})
		}
		write("key.pem", key)
		write("cert.pem", until(10))
		write("ferngate.yaml", []byte("tls: { cert_file: cert.pem, key_file: key.pem }\nsites: [{ host: app.example.com, upstream: http://127.0.0.1:3000 }]\n"))
		first, warnings, err := Load("ferngate.yaml")
		if err != nil || len(warnings) > 0 {
			t.Fatal(err, warnings)
		}
		time.Sleep(20 * 24 * time.Hour)
		second, warnings, err := LoadAfter(first, "ferngate.yaml")
		if err != nil {
			t.Fatal(err)
		}
		got := Faults(warnings).Error() + "\n"
		if _, _, err := LoadAfter(second, "ferngate.yaml"); err != nil {
			t.Errorf("the next time: %v", err)
		}
		if _, _, err := Load("ferngate.yaml"); err == nil {
			t.Error("it is no fault at start")
		}
		write("cert.pem", until(11))
		_, _, err = LoadAfter(second, "ferngate.yaml")
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
