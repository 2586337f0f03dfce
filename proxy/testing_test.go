package proxy

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/zap"
	"go.uber.org/zap/zaptest/observer"

	"github.com/ferngate/ferngate/config"
)

// The people of every test's users file. Their hashes are cheap: what is tested
// here is not how long guessing takes.
const (
	testPassword = "Wonderland-4711"
	testUsers    = `users:
  - login: alice
    user_id: "1001"
    email: alice@corp.test
    name: Alice
    groups: [staff, printers]
    attributes: { plan: pro }
    password_hash: &hash %[1]s
  - { login: bob, user_id: "1002", email: bob@other.test, name: Zoë, password_hash: *hash }
  - { login: noname, user_id: "1003", email: noname@corp.test, password_hash: *hash }
  - { login: nomail, user_id: "1004", password_hash: *hash }
`
	testHash       = "$2a$04$fL99BXCN9K4PLQwHlVKsl.01cRwM4vqNrXhdECUY0z6DP9qtBmu8y"
	testJWTSecret  = "a help centre's secret, only for tests"
	testSessionKey = "dGVzdHMgb25seTogYSBzZXNzaW9uIGtleSBvZiBleGFjdGx5IHNpeHR5LWZvdXIgYnl0ZXMsIG5vIG1vcmUhIQ=="
)

// testConfig is a config of one site, with all that most tests need; {upstream}
// is filled in.
const testConfig = `listen: 127.0.0.1:0
session:
  keys: [file:session.key]
sites:
  - host: app.test
    upstream: {upstream}
    ferndesk:
      jwt_secret: file:jwt.secret
      custom_attributes: { plan: plan }
    sign_in:
      password: { users_file: users.yaml }
    identity_headers:
      user_id: X-Ferngate-User
      email: X-Forwarded-Email
      name: X-Ferngate-Name
      groups: Remote-Groups
      attributes: { plan: X-Plan }
    access:
      - { path: /, require: required }
      - { path: /public/, require: public }
      - { path: /opt/, require: optional }
      - { path: /staff/, require: required, groups: [staff] }
`

// gateway is one that runs: in front of an app that records what it got.
type gateway struct {
	t    testing.TB
	url  string // http://127.0.0.1:port
	host string // of the site; "" for any
	log  *observer.ObservedLogs

	logger *zap.Logger // what log observes
	dir    string
	gw     *Gateway // the one in force
	live   live
	ended  chan struct{} // gets something when a request has ended, unless it has something

	changes []func(*config.Config)
}

// startGateway runs a gateway in front of upstream, with the config's text. The
// changes are for what no file can say, such as time-outs under a second.
func startGateway(t testing.TB, text, upstream string, changes ...func(*config.Config)) *gateway {
	t.Helper()
	g := newGateway(t, text, upstream, changes...)
	server := g.unstarted()
	server.Start()
	g.url = server.URL
	return g
}

// startTLSGateway is startGateway over HTTPS, with HTTP/2.
func startTLSGateway(t *testing.T, text, upstream string, changes ...func(*config.Config)) *gateway {
	t.Helper()
	g := newGateway(t, text, upstream, changes...)
	server := g.unstarted()
	server.EnableHTTP2 = true
	server.StartTLS()
	g.url = server.URL
	return g
}

// unstarted is the gateway's server as serve has it.
func (g *gateway) unstarted() *httptest.Server {
	g.t.Helper()
	cfg := g.config()
	server := httptest.NewUnstartedServer(nil)
	server.Config, server.Listener = g.httpServer(cfg), newPeopleListener(server.Listener, g.settings(cfg))
	g.t.Cleanup(server.Close)
	return server
}

// settings are those of the server of people's requests, without TLS.
func (g *gateway) settings(cfg *config.Config) settings {
	set := peopleSettings(cfg, g.logger)
	set.tls = false
	return set
}

// httpServer is a service's, of the gateway that is in force.
func (g *gateway) httpServer(cfg *config.Config) *http.Server {
	g.t.Helper()
	s, err := newService(g.settings(cfg), g.noting(&g.live), nil)
	if err != nil {
		g.t.Fatal(err)
	}
	return s.server
}

// noting is a handler that says on g.ended when it has done.
func (g *gateway) noting(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			select {
			case g.ended <- struct{}{}:
			default: // whoever looks will look at this, too
			}
		}()
		h.ServeHTTP(w, r)
	})
}

// reload puts the config into force that the files hold now; the error is that of
// building it.
func (g *gateway) reload() error {
	g.t.Helper()
	gw, err := New(g.config(), g.gw, g.logger)
	if err != nil {
		return err
	}
	g.use(gw)
	return nil
}

// use puts a gateway into force.
func (g *gateway) use(gw *Gateway) {
	g.gw = gw
	g.live.swap(gw)
}

// withAccess is testConfig with these access rules, a YAML line each, in place of its own.
func withAccess(rules ...string) string {
	head, _, _ := strings.Cut(testConfig, "    access:\n")
	return head + "    access:\n      - " + strings.Join(rules, "\n      - ") + "\n"
}

