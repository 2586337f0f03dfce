package proxy

import (
	"crypto/tls"
	"strings"
	"testing"
)

func TestListener_VersionsAndProtocols(t *testing.T) {
	g := startListening(t, oneCertificate, startRecorder(t, "").url, pairs(t, "app.test"))
	for _, version := range []uint16{tls.VersionTLS10, tls.VersionTLS11, tls.VersionTLS12, tls.VersionTLS13} {
		client := verified(t, "app.test")
		client.MinVersion, client.MaxVersion = version, version
		state, _, err := handshake(g.addr, "app.test", client)
		if want := version >= tls.VersionTLS12; (err == nil) != want || want && state.Version != version {
			t.Errorf("%s: got %s, %v", tls.VersionName(version), tls.VersionName(state.Version), err)
		}
	}
	for _, c := range []struct {
		offered []string
		want    string
	}{
		{[]string{"http/1.1", "h2"}, "h2"},
		{[]string{"http/1.1"}, "http/1.1"},
		{nil, ""},
	} {
		client := verified(t, "app.test")
		client.NextProtos = c.offered
		conn, err := tls.Dial("tcp", g.addr, client)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if got := conn.ConnectionState().NegotiatedProtocol; got != c.want {
			t.Errorf("offered %q: got %q, want %q", c.offered, got, c.want)
		}
	}
	client := verified(t, "app.test")
	client.NextProtos = []string{"acme-tls/1"}
	if _, _, err := handshake(g.addr, "app.test", client); err == nil {
		t.Error("a client that speaks no HTTP was served")
	}
}

// TestListener_IsSecure: behind the listener's own TLS browsers speak HTTPS to the site.
func TestListener_IsSecure(t *testing.T) {
	app := startRecorder(t, "")
	g := startListening(t, oneCertificate, app.url, pairs(t, "app.test"))
	g.url = "https://" + g.addr
	if cookie := g.signIn("alice"); !strings.HasPrefix(cookie, "__Host-ferngate=") {
		t.Errorf("got the cookie %s", cookie)
	}
	g.get("/public/", "X-Forwarded-Proto", "http")
	if got := (<-app.arrived).values("X-Forwarded-Proto"); len(got) != 1 || got[0] != "https" {
		t.Errorf("the app was told %q", got)
	}
}
