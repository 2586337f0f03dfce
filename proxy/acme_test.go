package proxy

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"github.com/ferngate/ferngate/config"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"
	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
	"go.uber.org/zap/zaptest/observer"
)

// acmeGateway is a gateway whose certificates come from a CA.
type acmeGateway struct {
	*gateway
	addr string // of its HTTPS
}

// acmeText is testConfig with tls.acme; more are further keys of tls.
func acmeText(t *testing.T, listener net.Listener, directory, storage string, more ...string) string {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	testAuthority.writeCertificate(t, ca)
	text := fmt.Sprintf("listen: %s\ntls:\n  acme: { directory_url: '%s', ca_file: '%s', storage: '%s' }\n", listener.Addr(), directory, ca, storage)
	for _, line := range more {
		text += "  " + line + "\n"
	}
	_, rest, _ := strings.Cut(testConfig, "\n")
	return text + rest
}

// storageFolder is a folder to keep certificates in. In one of t.TempDir it would
// be a failure that something is still written when the test is over.
func storageFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "acme")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// startACME runs a gateway at a listener; it obtains nothing yet.
func startACME(t *testing.T, l net.Listener, text string, changes ...func(*handshakes)) *acmeGateway {
	t.Helper()
	g := newGateway(t, text, startRecorder(t, "").url)
	for _, change := range changes {
		change(g.gw.handshakes)
	}
	t.Cleanup(func() { g.gw.discard(nil) })
	return &acmeGateway{g, g.serveTLSAt(l)}
}

// shown is the certificate that the gateway shows now; nil if it shows none.
func (g *acmeGateway) shown(client *tls.Config) *x509.Certificate {
	conn, err := tls.Dial("tcp", g.addr, client)
	if err != nil {
		return nil
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0]
}

// awaitCertificate returns once the gateway shows one that the CA issued, for its host.
func (g *acmeGateway) awaitCertificate(t *testing.T, ca *pebble) *x509.Certificate {
	t.Helper()
	var cert *x509.Certificate
	client := ca.trusting("app.test")
	defer func() {
		for _, line := range g.log.Filter(func(e observer.LoggedEntry) bool { return t.Failed() && e.Level >= zap.InfoLevel }).All() {
			t.Log(line.Message, line.ContextMap()) // of the CA's refusal
		}
	}()
	awaited(t, func() bool { cert = g.shown(client); return cert != nil })
	return cert
}

func TestACME_ByTLSALPN(t *testing.T) {
	l := anyPort(t)
	ca := startPebble(t, pebbleSettings{TLSPort: l.Addr().(*net.TCPAddr).Port, HTTPPort: 1})
	g := startACME(t, l, acmeText(t, l, ca.directory, storageFolder(t)))
	g.gw.handshakes.obtain()
	g.awaitCertificate(t, ca)
	if _, status, err := handshake(g.addr, "app.test", ca.trusting("app.test")); err != nil || status != http.StatusOK {
		t.Errorf("got %d %v", status, err)
	}
	if g.log.FilterMessage("a challenge was answered").Len() == 0 {
		t.Error("the log says nothing of the challenge")
	}
}

// TestACME_ByHTTP: at the listener of plain HTTP, which leads to HTTPS otherwise.
// From then on there is a certificate, also for a config that asks otherwise.
func TestACME_ByHTTP(t *testing.T) {
	l, plain := anyPort(t), anyPort(t)
	ca := startPebble(t, pebbleSettings{TLSPort: 1, HTTPPort: plain.Addr().(*net.TCPAddr).Port})
	g := newGateway(t, acmeText(t, l, ca.directory, storageFolder(t), "redirect_listen: "+plain.Addr().String())+"admin: { listen: '' }\n", startRecorder(t, "").url)
	g.gw.discard(nil)
	open := map[string]net.Listener{config.ListenKey: l, config.RedirectListenKey: plain}
	s := NewServer(func(key, _ string) (net.Listener, error) { return open[key], nil })
	cfg := g.config()
	if err := s.Apply(cfg, g.logger); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Drain(context.Background()) })
	served := acmeGateway{g, l.Addr().String()}
	first := served.awaitCertificate(t, ca)
	g.url = "http://" + plain.Addr().String()
	if a := g.rawGet(httpChallengePrefix + "another"); a.status != http.StatusPermanentRedirect {
		t.Errorf("got %d for what is no challenge, want 308", a.status)
	}
	cfg.TLS.ACME.Email = "ops@app.test"
	if err := s.Apply(cfg, g.logger); err != nil {
		t.Fatal(err)
	}
	if cert := served.shown(ca.trusting("app.test")); cert == nil || !cert.Equal(first) {
		t.Error("got another certificate after a reload, or none")
	}
}

