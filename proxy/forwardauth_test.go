package proxy

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// askingBy is testConfig for a proxy, the tests' own client, that asks by these headers.
func askingBy(source string) string {
	return behindProxy(strings.Replace(testConfig, "    access:\n", "    forward_auth: { source: "+source+" }\n    access:\n", 1))
}

// asks is how a proxy asks about a request, for each source: the method and the
// target of its own request, and headers, a name and a value in turn.
var asks = map[string]func(method, origin, target string) (ownMethod, ownTarget string, headers []string){
	"x_original": func(method, origin, target string) (string, string, []string) {
		return "GET", authPath, []string{"X-Original-Method", method, "X-Original-URL", origin + target}
	},
	"x_forwarded": func(method, origin, target string) (string, string, []string) {
		scheme, host, _ := strings.Cut(origin, "://")
		return "GET", authPath, []string{"X-Forwarded-Method", method, "X-Forwarded-Proto", scheme, "X-Forwarded-Host", host, "X-Forwarded-Uri", target}
	},
	"request_line": func(method, origin, target string) (string, string, []string) {
		scheme, host, _ := strings.Cut(origin, "://")
		return method, authPath + target, []string{"Host", host, "X-Forwarded-Proto", scheme}
	},
}

// askingProxy asks a gateway about requests to http://app.test, as one source has it.
type askingProxy struct {
	*gateway
	source string
}

// ask asks about a request with these headers, byte for byte.
func (p askingProxy) ask(method, target string, headers ...string) answer {
	p.t.Helper()
	method, target, asking := asks[p.source](method, "http://app.test", target)
	var lines []string
	for i, headers := 0, append(asking, headers...); i < len(headers); i += 2 {
		lines = append(lines, headers[i]+": "+headers[i+1])
	}
	return p.raw(request(method, target, lines...), 1)[0]
}

// eachSource runs a test for each source, in front of an app that must never be asked.
func eachSource(t *testing.T, test func(t *testing.T, p askingProxy)) {
	for source := range asks {
		t.Run(source, func(t *testing.T) {
			app := startRecorder(t, "")
			test(t, askingProxy{startGateway(t, askingBy(source), app.url), source})
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
	eachSource(t, func(t *testing.T, p askingProxy) {
		alice, bob := p.signIn("alice"), p.signIn("bob")
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
			{"nor is a fragment", "GET", "/x#/public/", alice, 400, ""},
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
			a := p.ask(c.method, c.target, "Cookie", c.cookie)
			kept := a.header.Get("Cache-Control") != "no-store" && !strings.HasPrefix(a.body, "400 Bad Request") // which is net/http's
			if a.status != c.status || a.header.Get("X-Ferngate-User") != c.user || kept {
				t.Errorf("%s: %d, user %q, %v", c.name, a.status, a.header.Get("X-Ferngate-User"), a.header)
			}
		}
	})
}

// All headers that tell of a person are there, so that no proxy keeps what the
// client said in place of one that is not; none has a value for nobody.
func TestForwardAuth_IdentityHeaders(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		bob := p.signIn("bob")
		for cookie, want := range map[string][]string{
			bob: {"1002", "bob@other.test", "Zoë", "", ""},
			"":  {"", "", "", "", ""},
		} {
			a := p.ask("GET", "/opt/x", "Cookie", cookie, "X-Ferngate-User", "admin", "Remote-Groups", "admin")
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
	eachSource(t, func(t *testing.T, p askingProxy) {
		want := map[string]int{"x_original": 401, "x_forwarded": 303, "request_line": 303}[p.source]
		a := p.ask("GET", "/x?a=1&b=2", "Accept", "text/html")
		if at := "http://app.test" + signInPath + "?return_to=" + url.QueryEscape("/x?a=1&b=2"); a.status != want || a.header.Get("Location") != at {
			t.Errorf("a page: %d to %q", a.status, a.header.Get("Location"))
		}
		for _, c := range []struct{ name, method, accept string }{{"a fetch", "GET", "*/*"}, {"a form", "POST", "text/html"}} {
			if a := p.ask(c.method, "/x", "Accept", c.accept); a.status != 401 || a.header["Location"] != nil {
				t.Errorf("%s: %d to %q", c.name, a.status, a.header.Get("Location"))
			}
		}
	})
}

// Nobody but a proxy may ask, and where nothing is configured there is nothing to ask.
func TestForwardAuth_WhoMayAsk(t *testing.T) {
	for source := range asks {
		for name, c := range map[string]struct {
			text   string
			status int
		}{
			"a proxy":        {askingBy(source), 200},
			"anybody else":   {strings.Replace(askingBy(source), "127.0.0.0/8", "192.0.2.0/24", 1), 403},
			"not configured": {behindProxy(testConfig), 404},
			"neither":        {testConfig, 404},
		} {
			p := askingProxy{startGateway(t, c.text, "http://127.0.0.1:1"), source}
			if a := p.ask("GET", "/public/x"); a.status != c.status {
				t.Errorf("%s, %s: %d %s", source, name, a.status, a.body)
			}
			_, _, headers := asks[source]("GET", "http://app.test", "/public/x")
			for _, target := range []string{"/.ferngate/%61uth", "/.ferngate/%61uth/x", "/.ferngate/authx", "/.ferngate//auth"} {
				if a := p.get(target, headers...); a.status != 404 {
					t.Errorf("%s, %s, %s: %d", source, name, target, a.status)
				}
			}
		}
	}
}

// The line of the access log is about the request that was asked about.
func TestForwardAuth_AccessLog(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		p.log.TakeAll()
		p.ask("POST", "/staff/x?secret=1", "X-Forwarded-For", "203.0.113.7")
		line := p.accessLine(t)
		if line["method"] != "POST" || line["path"] != "/staff/x" || line["status"] != int64(401) || line["forward_auth"] != true ||
			line["client"] != "203.0.113.7" || line["site"] != "app.test" {
			t.Errorf("logged %v", line)
		}
	})
}

// A length without a body, as some proxies copy it, holds nothing up: the answer
// is there though the body never comes.
func TestForwardAuth_LengthWithoutABody(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		for _, framing := range [][]string{{"Content-Length", "1000"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "5", "Expect", "100-continue"}} {
			if a := p.ask("POST", "/public/x", framing...); a.status != http.StatusOK {
				t.Errorf("%s: %d", framing, a.status)
			}
		}
	})
}

