package proxy

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
)

// redirectingSites are one with a port of its own in public, one without, and
// one for any host.
const redirectingSites = `tls: { cert_file: '{tls}/app.test.pem', key_file: '{tls}/app.test.key', redirect_listen: "127.0.0.1:0" }
sites:
  - { host: app.test, upstream: "{upstream}" }
  - { host: ported.test, public_url: "https://Ported.test:8443", upstream: "{upstream}" }
  - { host: "2001:db8::1", upstream: "{upstream}" }
`

// startRedirect runs what listens for plain HTTP.
func startRedirect(t *testing.T, text string) *gateway {
	t.Helper()
	dir := t.TempDir()
	pairs(t, "app.test")(dir)
	g := newGateway(t, strings.ReplaceAll(text, "{tls}", dir), "http://127.0.0.1:1")
	srv, l := g.httpServer(g.config()), anyPort(t)
	srv.Handler = g.noting(http.HandlerFunc(g.live.redirect))
	go func() { _ = srv.Serve(l) }()
	t.Cleanup(func() { _ = srv.Close() })
	g.url = "http://" + l.Addr().String()
	return g
}

func TestRedirect_LeadsToHTTPS(t *testing.T) {
	g := startRedirect(t, redirectingSites)
	for _, c := range []struct{ host, target, want string }{
		{"app.test", "/", "https://app.test/"},
		{"APP.test.:80", "/a?b=c", "https://app.test/a?b=c"}, // as the site is called, not as the client calls it
		{"app.test:8080", `/%2e%2E/a;b\c|"d?%zz&e=f;g`, `https://app.test/%2e%2E/a;b\c|"d?%zz&e=f;g`},
		{"app.test", "//evil.test/", "https://app.test//evil.test/"},
		{"app.test", "http://app.test?x", "https://app.test/?x"},
		{"app.test", "/.ferngate/sign-in?return_to=/", "https://app.test/.ferngate/sign-in?return_to=/"},
		{"ported.test", "/a", "https://ported.test:8443/a"},
		{"[2001:db8::1]:80", "/a", "https://[2001:db8::1]/a"},
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS"} {
			a := g.raw(request(method, c.target, "Host: "+c.host), 1)[0]
			if a.status != http.StatusPermanentRedirect || a.header.Get("Location") != c.want || a.body != "" {
				t.Errorf("%s %s of %s: got %d to %s, want 308 to %s", method, c.target, c.host, a.status, a.header.Get("Location"), c.want)
			}
			if a.header.Get("Cache-Control") != "no-store" || a.header.Get(hstsHeader) != "" {
				t.Errorf("%s %s: got %v", method, c.target, a.header)
			}
		}
	}
}

// TestRedirect_Refusals: nobody is led to a host that is not ours.
func TestRedirect_Refusals(t *testing.T) {
	g := startRedirect(t, redirectingSites)
	for _, c := range []struct {
		request string
		want    int
	}{
		{request("GET", "/", "Host: evil.test"), http.StatusMisdirectedRequest},
		{request("GET", "/", "Host: app.test@evil.test"), http.StatusBadRequest},
		{request("GET", "/", "Host: app.test,evil.test"), http.StatusBadRequest},
		{request("GET", "http://evil.test/", "Host: app.test"), http.StatusMisdirectedRequest},
		{request("GET", "/#a", "Host: app.test"), http.StatusBadRequest},
		{request("CONNECT", "app.test:443", "Host: app.test:443"), http.StatusMethodNotAllowed},
		{request("OPTIONS", "*", "Host: app.test"), http.StatusNoContent},
		{"GET / HTTP/1.0\r\n\r\n", http.StatusMisdirectedRequest},
	} {
		if a := g.raw(c.request, 1)[0]; a.status != c.want || a.header.Get("Location") != "" {
			t.Errorf("%q: got %d to %q, want %d", c.request, a.status, a.header.Get("Location"), c.want)
		}
	}
}

// TestRedirect_AnyHost: a site for any host leads to the one that was asked for, if any was.
func TestRedirect_AnyHost(t *testing.T) {
	g := startRedirect(t, strings.Replace(redirectingSites, "host: app.test, ", "", 1))
	for host, want := range map[string]string{"Other.test:8080": "https://other.test/a", "[::1]": "https://[::1]/a"} {
		if a := g.rawGet("/a", "Host: "+host); a.header.Get("Location") != want {
			t.Errorf("%s: got %s, want %s", host, a.header.Get("Location"), want)
		}
	}
	if a := g.raw("GET / HTTP/1.0\r\n\r\n", 1)[0]; a.status != http.StatusBadRequest {
		t.Errorf("got %d for no host at all, want 400", a.status)
	}
}

// TestRedirect_ReadsNoBody: the answer comes at once, and what follows it on the
// connection, a second request as well as the rest of a body, is nothing.
func TestRedirect_ReadsNoBody(t *testing.T) {
	g := startRedirect(t, redirectingSites)
	for _, head := range []string{"Content-Length: 1000000", "Transfer-Encoding: chunked", "Content-Length: 0"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "%s%s", strings.TrimSuffix(request("POST", "/a", "Host: app.test", head), "\r\n")+"\r\n", request("GET", "/second"))
		answers, err := io.ReadAll(conn) // until the other end closes it
		if got := string(answers); err != nil || strings.Count(got, "HTTP/1.1 ") != 1 || !strings.HasPrefix(got, "HTTP/1.1 308 ") {
			t.Errorf("%s: got %q, %v", head, got, err)
		}
		conn.Close()
	}
}

// TestRedirect_IsLogged: with the client's address and the site, as every request is.
func TestRedirect_IsLogged(t *testing.T) {
	g := startRedirect(t, redirectingSites)
	g.rawGet("/a?secret")
	lines := g.log.FilterMessage("request").All()
	if len(lines) != 1 {
		t.Fatalf("got %d lines, want 1", len(lines))
	}
	got := lines[0].ContextMap()
	if got["site"] != "app.test" || got["status"] != int64(http.StatusPermanentRedirect) || got["path"] != "/a" || got["client"] != "127.0.0.1" {
		t.Errorf("got %v", got)
	}
}

// TestRedirect_IsCounted: as what it is, and what is refused before the site is known as that.
func TestRedirect_IsCounted(t *testing.T) {
	g := startRedirect(t, redirectingSites)
	g.rawGet("/a")
	g.rawGet("/a", "Host: evil.test")
	g.raw(request("OPTIONS", "*", "Host: app.test"), 1)
	g.wantCounts("ferngate_requests_total", map[string]float64{"redirect 308 none": 1, "none 421 none": 1, "redirect 204 none": 1})
	g.wantCounts("ferngate_open_requests", map[string]float64{})
}

// TestRedirect_NoHSTS: over plain HTTP there is none (RFC 6797, section 7.2), though the public URL is https://.
func TestRedirect_NoHSTS(t *testing.T) {
	g := startRedirect(t, strings.Replace(redirectingSites, "host: ported.test,", "host: ported.test, hsts: { max_age: 365d },", 1))
	for target, status := range map[string]int{"/a": http.StatusPermanentRedirect, "*": http.StatusNoContent} {
		a := g.raw(request("OPTIONS", target, "Host: ported.test"), 1)[0]
		if a.status != status || a.header.Get(hstsHeader) != "" {
			t.Errorf("%s: got %d and %v", target, a.status, a.header)
		}
	}
}
