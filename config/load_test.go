package config

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestTheLeastConfig(t *testing.T) {
	file := filepath.Join(t.TempDir(), "ferngate.yaml")
	if err := os.WriteFile(file, []byte("\ufefflisten: 127.0.0.1:8080\r\nsites: [{ upstream: http://127.0.0.1:3000 }]\r\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, warnings, err := Load(file)
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	got := []any{c.Listen, c.Admin.Listen, c.TLS == nil, c.Limits, c.DrainTimeout, c.Log, c.Session.IdleTimeout, c.Session.Lifetime,
		c.Sites[0].Upstream.URL.String(), c.Sites[0].Upstream.Timeouts}
	want := []any{"127.0.0.1:8080", "127.0.0.1:9901", true,
		Limits{HeaderSize: 64 << 10, HeaderTimeout: 10 * time.Second, BodyTimeout: 30 * time.Second, SendTimeout: time.Minute, IdleTimeout: 2 * time.Minute},
		30 * time.Second, Log{Level: "info", Format: "json", UserID: "hashed"}, 12 * time.Hour, 7 * 24 * time.Hour,
		"http://127.0.0.1:3000", UpstreamTimeouts{Dial: 5 * time.Second, Send: time.Minute, ResponseHeader: time.Minute, Idle: 90 * time.Second}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestHostsAreFolded(t *testing.T) {
	c, _, err := Parse("ferngate.yaml", []byte("sites: [{ host: APP.Example.com., upstream: http://127.0.0.1:3000 }]"))
	if err != nil || c.Sites[0].Host != "app.example.com" {
		t.Errorf("got %v, %v", c, err)
	}
}

func TestAFileThatCannotBeRead(t *testing.T) {
	t.Chdir(t.TempDir())
	_, _, err := Load("ferngate.yaml")
	if !errors.Is(err, fs.ErrNotExist) || err.Error() != "ferngate.yaml: no such file: name the config with --config" {
		t.Errorf("got %v", err)
	}
	if _, _, err = Load("."); err == nil || err.Error() != ".: is a folder: name the file in it with --config" {
		t.Errorf("got %v", err)
	}
}

func TestListenersCollide(t *testing.T) {
	for _, tt := range []struct {
		listen, admin string
		want          bool
	}{
		{":8080", ":8080", true},
		{":8080", "127.0.0.1:8080", true},
		{"127.0.0.1:8080", "[::]:8080", true},
		{"127.0.0.1:8080", "127.0.0.1:8080", true},
		{"127.0.0.1:8080", "10.0.0.1:8080", false},
		{":8080", ":8081", false},
		{":0", ":0", false},
		{":9901", "", false},
	} {
		src := "listen: '" + tt.listen + "'\nadmin: { listen: '" + tt.admin + "' }\nsites: [{ upstream: http://127.0.0.1:3000 }]"
		if _, _, err := Parse("ferngate.yaml", []byte(src)); (err != nil) != tt.want {
			t.Errorf("%s and %s: got %v, want a fault: %v", tt.listen, tt.admin, err, tt.want)
		}
	}
}

func TestFilesAreThoseThatDecideWhatIsLoaded(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "ferngate.yaml")
	if diff := cmp.Diff([]string{file}, Files(file)); diff != "" {
		t.Errorf("without one: %s", diff)
	}
	const text = `tls: { cert_file: tls.crt, acme: { ca_file: ca.pem, storage: acme } } # which changes by itself
session: { keys: [file:session.key, env:NO_FILE] }
sites:
  - upstream: { url: "https://app.test", tls: { ca_file: /etc/ca.pem } }
    branding: { logo_file: missing.svg }
    sign_in:
      password: { users_file: users.yaml }
      app: { enrich: { file: people.csv }, unknown: x }
    ferndesk: { jwt_secret: "file:run/jwt" }
`
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	want := []string{file, filepath.Join(dir, "tls.crt"), filepath.Join(dir, "ca.pem"), filepath.Join(dir, "session.key"), "/etc/ca.pem", filepath.Join(dir, "missing.svg"),
		filepath.Join(dir, "users.yaml"), filepath.Join(dir, "people.csv"), filepath.Join(dir, "run/jwt")}
	if diff := cmp.Diff(want, Files(file)); diff != "" {
		t.Error(diff)
	}
}