// The site is that of the host that was asked for, whatever the proxy calls us.
func TestForwardAuth_TheSiteOfTheHostThatWasAskedFor(t *testing.T) {
	for source, ask := range asks {
		text := askingBy(source) + "  - { host: open.test, upstream: \"{upstream}\", forward_auth: { source: " + source + " } }\n" +
			"  - { host: silent.test, upstream: \"{upstream}\" }\n"
		g := startGateway(t, text, "http://127.0.0.1:1")
		for origin, want := range map[string]int{
			"http://app.test": 401, "http://open.test": 200, "https://OPEN.test.:8443": 200, "http://silent.test": 404, "http://other.test": 421,
		} {
			method, target, headers := ask("GET", origin, "/x")
			if source != "request_line" {
				headers = append(headers, "Host", "ferngate.internal:8080")
			}
			if a := g.send(method, target, "", headers...); a.status != want {
				t.Errorf("%s, %s: %d %s", source, origin, a.status, a.body)
			}
		}
	}
}

// A proxy that names its site asks about requests for that one alone: some take
// the host that they ask about from another place than the one by which they chose
// the app, as ingress-nginx does where the target is a whole URL.
func TestForwardAuth_TheSiteThatIsNamed(t *testing.T) {
	for _, source := range []string{"x_original", "x_forwarded"} {
		text := askingBy(source) + "  - { host: open.test, upstream: \"{upstream}\", forward_auth: { source: " + source + " } }\n"
		g := startGateway(t, text, "http://127.0.0.1:1")
		for _, c := range []struct {
			query, origin string
			status        int
		}{
			{"", "http://open.test", 200},
			{"?host=open.test", "http://open.test", 200},
			{"?host=OPEN.test.:443", "http://open.test:8080", 200},
			{"?host=app.test", "http://app.test", 401},
			{"?host=app.test", "http://open.test", 400},
			{"?host=app.test", "http://OPEN.test.:80", 400},
			{"?host=app.test&host=open.test", "http://open.test", 400},
			{"?host=open.test&host=app.test", "http://open.test", 400},
			{"?host=open.test&x=1", "http://open.test", 400},
			{"?hosts=open.test", "http://open.test", 400},
			{"?host=", "http://open.test", 400},
			{"?host=%zz", "http://open.test", 400},
			{"?open.test", "http://open.test", 400},
			{"?", "http://open.test", 400},
		} {
			_, target, headers := asks[source]("GET", c.origin, "/x")
			if a := g.get(target+c.query, append(headers, "Host", "ferngate.internal:8080")...); a.status != c.status {
				t.Errorf("%s, %q asks about %s: %d %s", source, c.query, c.origin, a.status, a.body)
			}
		}
	}
}

