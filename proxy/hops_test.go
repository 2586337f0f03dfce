package proxy

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// What an outsider says about hops that were not there is dropped, and nothing
// is decided by it.
func TestH10_ForwardedFamilyFromOutside(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, adminOnly, app.url)
	spoof := []string{
		"X_Forwarded_Proto: https", "X-Forwarded-Prefix: /admin", "X-Forwarded-Port: 443", "X-Forwarded-Server: evil.test",
		"X-Forwarded-Uri: /page", "X-Forwarded-Method: POST", "X-Original-URL: /admin/secret", "X-Rewrite-URL: /admin/secret",
		"Forwarded: for=9.9.9.9;host=evil.test;proto=https", "X-Forwarded-For: 9.9.9.9", "X-Forwarded-Host: evil.test",
		"X-Real-IP: 9.9.9.9", "X-Client-IP: 9.9.9.9", "True-Client-IP: 9.9.9.9", "X-Original-Host: evil.test", "Front-End-Https: on",
		"X.Forwarded.Host: evil.test", "x_original_url: /admin/secret",
		"Client-IP: 9.9.9.9", "X-Cluster-Client-IP: 9.9.9.9", "CF-Connecting-IP: 9.9.9.9", "Fastly-Client-IP: 9.9.9.9", "X-Original-URI: /admin/secret",
		"X-Forwarded: for=9.9.9.9", "client_ip: 9.9.9.9", "CF_Connecting_IP: 9.9.9.9",
	}
	if a := g.rawGet("/page", spoof...); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	got := app.next(t)
	want := []string{
		"Host: app.test", `Forwarded: for=127.0.0.1;proto=http;host="app.test"`,
		"X-Forwarded-For: 127.0.0.1", "X-Forwarded-Host: app.test", "X-Forwarded-Proto: http",
	}
	slices.Sort(want)
	slices.Sort(got.headers)
	if !slices.Equal(got.headers, want) {
		t.Errorf("arrived %q\nwant    %q", got.headers, want)
	}
	if a := g.rawGet("/admin/secret", append(spoof, "X-Forwarded-Uri: /page")...); a.status != http.StatusUnauthorized {
		t.Errorf("/admin/secret: %d", a.status)
	}
	app.none(t)
}

// Even a trusted proxy never sends the app to another path, nor in another spelling.
func TestH10_ForwardedFamilyFromATrustedProxy(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, behindProxy(adminOnly), app.url)
	g.rawGet("/page", "X-Forwarded-Port: 443", "X-Real-IP: 9.9.9.9", "X_Real_IP: 8.8.8.8", "X_Forwarded_Port: 1",
		"X-Original-URL: /admin/secret", "X-Rewrite-URL: /admin/secret", "Forwarded: for=8.8.8.8", "X_Forwarded_For: 8.8.8.8",
		"Client-IP: 1.1.1.1", "X-Cluster-Client-IP: 2.2.2.2", "CF-Connecting-IP: 3.3.3.3", "Fastly-Client-IP: 4.4.4.4", "X-Original-URI: /page",
		"X-Forwarded: for=5.5.5.5", "Client_IP: 8.8.8.8", "x.original.uri: /admin/secret")
	got := app.next(t)
	for name, want := range map[string][]string{
		"X-Forwarded-Port": {"443"}, "X-Real-IP": {"9.9.9.9"}, "X-Original-URL": nil, "X-Rewrite-URL": nil, "X-Forwarded-For": {"127.0.0.1"},
		"Forwarded": {`for=127.0.0.1;proto=http;host="app.test"`},
		"Client-IP": {"1.1.1.1"}, "X-Cluster-Client-IP": {"2.2.2.2"}, "CF-Connecting-IP": {"3.3.3.3"}, "Fastly-Client-IP": {"4.4.4.4"},
		"X-Original-URI": {"/page"}, "X-Forwarded": {"for=5.5.5.5"},
	} {
		if v := got.values(name); !slices.Equal(v, want) {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
}

func TestH11_OutsiderClaimsHTTPS(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	a := g.send(http.MethodPost, signInPath, "login=alice&password="+testPassword,
		"Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-Proto", "https")
	cookie := a.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "ferngate=") || strings.Contains(cookie, "Secure") {
		t.Fatalf("over plain HTTP: %s", cookie)
	}
	g.rawGet("/page", "Cookie: "+cookieOf(t, a), "X-Forwarded-Proto: https")
	if p := app.next(t).values("X-Forwarded-Proto"); !slices.Equal(p, []string{"http"}) {
		t.Errorf("the app was told %q", p)
	}
}

// The counterpart: what a trusted proxy says is believed.
func TestH11_TrustedProxySaysHTTPS(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, behindProxy(testConfig), app.url)
	a := g.send(http.MethodPost, signInPath, "login=alice&password="+testPassword,
		"Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-Proto", "https")
	cookie := a.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-ferngate=") || !strings.Contains(cookie, "; Secure") {
		t.Fatalf("over HTTPS: %s", cookie)
	}
	for _, scheme := range []string{"HTTPS", "wss"} { // Traefik says wss where a websocket is asked for
		if a := g.rawGet("/page", "Cookie: "+cookieOf(t, a), "X-Forwarded-Proto: "+scheme); a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", scheme, a.status, a.body)
		}
		if p := app.next(t).values("X-Forwarded-Proto"); !slices.Equal(p, []string{"https"}) {
			t.Errorf("%s: the app was told %q", scheme, p)
		}
	}
}

