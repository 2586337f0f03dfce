package proxy

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// askingBy is testConfig for a proxy, the tests' own client, that asks by these headers.
func askingBy(source string) string {
	return behindProxy(strings.Replace(testConfig, "    access:\n", "    forward_auth: { source: "+source+" }\n    access:\n", 1))
}

// asks are the headers by which a proxy asks about a request, for each source.
var asks = map[string]func(method, origin, target string) []string{
	"x_original": func(method, origin, target string) []string {
		return []string{"X-Original-Method", method, "X-Original-URL", origin + target}
	},
	"x_forwarded": func(method, origin, target string) []string {
		scheme, host, _ := strings.Cut(origin, "://")
		return []string{"X-Forwarded-Method", method, "X-Forwarded-Proto", scheme, "X-Forwarded-Host", host, "X-Forwarded-Uri", target}
	},
}

// eachSource runs a test for each source, in front of an app that must never be asked.
func eachSource(t *testing.T, test func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer)) {
	for source, headersOf := range asks {
		t.Run(source, func(t *testing.T) {
			app := startRecorder(t, "")
			g := startGateway(t, askingBy(source), app.url)
			test(t, g, func(method, target string, headers ...string) answer {
				t.Helper()
				return g.get(authPath, append(headersOf(method, "http://app.test", target), headers...)...)
			})
			select {
			case a := <-app.arrived:
				t.Errorf("the app was asked: %s", a.line)
			default:
			}
		})
	}
}

// What a proxy is told of a request is what would have become of it here.
func TestForwardAuth(t *testing.T) {
	eachSource(t, func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer) {
		alice, bob := g.signIn("alice"), g.signIn("bob")
		for _, c := range []struct {
			name, method, target, cookie string
			status                       int
			user                         string
		}{
			{"signed in", "GET", "/x?a=1", alice, 200, "1001"},
			{"a form", "POST", "/x", alice, 200, "1001"},
			{"nobody", "GET", "/x", "", 401, ""},
			{"a malformed cookie", "GET", "/x", "ferngate=MTc1fGFiY3xkZWY", 401, ""},
			{"a group's path", "GET", "/staff/x", alice, 200, "1001"},
			{"not of the group", "GET", "/staff/x", bob, 403, ""},
			{"optional, signed in", "GET", "/opt/x", bob, 200, "1002"},
			{"optional, nobody", "GET", "/opt/x", "", 200, ""},
			{"public", "GET", "/public/x", alice, 200, ""},
			{"the query is no path", "GET", "/x?/public/", "", 401, ""},
			{"a public path's end", "GET", "/x#/public/", alice, 400, ""},
			{"another spelling", "GET", "/public/..;/staff/x", bob, 403, ""},
			{"another spelling, nobody", "GET", "/public/%2e%2e/x", "", 401, ""},
			{"out of the root", "GET", "/public/../../x", alice, 400, ""},
			{"a malformed escape", "GET", "/public/%zz", alice, 400, ""},
			{"a NUL", "GET", "/public/%00", alice, 400, ""},
			{"our own page", "GET", signInPath, "", 200, ""},
			{"our own page's form", "POST", signOutPath, alice, 200, ""},
			{"the token", "GET", "/api/ferndesk-token", alice, 200, ""},
			{"the token, spelt otherwise", "GET", "/api/%66erndesk-token", alice, 404, ""},
			{"this very path", "GET", authPath, alice, 404, ""},
			{"CONNECT", "CONNECT", "/public/x", alice, 405, ""},
		} {
			a := ask(c.method, c.target, "Cookie", c.cookie)
			if a.status != c.status || a.header.Get("X-Ferngate-User") != c.user || a.header.Get("Cache-Control") != "no-store" {
				t.Errorf("%s: %d, user %q, %v", c.name, a.status, a.header.Get("X-Ferngate-User"), a.header)
			}
		}
	})
}

