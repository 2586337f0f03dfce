package proxy

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// rewrite replaces text in one of the gateway's files.
func (g *gateway) rewrite(t *testing.T, file, from, to string) {
	t.Helper()
	path := filepath.Join(g.dir, file)
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), from) {
		t.Fatalf("%s has no %q", file, from)
	}
	if err := os.WriteFile(path, []byte(strings.ReplaceAll(string(text), from, to)), 0o600); err != nil {
		t.Fatal(err)
	}
}

const anotherKey = "YW5vdGhlciBrZXksIGFuZCBvbmx5IGZvciB0ZXN0czogZXhhY3RseSBmb3J0eS1laWdodCBi"

// An open websocket is judged by the config that is in force: within sessionCheck it
// ends where that would not admit its person, and goes on where it would.
func TestReload_OpenSockets(t *testing.T) {
	const optional, required = "/opt/, require: optional", "/opt/, require: required"
	for name, c := range map[string]struct {
		file, from, to string
		stays          bool
		nobody         string // the path, where it is nobody's
	}{
		"nothing that matters":                {file: "ferngate.yaml", from: "listen: 127.0.0.1:0", to: "listen: 127.0.0.1:2", stays: true},
		"nobody's, and nothing that matters":  {"users.yaml", "login: bob", "login: robert", true, "/opt/socket"},
		"nobody's, and a rule wants somebody": {"ferngate.yaml", optional, required, false, "/opt/socket"},
		"nobody's, and the site is gone":      {"ferngate.yaml", "host: app.test", "host: other.test", false, "/opt/socket"},
		"on a path that was public":           {"ferngate.yaml", "/public/, require: public", "/public/, require: required", false, "/public/socket"},
		"another person":                      {"users.yaml", "login: bob", "login: robert", true, ""},
		"the person is gone":                  {"users.yaml", "login: alice", "login: alicia", false, ""},
		"a rule asks for more":                {"ferngate.yaml", "groups: [staff]", "groups: [admins]", false, ""},
		"a new rule":                          {"ferngate.yaml", "access:\n", "access:\n      - { path: /staff/socket, require: required, emails: [bob@other.test] }\n", false, ""},
		"the site is gone":                    {"ferngate.yaml", "host: app.test", "host: other.test", false, ""},
		"a key is added":                      {"ferngate.yaml", "[file:session.key]", "[file:another.key, file:session.key]", true, ""},
		"its key is gone":                     {"ferngate.yaml", "[file:session.key]", "[file:another.key]", false, ""},
		"its method is gone":                  {"ferngate.yaml", "password: { users_file: users.yaml }", "assertion: { trusted_header: { id: X-Id }, identity: { user_id: \"{id}\", email: \"{id}\" } }", false, ""},
	} {
		t.Run(name, func(t *testing.T) {
			text := testConfig
			if strings.Contains(c.to, "assertion") {
				text = "trusted_proxies: [192.0.2.0/24]\n" + strings.Replace(testConfig, "user_id: X-Ferngate-User", "user_id: X-Person", 1)
			}
			g := newGateway(t, text, "http://127.0.0.1:1")
			if err := os.WriteFile(filepath.Join(g.dir, "another.key"), []byte(anotherKey), 0o600); err != nil {
				t.Fatal(err)
			}
			synctest.Test(t, func(t *testing.T) {
				target, cookie := c.nobody, ""
				if c.nobody == "" {
					target, cookie = "/staff/socket", g.serveSignIn(t, "alice")
				}
				in, client := g.openSocketWithin(t, target, "Cookie", cookie)
				defer client.Close()
				g.rewrite(t, c.file, c.from, c.to)
				if err := g.reload(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(sessionCheck + time.Millisecond)
				synctest.Wait()
				wantSocket(t, in, client, c.stays)
			})
		})
	}
}

// wantSocket looks whether a websocket is open, to an app that sends every byte back.
func wantSocket(t *testing.T, in *bufio.Reader, client net.Conn, open bool) {
	t.Helper()
	_ = client.SetDeadline(time.Now().Add(time.Second)) // or the bubble's clock would run on to the session's end
	_, _ = client.Write([]byte("x"))                    // if it is closed the Read tells
	if b, err := in.ReadByte(); open && (err != nil || b != 'x') || !open && err != io.EOF {
		t.Errorf("%q %v", b, err)
	}
}

// A websocket whose person a proxy in front vouched for ends where its word would
// not count any more.
func TestReload_VouchedSockets(t *testing.T) {
	text := "trusted_proxies: [192.0.2.0/24]\n" + strings.Replace(testConfig, "password: { users_file: users.yaml }",
		`assertion: { trusted_header: { id: X-Id, groups: X-Groups }, identity: { user_id: "{id}", email: "{id}@corp.test", groups: "{groups}" } }`, 1)
	for name, c := range map[string]struct {
		from, to string
		stays    bool
	}{
		"nothing that matters":     {"listen: 127.0.0.1:0", "listen: 127.0.0.1:2", true},
		"another header counts":    {"X-Id", "X-Other-Id", false},
		"another proxy is trusted": {"192.0.2.0/24", "198.51.100.0/24", false},
		"nobody vouches any more":  {"assertion: {", "app: { session_cookies: [sid], whoami: { path: /me, extract: { id: { json: /id } } }, identity: { user_id: '{id}', email: '{id}' } } #", false},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGateway(t, text, "http://127.0.0.1:1")
			synctest.Test(t, func(t *testing.T) {
				in, client := g.openSocketWithin(t, "/staff/socket", "X-Id", "1001", "X-Groups", "staff")
				defer client.Close()
				g.rewrite(t, "ferngate.yaml", c.from, c.to)
				if err := g.reload(); err != nil {
					t.Fatal(err)
				}
				time.Sleep(sessionCheck + time.Millisecond)
				synctest.Wait()
				wantSocket(t, in, client, c.stays)
			})
		})
	}
}

