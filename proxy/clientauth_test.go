package proxy

import (
	"crypto/tls"
	"net/http"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// askingClients is oneCertificate with client_auth.
func askingClients(require string) string {
	return strings.Replace(oneCertificate, " }\n", ", client_auth: { ca_file: '{tls}/clients.pem', require: "+require+" } }\n", 1)
}

// clientsFiles are those that it names.
func clientsFiles(t *testing.T) func(dir string) {
	return func(dir string) {
		pairs(t, "app.test")(dir)
		testAuthority.writeCertificate(t, filepath.Join(dir, "clients.pem"))
	}
}

func TestClientAuth(t *testing.T) {
	var stranger authority
	none := func(*tls.Config) {}
	ours := func(c *tls.Config) { c.Certificates = []tls.Certificate{testAuthority.issue(t, "alice")} }
	wrong := func(c *tls.Config) {
		cert := stranger.issue(t, "alice")
		c.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return &cert, nil }
	}
	for _, c := range []struct {
		name, require string
		client        func(*tls.Config)
		admitted      bool
	}{
		{"required and there", "true", ours, true},
		{"required and missing", "true", none, false},
		{"required and another authority's", "true", wrong, false},
		{"wanted and there", "false", ours, true},
		{"wanted and missing", "false", none, true},
		{"wanted and another authority's", "false", wrong, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := startRecorder(t, "")
			g := startListening(t, askingClients(c.require), app.url, clientsFiles(t))
			for _, version := range []uint16{tls.VersionTLS12, tls.VersionTLS13} {
				client := verified(t, "app.test")
				client.MaxVersion = version
				c.client(client)
				_, status, err := handshake(g.addr, "app.test", client)
				if admitted := err == nil && status == http.StatusOK; admitted != c.admitted {
					t.Errorf("%s: got %d %v, want admitted: %v", tls.VersionName(version), status, err, c.admitted)
				}
				if c.admitted {
					wantUntold(t, <-app.arrived)
				}
			}
		})
	}
}

// wantUntold: the app learns nothing of the client's certificate.
func wantUntold(t *testing.T, got arrived) {
	t.Helper()
	for _, h := range got.headers {
		if strings.Contains(strings.ToLower(h), "alice") || strings.Contains(strings.ToLower(h), "cert") {
			t.Errorf("the app was sent %s", h)
		}
	}
}

// TestClientAuth_AnotherAuthority: who was admitted by an authority that does
// not count any more is not, with the session of an earlier handshake either.
func TestClientAuth_AnotherAuthority(t *testing.T) {
	dir := t.TempDir()
	clientsFiles(t)(dir)
	g := newGateway(t, strings.ReplaceAll(askingClients("true"), "{tls}", dir), startRecorder(t, "").url)
	addr := g.serveTLS()

	client := verified(t, "app.test")
	client.Certificates = []tls.Certificate{testAuthority.issue(t, "alice")}
	client.ClientSessionCache = tls.NewLRUClientSessionCache(1)
	for _, resumed := range []bool{false, true} {
		state, _, err := handshake(addr, "app.test", client)
		if err != nil || state.DidResume != resumed {
			t.Fatalf("got %v, resumed %v; want resumed %v", err, state.DidResume, resumed)
		}
	}
	var other authority
	replace(t, filepath.Join(dir, "clients.pem"), func(file string) { other.writeCertificate(t, file) })
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	if _, status, err := handshake(addr, "app.test", client); err == nil {
		t.Errorf("got %d for a certificate of the authority before", status)
	}
}

// TestClientAuth_Faults: a file that changed since the config was checked is told of.
func TestClientAuth_Faults(t *testing.T) {
	dir := t.TempDir()
	clientsFiles(t)(dir)
	cfg := config.TLS{CertFile: filepath.Join(dir, "app.test.pem"), KeyFile: filepath.Join(dir, "app.test.key"), ClientAuth: &config.ClientAuth{}}
	for name, want := range map[string]string{"app.test.key": "holds no PEM certificate", "nowhere": "no such file"} {
		cfg.ClientAuth.CAFile = filepath.Join(dir, name)
		if _, err := newHandshakes(&config.Config{TLS: &cfg}, nil, zap.NewNop()); err == nil || !strings.Contains(err.Error(), want) || !strings.Contains(err.Error(), cfg.ClientAuth.CAFile) {
			t.Errorf("%s: got %v, want %q and the file's name", name, err, want)
		}
	}
	cfg.KeyFile = cfg.CertFile
	if _, err := newHandshakes(&config.Config{TLS: &cfg}, nil, zap.NewNop()); err == nil || !strings.Contains(err.Error(), cfg.CertFile) {
		t.Errorf("got %v, want a fault that names the file", err)
	}
}

// TestClientAuth_OpenConnections: a connection that was made when other clients were
// admitted has its answer, and then ends; where it is the same ones it goes on.
func TestClientAuth_OpenConnections(t *testing.T) {
	dir := t.TempDir()
	clientsFiles(t)(dir)
	text := strings.ReplaceAll("listen: 127.0.0.1:0\nadmin: { listen: '' }\n"+
		"tls: { cert_file: '{tls}/app.test.pem', key_file: '{tls}/app.test.key', client_auth: { ca_file: '{tls}/clients.pem', require: true } }\n"+
		"sites: [{ host: app.test, upstream: '{app}' }]\n", "{tls}", dir)
	s := startServer(t, text)
	client := verified(t, "app.test")
	client.Certificates = []tls.Certificate{testAuthority.issue(t, "alice")}
	conn, err := tls.Dial("tcp", s.Addr().String(), client)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	get := getter(conn)
	wantOK(t, "at first", get)
	if err := s.apply(text + "drain_timeout: 3s\n"); err != nil {
		t.Fatal(err)
	}
	wantOK(t, "with another config", get)
	var other authority
	replace(t, filepath.Join(dir, "clients.pem"), func(file string) { other.writeCertificate(t, file) })
	if err := s.apply(text); err != nil {
		t.Fatal(err)
	}
	if got, err := get(); err != nil || got != "200 ok close=true" {
		t.Errorf("of an authority that does not count any more: %q %v", got, err)
	}
}