// All headers that tell of a person are there, so that no proxy keeps what the
// client said in place of one that is not; none has a value for nobody.
func TestForwardAuth_IdentityHeaders(t *testing.T) {
	eachSource(t, func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer) {
		bob := g.signIn("bob")
		for cookie, want := range map[string][]string{
			bob: {"1002", "bob@other.test", "Zoë", "", ""},
			"":  {"", "", "", "", ""},
		} {
			a := ask("GET", "/opt/x", "Cookie", cookie, "X-Ferngate-User", "admin", "Remote-Groups", "admin")
			for i, name := range []string{"X-Ferngate-User", "X-Forwarded-Email", "X-Ferngate-Name", "Remote-Groups", "X-Plan"} {
				if got := a.header.Values(name); len(got) != 1 || got[0] != want[i] {
					t.Errorf("%s is %q, want %q", name, got, want[i])
				}
			}
		}
	})
}

// A page leads to sign-in and back: by a redirect where the proxy hands one on,
// else by a 401 that says where to. What scripts fetch is told 401 alone.
func TestForwardAuth_LeadsToSignIn(t *testing.T) {
	eachSource(t, func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer) {
		want := map[string]int{"x_original": 401, "x_forwarded": 303}[string(g.gw.sites.byHost["app.test"].forwardAuth)]
		a := ask("GET", "/x?a=1&b=2", "Accept", "text/html")
		if at := "http://app.test" + signInPath + "?return_to=" + url.QueryEscape("/x?a=1&b=2"); a.status != want || a.header.Get("Location") != at {
			t.Errorf("a page: %d to %q", a.status, a.header.Get("Location"))
		}
		for _, c := range []struct{ name, method, accept string }{{"a fetch", "GET", "*/*"}, {"a form", "POST", "text/html"}} {
			if a := ask(c.method, "/x", "Accept", c.accept); a.status != 401 || a.header["Location"] != nil {
				t.Errorf("%s: %d to %q", c.name, a.status, a.header.Get("Location"))
			}
		}
	})
}

// Nobody but a proxy may ask, and where nothing is configured there is nothing to ask.
func TestForwardAuth_WhoMayAsk(t *testing.T) {
	for source, headersOf := range asks {
		headers := headersOf("GET", "http://app.test", "/public/x")
		for name, c := range map[string]struct {
			text   string
			status int
		}{
			"a proxy":        {askingBy(source), 200},
			"anybody else":   {strings.Replace(askingBy(source), "127.0.0.0/8", "192.0.2.0/24", 1), 403},
			"not configured": {behindProxy(testConfig), 404},
			"neither":        {testConfig, 404},
		} {
			g := startGateway(t, c.text, "http://127.0.0.1:1")
			if a := g.get(authPath, headers...); a.status != c.status {
				t.Errorf("%s, %s: %d %s", source, name, a.status, a.body)
			}
			if a := g.get("/.ferngate/%61uth", headers...); a.status != 404 {
				t.Errorf("%s, %s, spelt otherwise: %d", source, name, a.status)
			}
		}
	}
}

// The line of the access log is about the request that was asked about.
func TestForwardAuth_AccessLog(t *testing.T) {
	eachSource(t, func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer) {
		g.log.TakeAll()
		ask("POST", "/staff/x?secret=1", "X-Forwarded-For", "203.0.113.7")
		line := g.accessLine(t)
		if line["method"] != "POST" || line["path"] != "/staff/x" || line["status"] != int64(401) || line["forward_auth"] != true ||
			line["client"] != "203.0.113.7" || line["site"] != "app.test" {
			t.Errorf("logged %v", line)
		}
	})
}

// A length without a body, as some proxies copy it, holds nothing up: the answer
// is there though the body never comes.
func TestForwardAuth_LengthWithoutABody(t *testing.T) {
	eachSource(t, func(t *testing.T, g *gateway, ask func(method, target string, headers ...string) answer) {
		for _, framing := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked", "Content-Length: 5\r\nExpect: 100-continue"} {
			headers := asks[string(g.gw.sites.byHost["app.test"].forwardAuth)]("POST", "http://app.test", "/public/x")
			lines := []string{framing}
			for i := 0; i < len(headers); i += 2 {
				lines = append(lines, headers[i]+": "+headers[i+1])
			}
			if a := g.raw(request("POST", authPath, lines...), 1)[0]; a.status != http.StatusOK {
				t.Errorf("%s: %d", framing, a.status)
			}
		}
	})
}
