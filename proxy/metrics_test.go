package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestMetrics_Requests(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		status, _ := strconv.Atoi(r.URL.Query().Get("status")) // 0 without one
		w.WriteHeader(max(status, http.StatusOK))
	})
	g := startGateway(t, testConfig, app)
	alice := g.signIn("alice")

	g.get("/public/x")
	g.get("/public/x?status=404")
	g.get("/public/x?status=799") // no status that has a name
	g.get("/opt/x", "Cookie", alice)
	g.get("/x", "Cookie", alice)
	g.get("/x")
	g.get("/api/ferndesk-token", "Cookie", alice)
	g.get("/.ferngate/nothing")
	g.get("/x%00")
	g.get("/x", "Host", "other.test")
	g.raw(request("OPTIONS", "*"), 1)
	g.wantCounts("ferngate_requests_total", map[string]float64{
		// access code identity
		"own 303 password":      1, // the sign-in
		"public 200 none":       1,
		"public 404 none":       1,
		"public other none":     1,
		"optional 200 password": 1,
		"required 200 password": 1,
		"required 401 none":     1,
		"own 200 password":      1,
		"own 404 none":          1,
		"none 400 none":         1,
		"none 421 none":         1,
		"none 204 none":         1,
	})
	// All but the one without a site, and those that the app answered.
	g.wantCounts("ferngate_request_duration_seconds_count", map[string]float64{"": 11})
	g.wantCounts("ferngate_upstream_duration_seconds_count", map[string]float64{"": 5})
	g.wantCounts("ferngate_overhead_duration_seconds_count", map[string]float64{"": 5})
	if whole, app, overhead := g.counts("ferngate_request_duration_seconds_sum")[""], g.counts("ferngate_upstream_duration_seconds_sum")[""],
		g.counts("ferngate_overhead_duration_seconds_sum")[""]; app <= 0 || overhead <= 0 || whole < app+overhead {
		t.Errorf("%v s in all, of which the app took %v and ferngate %v", whole, app, overhead)
	}
}

func TestMetrics_PeopleWhoSignInHere(t *testing.T) {
	g := startGateway(t, testConfig, startApp(t, func(http.ResponseWriter, *http.Request) {}))
	g.postForm(signInPath, url.Values{"login": {"alice"}, "password": {"wrong"}})
	alice := g.signIn("alice")
	nomail := g.signIn("nomail")
	g.wantCounts("ferngate_sign_ins_total", map[string]float64{"password signed-in": 2, "password wrong": 1})
	g.wantCounts("ferngate_session_changes_total", map[string]float64{"started": 2})

	for _, path := range []string{"/api/ferndesk-token", "/.ferngate/whoami"} {
		g.get(path)
		g.get(path, "Cookie", alice)
		g.get(path, "Cookie", nomail)
		g.get(path, "Cookie", alice, "Sec-Fetch-Site", "cross-site")
		g.get(path, "Cookie", alice+"; "+nomail)
		g.get(path, "Cookie", "ferngate=garbage")
	}
	g.wantCounts("ferngate_tokens_total", map[string]float64{"issued": 1, "not-signed-in": 3, "missing-claim": 1, "cross-origin": 1})
	g.wantCounts("ferngate_widget_whoami_total", map[string]float64{"person": 1, "nobody": 3, "no-token": 1, "cross-origin": 1})
	g.wantCounts("ferngate_session_cookies_total", map[string]float64{"opened": 8, "differs": 2, "unreadable": 2})

	g.postForm(signOutPath, url.Values{}, "Cookie", alice)
	g.get("/x", "Cookie", alice)
	g.wantCounts("ferngate_sign_outs_total", map[string]float64{"": 1})
	g.wantCounts("ferngate_ended_sessions", map[string]float64{"": 1})
	g.wantCounts("ferngate_session_changes_total", map[string]float64{"started": 2, "ended": 1})
	g.wantCounts("ferngate_session_cookies_total", map[string]float64{"opened": 9, "differs": 2, "unreadable": 2, "ended": 1})

	for range 30 { // of one login, from one address
		g.postForm(signInPath, url.Values{"login": {"bob"}, "password": {"wrong"}})
	}
	if counts := g.counts("ferngate_sign_ins_total"); counts["password limited"] == 0 || counts["password wrong"]+counts["password limited"] != 31 {
		t.Errorf("after 30 guesses: %v", counts)
	}
}