// TestACME_ChallengeIsNoWayIn: a CA's handshake needs no client certificate,
// where everybody else's does, and leads nowhere.
func TestACME_ChallengeIsNoWayIn(t *testing.T) {
	l, between := anyPort(t), anyPort(t)
	t.Cleanup(func() { between.Close() })
	ca := startPebble(t, pebbleSettings{TLSPort: between.Addr().(*net.TCPAddr).Port, HTTPPort: 1})
	clients := filepath.Join(t.TempDir(), "clients.pem")
	testAuthority.writeCertificate(t, clients)
	g := startACME(t, l, acmeText(t, l, ca.directory, storageFolder(t), "client_auth: { ca_file: '"+clients+"' }"))

	// While the CA looks for its challenge, somebody else does too.
	intruder := unverified("app.test")
	intruder.NextProtos = []string{alpnACME}
	var served atomic.Value
	go func() {
		for {
			conn, err := between.Accept()
			if err != nil {
				return
			}
			_, status, err := handshake(g.addr, "app.test", intruder)
			served.Store(fmt.Sprintf("%d %v", status, err))
			go carry(conn, g.addr)
		}
	}()
	g.gw.handshakes.obtain()
	client := ca.trusting("app.test")
	client.Certificates = []tls.Certificate{testAuthority.issue(t, "alice")}
	awaited(t, func() bool { return g.shown(client) != nil })
	if got := served.Load(); got != "0 EOF" && got != "0 unexpected EOF" {
		t.Errorf("the intruder got %v, want the end of the connection", got)
	}
	if _, status, err := handshake(g.addr, "app.test", intruder); err == nil {
		t.Errorf("without a challenge: got %d", status)
	}
	if _, status, err := handshake(g.addr, "app.test", ca.trusting("app.test")); err == nil {
		t.Errorf("without a client's certificate: got %d", status)
	}
}

// carry takes bytes between a connection and an address.
func carry(conn net.Conn, addr string) {
	defer conn.Close()
	to, err := net.Dial("tcp", addr)
	if err != nil {
		return
	}
	defer to.Close()
	go func() { _, _ = io.Copy(to, conn) }()
	_, _ = io.Copy(conn, to)
}

// TestACME_ExternalAccount: with the key that the CA knows there is a certificate,
// without it none; and neither it nor any other key is in the log.
func TestACME_ExternalAccount(t *testing.T) {
	mac := bytes.Repeat([]byte{0xfb}, 32)
	key := base64.RawURLEncoding.EncodeToString(mac)
	l := anyPort(t)
	ca := startPebble(t, pebbleSettings{TLSPort: l.Addr().(*net.TCPAddr).Port, HTTPPort: 1,
		ExternalAccountBindingRequired: true, ExternalAccountMACKeys: map[string]string{"kid-1": key}})
	text := acmeText(t, l, ca.directory, storageFolder(t))

	without := anyPort(t)
	g := startACME(t, without, text)
	g.gw.handshakes.obtain()
	awaited(t, func() bool { return g.log.FilterMessageSnippet("could not get certificate").Len() > 0 })
	if g.shown(unverified("app.test")) != nil {
		t.Error("there is a certificate without the account that the CA asks for")
	}

	g.gw.discard(nil)                                                 // as a reload does that mends the config
	t.Setenv("ACME_HMAC_KEY", base64.StdEncoding.EncodeToString(mac)) // as some CAs write it
	g = startACME(t, l, strings.Replace(text, "acme: { ", "acme: { eab: { key_id: kid-1, hmac_key: env:ACME_HMAC_KEY }, ", 1))
	g.gw.handshakes.obtain()
	g.awaitCertificate(t, ca)
	log := g.logText(t)
	for _, secret := range []string{key, base64.StdEncoding.EncodeToString(mac), "PRIVATE KEY", "keyAuthorization"} {
		if strings.Contains(log, secret) {
			t.Errorf("the log has %s", secret)
		}
	}
}

