package main

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ferngate/ferngate/cmd/ferngate/standin"
)

// Where these tests' people are, and where the widget comes from: all of it is
// this machine.
const (
	appHost    = "app.example.test"
	helpHost   = "help.example.test"
	sdkHost    = "static.ferndesk.com"
	appOrigin  = "https://" + appHost
	testWidget = "widget_01TEST"
)

const injectedConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
tls: { cert_file: tls.crt, key_file: tls.key }
session: { keys: [file:session.key] }
sites:
  - host: {host}
    upstream: {upstream}
    ferndesk:
      jwt_secret: file:jwt.secret
      token_ttl: {ttl}
      help_center: {help}
      widget_id: {widget}
    sign_in:
`

// injectedSite is an app behind ferngate at its public name, with Ferndesk's
// stand-in at theirs.
type injectedSite struct {
	*injectedApp
	found []chromedp.ExecAllocatorOption // by which a browser finds all of it
}

// startInjected runs ferngate in front of the app, with tokens that are good for so long.
func startInjected(t *testing.T, app *injectedApp, ttl string) *injectedSite {
	t.Helper()
	certificate := newCertificate(t, appHost, helpHost, sdkHost)
	config := strings.NewReplacer("{host}", appHost, "{upstream}", app.url, "{ttl}", ttl, "{help}", helpHost, "{widget}", testWidget).Replace(injectedConfig)
	for line := range strings.Lines(app.signInBy) {
		config += "      " + line
	}
	gate := serveGate(t, config, map[string]string{
		"tls.crt": certificate.chain, "tls.key": certificate.key, "people.csv": peopleTable(t), "users.yaml": gateUsers,
	})

	ferndesk := httptest.NewUnstartedServer(standin.Handler([]byte(gateSecret), helpHost))
	ferndesk.TLS = certificate.config(t)
	ferndesk.StartTLS()
	t.Cleanup(ferndesk.Close)

	to := func(host, url string) string {
		_, address, _ := strings.Cut(url, "://")
		return "MAP " + host + ":443 " + address + ", "
	}
	return &injectedSite{app, []chromedp.ExecAllocatorOption{
		chromedp.Flag("host-resolver-rules", to(appHost, gate)+to(helpHost, ferndesk.URL)+to(sdkHost, ferndesk.URL)+"MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		// Trusted as those of the web are: otherwise nothing would be kept in the cache.
		chromedp.Flag("ignore-certificate-errors-spki-list", certificate.pin),
	}}
}

// newBrowser starts a browser in which the site and Ferndesk have their names.
func (s *injectedSite) newBrowser(t *testing.T) *browser {
	t.Helper()
	b := newBrowser(t, s.found...)
	b.watch()
	return b
}