func TestMetrics_PeopleOfTheApp(t *testing.T) {
	app := startLegacyApp(t)
	g := startGateway(t, appSite, app.url)
	alice := newBrowser(t, g)
	alice.signIn("alice")
	alice.open("/x")
	alice.wantToken("alice")
	if counts := g.counts("ferngate_app_whoami_total"); counts["person"] == 0 || len(counts) > 2 { // before she signed in it was nobody
		t.Errorf("the app was asked: %v", counts)
	}
	if counts := g.counts("ferngate_requests_total"); counts["own 200 app"] != 1 {
		t.Errorf("requests: %v", counts)
	}
	if asked, timed := g.counts("ferngate_app_whoami_total"), g.counts("ferngate_app_whoami_duration_seconds_count"); timed[""] != asked["person"]+asked["nobody"] {
		t.Errorf("asked: %v, timed: %v", asked, timed)
	}
	if counts := g.counts("ferngate_session_changes_total"); counts["started"] != 1 {
		t.Errorf("sessions: %v", counts)
	}
	app.change(func(a *legacyApp) { a.status = http.StatusBadGateway })
	bob := newBrowser(t, g)
	bob.signIn("bob")
	if a := bob.fetch("/api/ferndesk-token"); a.status != http.StatusServiceUnavailable {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if counts := g.counts("ferngate_app_whoami_total"); counts["status"] == 0 {
		t.Errorf("the app was asked: %v", counts)
	}
	if counts := g.counts("ferngate_tokens_total"); counts["undecided"] != 1 || counts["issued"] != 1 {
		t.Errorf("tokens: %v", counts)
	}
}

func TestMetrics_WhatIsOpen(t *testing.T) {
	g := startGateway(t, testConfig, startEcho(t))
	one, r, _ := g.openWebSocket("/public/socket")
	wantMessage(t, r, "user ")
	two, r, _ := g.openWebSocket("/public/socket")
	wantMessage(t, r, "user ")
	g.wantCounts("ferngate_open_websockets", map[string]float64{"": 2})
	g.wantCounts("ferngate_open_requests", map[string]float64{"": 2})
	one.Close()
	two.Close()
	g.wantCounts("ferngate_open_websockets", map[string]float64{})
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 101 none": 2})

	end := make(chan struct{})
	g = startGateway(t, testConfig, startApp(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_ = http.NewResponseController(w).Flush()
		<-end
	}))
	conn, stream := g.dial()
	write(t, conn, request("GET", "/public/events"))
	if _, err := stream.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	g.wantCounts("ferngate_open_event_streams", map[string]float64{"": 1})
	close(end)
	g.wantCounts("ferngate_open_event_streams", map[string]float64{})
	g.wantCounts("ferngate_open_requests", map[string]float64{})
}

// An app may call an upgrade an event stream: it is open once, and ends once.
func TestMetrics_UpgradeThatSaysItIsAStream(t *testing.T) {
	g := startGateway(t, testConfig, startSocket(t, func(conn net.Conn) {
		defer conn.Close()
		if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
			_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nContent-Type: text/event-stream\r\n\r\n")
		}
	}))
	conn, _, _ := g.openWebSocket("/public/socket")
	conn.Close()
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 101 none": 1})
	g.wantCounts("ferngate_open_event_streams", map[string]float64{})
	g.wantCounts("ferngate_open_websockets", map[string]float64{})
}

// TestOutcomesAreDocumented compares the reasons in the code with the table for
// operators.
func TestOutcomesAreDocumented(t *testing.T) {
	var inCode, inTable []string
	for _, file := range []string{"injector.go", "inject/reason.go", "csp/csp.go"} {
		for _, m := range regexp.MustCompile(`(?m)^\t\w+ +(?:\w+ )?= "([a-z-]+)" *(?://.*)?$`).FindAllSubmatch(fileContent(t, file), -1) {
			inCode = append(inCode, string(m[1]))
		}
	}
	_, table, _ := bytes.Cut(fileContent(t, "../deploy/metrics/README.md"), []byte("| outcome |"))
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllSubmatch(table, -1) {
		inTable = append(inTable, string(m[1]))
	}
	slices.Sort(inCode)
	slices.Sort(inTable)
	if diff := cmp.Diff(inCode, inTable); diff != "" || len(inCode) < 20 {
		t.Errorf("in the code, and in deploy/metrics: %s", diff)
	}
}

func fileContent(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