// TestACME_Renews: a certificate that is about to end is replaced by another,
// without a restart, and without a handshake that fails.
func TestACME_Renews(t *testing.T) {
	l := anyPort(t)
	ca := startPebble(t, pebbleSettings{TLSPort: l.Addr().(*net.TCPAddr).Port, HTTPPort: 1, Validity: 6})
	renewed := make(chan struct{})
	g := startACME(t, l, acmeText(t, l, ca.directory, storageFolder(t)), func(h *handshakes) { checkOften(t, h, sync.OnceFunc(func() { close(renewed) })) })
	g.gw.handshakes.obtain()
	first := g.awaitCertificate(t, ca)
	select {
	case <-renewed:
	case <-time.After(time.Minute):
		t.Fatal("it is not renewed")
	}
	awaited(t, func() bool {
		next := g.shown(unverified("app.test"))
		if next == nil {
			t.Fatal("a handshake failed")
		}
		return next.SerialNumber.Cmp(first.SerialNumber) != 0
	})
}

// checkOften looks at the certificates more often than anybody would who has the
// time, and tells of each that is renewed.
func checkOften(t *testing.T, h *handshakes, renewed func()) {
	t.Helper()
	h.close(nil)
	log := h.obtained.log.WithOptions(zap.Hooks(func(e zapcore.Entry) error {
		if strings.Contains(e.Message, "renewed successfully") {
			renewed()
		}
		return nil
	}))
	var err error
	if h.obtained, err = newObtained(h.obtained.settings, 50*time.Millisecond, log); err != nil {
		t.Fatal(err)
	}
	h.challenge = h.obtained.challengeConfig()
}

// TestACME_Restarts: what was obtained is in the storage folder, for nobody else
// to read, and is shown from the first handshake on; the CA, which is not there
// any more, is not asked.
func TestACME_Restarts(t *testing.T) {
	storage := filepath.Join(storageFolder(t), "acme")
	l := anyPort(t)
	ca := startPebble(t, pebbleSettings{TLSPort: l.Addr().(*net.TCPAddr).Port, HTTPPort: 1})
	text := acmeText(t, l, ca.directory, storage)
	g := startACME(t, l, text)
	g.gw.handshakes.obtain()
	first := g.awaitCertificate(t, ca)
	g.gw.discard(nil)
	wantPrivate(t, storage)

	ca.stop()
	again := anyPort(t)
	g = startACME(t, again, text)
	for _, asked := range []string{"app.test", "other.test", ""} { // the first is for clients that ask for none, or another
		if cert := g.shown(unverified(asked)); cert == nil || !cert.Equal(first) {
			t.Errorf("%q: got another certificate than before, or none", asked)
		}
	}
	g.gw.handshakes.obtain()
	awaited(t, func() bool { return g.log.FilterMessageSnippet("certificates are obtained").Len() > 0 })
	if n := g.log.FilterMessageSnippet("obtaining certificate").Len(); n > 0 {
		t.Error("a certificate was asked for again")
	}

	if got := g.gw.handshakes.shown(); len(got) != 1 || got[0].Host != "app.test" || !got[0].NotAfter.Equal(first.NotAfter) {
		t.Errorf("the metrics say %v", got)
	}

	// A reload goes on with it, or with what it left if something else is asked for.
	same, err := newHandshakes(g.config(), g.gw.handshakes, zap.NewNop())
	if err != nil || same.obtained != g.gw.handshakes.obtained {
		t.Errorf("%v: what is obtained does not go on", err)
	}
	cfg := g.config()
	cfg.TLS.ACME.Email = "ops@app.test"
	other, err := newHandshakes(cfg, g.gw.handshakes, zap.NewNop())
	if err != nil || other.obtained == g.gw.handshakes.obtained {
		t.Fatalf("%v: what is obtained goes on, although it is asked for otherwise", err)
	}
	g.gw.handshakes.close(other)
	defer other.close(nil)
	if cert, err := other.certificate(&tls.ClientHelloInfo{ServerName: "app.test"}); err != nil || !cert.Leaf.Equal(first) {
		t.Errorf("%v: what is stored is not shown", err)
	}
}