// openSocketWithin opens a websocket to an app that sends every byte back.
func (g *gateway) openSocketWithin(t *testing.T, target string, headers ...string) (*bufio.Reader, net.Conn) {
	t.Helper()
	ours, apps := net.Pipe()
	go func() { _, _ = io.Copy(apps, apps) }()
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: http.StatusSwitchingProtocols, ProtoMajor: 1, ProtoMinor: 1, Request: r, Body: ours,
			Header: http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}},
		}, nil
	}))
	r := httptest.NewRequest(http.MethodGet, "http://app.test"+target, nil)
	r.Header = http.Header{"Connection": {"Upgrade"}, "Upgrade": {"websocket"}}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	server, client := net.Pipe()
	go g.live.ServeHTTP(hijacked{httptest.NewRecorder(), server}, r)
	in := bufio.NewReader(client)
	if res, err := http.ReadResponse(in, r); err != nil || res.StatusCode != http.StatusSwitchingProtocols {
		t.Fatalf("%v %v", res, err)
	}
	return in, client
}

// A cookie of the key before opens while both keys are there, and is sealed anew by
// the first with the next page.
func TestReload_KeysRotateWithOverlap(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	if err := os.WriteFile(filepath.Join(g.dir, "another.key"), []byte(anotherKey), 0o600); err != nil {
		t.Fatal(err)
	}
	old := g.signIn("alice")
	for _, keys := range []string{"[file:session.key, file:another.key]", "[file:another.key, file:session.key]"} {
		g.rewrite(t, "ferngate.yaml", "[file:session.key]", keys)
		if err := g.reload(); err != nil {
			t.Fatal(err)
		}
		wantTokenOf(t, g, keys, old, "1001")
		g.rewrite(t, "ferngate.yaml", keys, "[file:session.key]")
	}
	renewed := cookieOf(t, g.get("/x", "Cookie", old, "Accept", "text/html"))
	g.rewrite(t, "ferngate.yaml", "[file:session.key]", "[file:another.key]")
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	wantTokenOf(t, g, "the key before is gone", old, "")
	wantTokenOf(t, g, "sealed anew", renewed, "1001")
}