// behindProxy makes the tests' own client a trusted proxy.
func behindProxy(text string) string { return "trusted_proxies: [127.0.0.0/8]\n" + text }

// adminOnly protects /admin/ and nothing else.
var adminOnly = withAccess("{ path: /, require: public }", "{ path: /admin/, require: required }")

// newGateway is startGateway without a listener, for a handler that is called.
func newGateway(t testing.TB, text, upstream string, changes ...func(*config.Config)) *gateway {
	t.Helper()
	dir := t.TempDir()
	for name, content := range map[string]string{
		"ferngate.yaml": strings.ReplaceAll(text, "{upstream}", upstream),
		"users.yaml":    fmt.Sprintf(testUsers, testHash),
		"jwt.secret":    testJWTSecret,
		"session.key":   testSessionKey,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if strings.Contains(upstream, "ca.pem") {
		testAuthority.write(t, dir, "ferngate")
	}
	core, logs := observer.New(zap.DebugLevel)
	g := &gateway{t: t, host: "app.test", log: logs, logger: zap.New(core), dir: dir, ended: make(chan struct{}, 1), changes: changes}
	gw, err := New(g.config(), nil, g.logger)
	if err != nil {
		t.Fatal(err)
	}
	g.use(gw)
	return g
}

func (g *gateway) config() *config.Config {
	g.t.Helper()
	cfg, _, err := config.Load(filepath.Join(g.dir, "ferngate.yaml"))
	if err != nil {
		g.t.Fatal(err)
	}
	for _, change := range g.changes {
		change(cfg)
	}
	return cfg
}

// answer is what a client got.
type answer struct {
	status int
	header http.Header
	body   string
}

// send sends a request; headers are name, value, name, value. Redirects are not
// followed. The Host is the site's.
func (g *gateway) send(method, target, body string, headers ...string) answer {
	g.t.Helper()
	var r io.Reader
	if body != "" {
		r = strings.NewReader(body)
	}
	req, err := http.NewRequestWithContext(g.t.Context(), method, g.url+target, r)
	if err != nil {
		g.t.Fatal(err)
	}
	req.Host = g.host
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			req.Host = headers[i+1]
		}
		req.Header.Add(headers[i], headers[i+1])
	}
	res, err := testTransport.RoundTrip(req)
	if err != nil {
		g.t.Fatal(err)
	}
	return read(g.t, res)
}

var testTransport = &http.Transport{
	DisableCompression: true,
	TLSClientConfig:    &tls.Config{InsecureSkipVerify: true}, // the tests' own servers
}

func read(t testing.TB, res *http.Response) answer {
	t.Helper()
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{res.StatusCode, res.Header, string(body)}
}

// get sends a GET.
func (g *gateway) get(target string, headers ...string) answer {
	g.t.Helper()
	return g.send(http.MethodGet, target, "", headers...)
}

// raw sends bytes on a new connection and returns the answers to as many
// requests as they hold, all of one method, for what no client library sends.
func (g *gateway) raw(request string, answers int) []answer {
	g.t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(g.url, "http://"))
	if err != nil {
		g.t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	go io.WriteString(conn, request)
	method, _, _ := strings.Cut(request, " ") // to a HEAD there is no body
	var list []answer
	for r := bufio.NewReader(conn); len(list) < answers; {
		res, err := http.ReadResponse(r, &http.Request{Method: method})
		if err != nil {
			g.t.Fatalf("answer %d to %q: %v", len(list)+1, request, err)
		}
		list = append(list, read(g.t, res))
	}
	return list
}

// rawGet sends a GET of a target and header lines, byte for byte.
func (g *gateway) rawGet(target string, lines ...string) answer {
	g.t.Helper()
	return g.raw(request("GET", target, lines...), 1)[0]
}

// request is the bytes of a request without a body, for the tests' host unless
// the lines name another.
func request(method, target string, lines ...string) string {
	if !slices.ContainsFunc(lines, func(l string) bool { return strings.HasPrefix(l, "Host:") }) {
		lines = append([]string{"Host: app.test"}, lines...)
	}
	return method + " " + target + " HTTP/1.1\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n"
}

// postForm posts a form as the gateway's own pages do.
func (g *gateway) postForm(target string, form url.Values, headers ...string) answer {
	g.t.Helper()
	return g.send(http.MethodPost, target, form.Encode(), append(headers, "Content-Type", "application/x-www-form-urlencoded")...)
}

// signIn signs a person in and returns the cookie, as a Cookie header's value.
func (g *gateway) signIn(login string) string {
	g.t.Helper()
	a := g.postForm(signInPath, url.Values{"login": {login}, "password": {testPassword}})
	if a.status != http.StatusSeeOther {
		g.t.Fatalf("sign-in of %s: %d %s", login, a.status, a.body)
	}
	return cookieOf(g.t, a)
}

// cookieOf is the Cookie header that a browser would send after an answer.
func cookieOf(t testing.TB, a answer) string {
	t.Helper()
	cookies := (&http.Response{Header: a.header}).Cookies()
	if len(cookies) != 1 {
		t.Fatalf("want one cookie, got %v", a.header["Set-Cookie"])
	}
	return cookies[0].Name + "=" + cookies[0].Value
}