// wantPrivate: all below a folder is for its owner alone.
func wantPrivate(t *testing.T, dir string) {
	t.Helper()
	files := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", path, info.Mode())
		}
		files++
		return err
	})
	if err != nil || files < 5 {
		t.Errorf("%d files, %v", files, err)
	}
}

// TestACME_NothingYet: until there is a certificate handshakes fail, and the log
// says so once. To build a gateway, as check does, leaves no trace.
func TestACME_NothingYet(t *testing.T) {
	storage := filepath.Join(t.TempDir(), "acme")
	l := anyPort(t)
	g := startACME(t, l, acmeText(t, l, "https://localhost:1/dir", storage))
	for range 3 {
		if g.shown(unverified("app.test")) != nil {
			t.Error("there is a certificate from nowhere")
		}
	}
	if n := g.log.FilterMessageSnippet("a handshake failed").FilterLevelExact(zap.WarnLevel).Len(); n != 1 {
		t.Errorf("the log says so %d times", n)
	}
	if err := Check(g.config(), zap.NewNop()); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(storage); !os.IsNotExist(err) {
		t.Errorf("the folder was made: %v", err)
	}
}

// TestACME_BesideFiles: hosts that a file has a certificate for are not asked for.
func TestACME_BesideFiles(t *testing.T) {
	dir := t.TempDir()
	pairs(t, "app.test")(dir)
	l := anyPort(t)
	text := acmeText(t, l, "https://localhost:1/dir", filepath.Join(dir, "acme"),
		"cert_file: '"+filepath.Join(dir, "app.test.pem")+"'", "key_file: '"+filepath.Join(dir, "app.test.key")+"'")
	text = strings.Replace(text, "sites:\n", "sites:\n  - { host: other.test, upstream: 'http://127.0.0.1:1' }\n", 1)
	g := startACME(t, l, text)
	if got := g.gw.handshakes.obtained.hosts; len(got) != 1 || got[0] != "other.test" {
		t.Errorf("certificates are obtained for %q", got)
	}
	for asked, want := range map[string]bool{"app.test": true, "unknown.test": true, "": true, "other.test": false} {
		if got := g.shown(unverified(asked)) != nil; got != want {
			t.Errorf("%q: a certificate is shown: %v, want %v", asked, got, want)
		}
	}
}

// TestACME_Faults: a file that changed since the config was checked is told of,
// a key only by its name.
func TestACME_Faults(t *testing.T) {
	l := anyPort(t)
	defer l.Close()
	g := newGateway(t, acmeText(t, l, "https://localhost:1/dir", filepath.Join(t.TempDir(), "acme")), "http://127.0.0.1:1")
	cfg := g.config()
	for content, want := range map[string]string{"no PEM": "holds no PEM certificate", "": "no such file"} {
		cfg.TLS.ACME.CAFile = filepath.Join(t.TempDir(), "ca.pem")
		if content != "" {
			if err := os.WriteFile(cfg.TLS.ACME.CAFile, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := New(cfg, nil, zap.NewNop()); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
}

// TestACME_UnreadableStorage: what is stored and cannot be read is a fault, since
// a gateway that has it in memory must not be replaced by one that has not.
func TestACME_UnreadableStorage(t *testing.T) {
	l := anyPort(t)
	defer l.Close()
	dir := t.TempDir()
	g := newGateway(t, acmeText(t, l, "https://localhost:1/dir", dir), "http://127.0.0.1:1")
	g.gw.discard(nil)
	stored := &certmagic.FileStorage{Path: dir}
	for _, key := range []string{certmagic.StorageKeys.SiteCert("localhost:1-dir", "app.test"),
		certmagic.StorageKeys.SitePrivateKey("localhost:1-dir", "app.test"), certmagic.StorageKeys.SiteMeta("localhost:1-dir", "app.test")} {
		if err := stored.Store(t.Context(), key, []byte("half a file")); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := New(g.config(), nil, zap.NewNop()); err == nil || !strings.Contains(err.Error(), "tls.acme.storage: what it has for app.test cannot be read") {
		t.Errorf("got %v", err)
	}
}