// The next token is signed by the secret of the file, and by no other.
func TestReload_JWTSecretIsExchanged(t *testing.T) {
	g := startGateway(t, testConfig, "http://127.0.0.1:1")
	cookie := g.signIn("alice")
	const next = "the next secret of the help centre, for tests"
	g.rewrite(t, "jwt.secret", testJWTSecret, next)
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	token := g.get("/api/ferndesk-token", "Cookie", cookie).body
	if _, err := jwt.Parse(token, func(*jwt.Token) (any, error) { return []byte(next), nil }); err != nil {
		t.Errorf("%s: %v", token, err)
	}
}

// Who signed out stays out, however often the config changes after that.
func TestReload_EndedSessionsStayEnded(t *testing.T) {
	g := startGateway(t, testConfig, startRecorder(t, "").url)
	cookie := g.signIn("alice")
	g.postForm(signOutPath, url.Values{}, "Cookie", cookie)
	for range 3 {
		if err := g.reload(); err != nil {
			t.Fatal(err)
		}
		wantTokenOf(t, g, "signed out", cookie, "")
	}
}

// A request that signs out of the app, and is under way while the config changes,
// signs out: the config in force has heard of it, whichever let it in.
func TestReload_SignOutUnderWay(t *testing.T) {
	for name, change := range map[string][2]string{
		"the app is asked as before":    {"session: {", "session: {"},
		"the app is asked in other way": {"path: /me\n", "path: /me?v=2\n"},
	} {
		t.Run(name, func(t *testing.T) {
			arrived, release := make(chan bool), make(chan bool)
			app := startLegacyApp(t, func(a *legacyApp) { a.keepsID, a.copiesLive = true, true })
			app.pages["/quiet-logout"] = func(w http.ResponseWriter, r *http.Request) {
				arrived <- true
				<-release
				app.change(func(a *legacyApp) { clear(a.sessions) })
			}
			g := startGateway(t, appSite, app.url)
			b := newBrowser(t, g)
			b.signIn("alice")
			b.wantToken("alice")
			done := make(chan bool)
			go func() {
				g.send(http.MethodPost, "/quiet-logout", "", "Cookie", b.jar("/quiet-logout"))
				close(done)
			}()
			<-arrived
			g.rewrite(t, "ferngate.yaml", change[0], change[1])
			if err := g.reload(); err != nil {
				t.Fatal(err)
			}
			close(release)
			<-done
			b.wantToken("Unauthorized")
		})
	}
}

// Connections to an app stay when its site is as before, and are closed when it is
// another, once no request needs them.
func TestReload_ConnectionsToTheApp(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	get := func() {
		t.Helper()
		if a := g.get("/public/x"); a.status != http.StatusOK {
			t.Fatal(a.status)
		}
		app.next(t)
	}
	get()
	before := g.gw.sites.byHost["app.test"].transport
	g.rewrite(t, "ferngate.yaml", "      - { path: /opt/, require: optional }\n", "")
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	get()
	if g.gw.sites.byHost["app.test"].transport != before {
		t.Error("the app's connections were given up")
	}
	g.rewrite(t, "ferngate.yaml", "upstream: "+app.url, "upstream: { url: "+app.url+", timeouts: { dial: 3s } }")
	if err := g.reload(); err != nil {
		t.Fatal(err)
	}
	get()
	if g.gw.sites.byHost["app.test"].transport == before {
		t.Error("the app is connected to as before")
	}
}

// With any fault nothing of a config comes into force.
func TestReload_AllOrNothing(t *testing.T) {
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	g.rewrite(t, "users.yaml", "login: bob", "login: robert")
	g.rewrite(t, "users.yaml", "login: alice", "login: bob")
	g.rewrite(t, "jwt.secret", testJWTSecret, "the next secret of the help centre, for tests")
	g.rewrite(t, "users.yaml", "login: robert", "login: bob")
	if err := g.reload(); err == nil {
		t.Fatal("a users file with two people of one login came into force")
	}
	claimsOf(t, g.serve(http.MethodGet, "/api/ferndesk-token", "", "Cookie", g.serveSignIn(t, "alice")).body)
}