func TestH12_HostAndSchemeFromATrustedProxy(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, behindProxy(testConfig), app.url)
	for _, c := range []struct {
		line string
		want int
	}{
		// The table says 400; a host that is not ours is 421 here (RFC 9110, section 15.5.20).
		{"X-Forwarded-Host: evil.test", http.StatusMisdirectedRequest},
		{"X-Forwarded-Proto: javascript", http.StatusBadRequest},
		{"X-Forwarded-Proto: https, http", http.StatusBadRequest},
		{"X-Forwarded-Proto: ", http.StatusBadRequest},
		{"X-Forwarded-Proto: wss, https", http.StatusBadRequest},
	} {
		for _, target := range []string{"/page", "/public/x", signInPath, "/api/ferndesk-token"} {
			a := g.rawGet(target, c.line, "Accept: text/html")
			if a.status != c.want || a.header.Get("Location") != "" || a.header.Get("Set-Cookie") != "" ||
				strings.Contains(a.body, "evil.test") || strings.Contains(a.body, "javascript") {
				t.Errorf("%s %s: %d %v %s", c.line, target, a.status, a.header, a.body)
			}
		}
	}
	app.none(t)
}

func TestH13_ClientAddress(t *testing.T) {
	app := startRecorder(t, "")
	for name, c := range map[string]struct {
		config string
		lines  []string
		client string
		via    string // what the app is told
	}{
		"direct, spoofed": {testConfig, []string{"X-Forwarded-For: 10.0.0.1"}, "127.0.0.1", "127.0.0.1"},
		"two lines":       {behindProxy(testConfig), []string{"X-Forwarded-For: 1.1.1.1", "X-Forwarded-For: 2.2.2.2, 127.0.0.9"}, "2.2.2.2", "2.2.2.2, 127.0.0.9, 127.0.0.1"},
		"spoof before":    {behindProxy(testConfig), []string{"X-Forwarded-For: 127.0.0.1", "X-Forwarded-For: 3.3.3.3"}, "3.3.3.3", "3.3.3.3, 127.0.0.1"},
		"no address":      {behindProxy(testConfig), []string{"X-Forwarded-For: 1.1.1.1, unknown"}, "127.0.0.1", "127.0.0.1"},
		"with a port":     {behindProxy(testConfig), []string{"X-Forwarded-For: [2001:db8::1]:99"}, "2001:db8::1", "2001:db8::1, 127.0.0.1"},
		"other headers":   {behindProxy(testConfig), []string{"X-Real-IP: 4.4.4.4", "Forwarded: for=5.5.5.5"}, "127.0.0.1", "127.0.0.1"},
	} {
		t.Run(name, func(t *testing.T) {
			g := startGateway(t, c.config, app.url)
			g.rawGet("/public/x", c.lines...)
			if via := app.next(t).values("X-Forwarded-For"); !slices.Equal(via, []string{c.via}) {
				t.Errorf("the app was told %q, want %q", via, c.via)
			}
			if client := g.accessLine(t)["client"]; client != c.client {
				t.Errorf("the log says %v, want %s", client, c.client)
			}
		})
	}
}

// No way is so long: of one that says it is, the nearest hops are told.
func TestH13_EndlessWay(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, "trusted_proxies: [127.0.0.0/8, \"::/64\"]\n"+testConfig, app.url)
	a := g.rawGet("/public/x", "X-Forwarded-For: 9.9.9.9"+strings.Repeat(",::1", 5000), "X-Forwarded-For: ::2"+strings.Repeat(",::3", 5000))
	if a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	want := strings.Repeat("::3, ", maxHops) + "127.0.0.1"
	if via := app.next(t).values("X-Forwarded-For"); !slices.Equal(via, []string{want}) {
		t.Errorf("the app was told %q, want %q", via, want)
	}
}

func TestH14_MalformedHosts(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	trusting := startGateway(t, behindProxy(testConfig), app.url)
	for _, c := range []struct {
		g     *gateway
		lines []string
	}{
		{g, []string{"Host: app.test", "Host: app.test"}},
		{g, []string{"Host: app.test, b.test"}},
		{g, []string{"Host: app.test@evil.test"}},
		{g, []string{"Host: evil.test@app.test"}},
		{g, []string{"Host: app.test/path"}},
		{g, []string{"Host: app.test:80:80"}},
		{g, []string{"Host: app.test:http"}},
		{g, []string{"Host: app.test#"}},
		{g, []string{"Host: app.test?x"}},
		{g, []string{`Host: app.test\evil.test`}},
		{g, []string{"Host: [app.test]"}},
		{g, []string{"Host: app%2etest"}},
		{trusting, []string{"X-Forwarded-Host: app.test", "X-Forwarded-Host: app.test"}},
		{trusting, []string{"X-Forwarded-Host: app.test, app.test"}},
		{trusting, []string{"X-Forwarded-Host: app.test@evil.test"}},
		{trusting, []string{`X-Forwarded-Host: app.test";proto="https`}},
	} {
		if a := c.g.rawGet("/public/x", c.lines...); a.status != http.StatusBadRequest {
			t.Errorf("%q: %d %s", c.lines, a.status, a.body)
		}
	}
	app.none(t)
}
