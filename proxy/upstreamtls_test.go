package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// startStrict runs an app that takes only clients with a certificate of the
// tests' authority, and names no other authority when it asks for one.
func startStrict(t *testing.T, change func(*tls.Config)) *httptest.Server {
	t.Helper()
	cert := testAuthority.issue(t, "app.internal")
	authorities := x509.NewCertPool()
	authorities.AddCert(testAuthority.cert)
	app := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s at %s", r.Proto, r.TLS.PeerCertificates[0].Subject.CommonName, r.TLS.ServerName)
	}))
	app.EnableHTTP2 = true
	app.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, ClientAuth: tls.RequireAndVerifyClientCert, ClientCAs: authorities}
	change(app.TLS)
	app.Config.ErrorLog = log.New(io.Discard, "", 0)
	app.StartTLS()
	t.Cleanup(app.Close)
	return app
}

// strictUpstream is the config for that app, with these further keys below tls.
func strictUpstream(app *httptest.Server, protocol, keys string) string {
	return fmt.Sprintf("{ url: %s, protocol: %s, tls: { ca_file: ca.pem%s } }", app.URL, protocol, keys)
}

func TestClientCertificate(t *testing.T) {
	const pair = ", client_cert_file: cert.pem, client_key_file: key.pem"
	app := startStrict(t, func(*tls.Config) {})
	old := startStrict(t, func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 })
	elsewhere := startStrict(t, func(c *tls.Config) { c.ClientCAs = x509.NewCertPool() }) // which trusts others
	for name, c := range map[string]struct {
		upstream string
		status   int
		want     string // in the answer, or in the log where the status is 502
	}{
		"http/1.1":                 {strictUpstream(app, "http/1.1", pair+", server_name: app.internal"), http.StatusOK, "HTTP/1.1 ferngate at app.internal"},
		"h2":                       {strictUpstream(app, "h2", pair+", server_name: app.internal"), http.StatusOK, "HTTP/2.0 ferngate at app.internal"},
		"TLS 1.2":                  {strictUpstream(old, "http/1.1", pair+", server_name: app.internal"), http.StatusOK, "HTTP/1.1 ferngate at app.internal"},
		"none":                     {strictUpstream(app, "http/1.1", ", server_name: app.internal"), http.StatusBadGateway, "certificate required"},
		"none, h2":                 {strictUpstream(app, "h2", ", server_name: app.internal"), http.StatusBadGateway, "the upstream failed"}, // and what net/http says of it varies
		"of another authority":     {strictUpstream(elsewhere, "http/1.1", pair+", server_name: app.internal"), http.StatusBadGateway, "unknown certificate authority"},
		"the app's for none of it": {strictUpstream(app, "http/1.1", pair), http.StatusBadGateway, "cannot validate certificate for 127.0.0.1"},
		"the app's for another":    {strictUpstream(app, "h2", pair+", server_name: other.internal"), http.StatusBadGateway, "valid for app.internal, not other.internal"},
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, testConfig, c.upstream)
			a := g.get("/public/x")
			said := a.body
			if c.status != http.StatusOK {
				said = g.logText(t)
			}
			if a.status != c.status || !strings.Contains(said, c.want) {
				t.Errorf("%d %s, want %d %s", a.status, said, c.status, c.want)
			}
		})
	}
}