// What the browser speaks to the proxy decides which cookie counts, and where
// sign-in is.
func TestForwardAuth_HTTPS(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		cookie := cookieOf(t, p.postForm(signInPath, url.Values{"login": {"alice"}, "password": {testPassword}}, "X-Forwarded-Proto", "https"))
		for origin, want := range map[string]int{"https://app.test": 200, "http://app.test": 401} {
			method, target, headers := asks[p.source]("GET", origin, "/x")
			if a := p.send(method, target, "", append(headers, "Cookie", cookie)...); a.status != want {
				t.Errorf("%s: %d", origin, a.status)
			}
		}
		method, target, headers := asks[p.source]("GET", "https://app.test:8443", "/x")
		a := p.send(method, target, "", append(headers, "Accept", "text/html")...)
		if at := a.header.Get("Location"); at != "https://app.test:8443"+signInPath+"?return_to=%2Fx" {
			t.Errorf("sign-in is at %q", at)
		}
	})
}

// A websocket that a page of another site's opens is nobody's, though proxies
// take the Upgrade header away before they ask.
func TestForwardAuth_CrossSiteWebSocket(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		alice := p.signIn("alice")
		for _, c := range []struct {
			target, origin string
			status         int
			user           string
		}{
			{"/x", "http://app.test", 200, "1001"},
			{"/x", "http://evil.test", 401, ""},
			{"/opt/x", "http://evil.test", 200, ""},
		} {
			a := p.ask("GET", c.target, "Cookie", alice, "Origin", c.origin, "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==", "Sec-WebSocket-Version", "13")
			if a.status != c.status || a.header.Get("X-Ferngate-User") != c.user {
				t.Errorf("%s from %s: %d, %q", c.target, c.origin, a.status, a.header.Get("X-Ferngate-User"))
			}
		}
	})
}

// Another protocol than websockets is a tunnel past ferngate, if the proxy
// passes on what asks for it.
func TestForwardAuth_OtherUpgrades(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		for _, c := range []struct {
			headers []string
			status  int
			reason  string // a part of what the log gives
		}{
			{[]string{"Upgrade", "websocket"}, 200, ""},
			{[]string{"Connection", "upgrade", "Upgrade", "WebSocket", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="}, 200, ""},
			{[]string{"Upgrade", "h2c"}, 400, "Upgrade"},
			{[]string{"Connection", "upgrade", "Upgrade", "TLS/1.0"}, 400, "Upgrade"},
			{[]string{"Upgrade", "websocket", "Upgrade", "h2c"}, 400, "Upgrade"},
			{[]string{"Upgrade", "h2c", "Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA=="}, 400, "Upgrade"},
			{[]string{"Upgrade", "websocket, h2c"}, 400, "Upgrade"},
			{[]string{"Upgrade", "websoc\u212aet"}, 400, "Upgrade"}, // the sign for kelvin
			{[]string{"Upgrade", ""}, 400, "Upgrade"},
			{[]string{"HTTP2-Settings", "AAMAAABkAAQAAP__"}, 400, "HTTP2-Settings"},
		} {
			p.log.TakeAll()
			a := p.ask("GET", "/public/x", c.headers...)
			if reason, _ := p.accessLine(t)["reason"].(string); a.status != c.status || !strings.Contains(reason, c.reason) {
				t.Errorf("%q: %d, %q", c.headers, a.status, reason)
			}
		}
	})
}

// A proxy that asks does not use the session: nothing renews it but pages that
// come through here.
func TestForwardAuth_IsNoUseOfTheSession(t *testing.T) {
	text := strings.Replace(askingBy("x_forwarded"), "127.0.0.0/8", "192.0.2.0/24", 1) // httptest's client
	g := newGateway(t, text, "http://127.0.0.1:1")
	synctest.Test(t, func(t *testing.T) {
		cookie := g.serveSignIn(t, "alice")
		ask := func() answer {
			_, target, headers := asks["x_forwarded"]("GET", "http://app.test", "/x")
			return g.serve(http.MethodGet, target, "", append(headers, "Cookie", cookie, "Sec-Fetch-Mode", "navigate")...)
		}
		for range 11 {
			time.Sleep(time.Hour)
			if a := ask(); a.status != http.StatusOK || a.header["Set-Cookie"] != nil {
				t.Fatalf("%d, %q", a.status, a.header["Set-Cookie"])
			}
		}
		time.Sleep(time.Hour) // idle_timeout is 12 h
		if a := ask(); a.status != http.StatusSeeOther {
			t.Errorf("after the idle time-out: %d", a.status)
		}
	})
}

// Proxies may ask over HTTP/2, and with one connection for all that they ask.
func TestForwardAuth_HTTP2(t *testing.T) {
	g := startTLSGateway(t, askingBy("x_forwarded"), "http://127.0.0.1:1")
	_, target, headers := asks["x_forwarded"]("GET", "https://app.test", "/public/x")
	for range 3 {
		a := read(t, g.overHTTP2(http.MethodHead, target, nil, headers...))
		if a.status != http.StatusOK || a.header.Get("Connection") != "" {
			t.Errorf("%d, %v", a.status, a.header)
		}
	}
}
