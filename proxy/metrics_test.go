package proxy

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/zap"
)

// scrape is what Prometheus gets.
func (g *gateway) scrape() string {
	g.t.Helper()
	w := httptest.NewRecorder()
	g.gw.admin.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		g.t.Fatalf("/metrics: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}

// counts are the series of a metric that are not 0, by the values of their
// labels but for the site.
func (g *gateway) counts(metric string) map[string]float64 {
	g.t.Helper()
	counts := map[string]float64{}
	for _, m := range regexp.MustCompile(`(?m)^`+metric+`(?:\{(.*)\})? (\S+)$`).FindAllStringSubmatch(g.scrape(), -1) {
		var values []string
		for _, label := range regexp.MustCompile(`(\w+)="([^"]*)"`).FindAllStringSubmatch(m[1], -1) {
			if label[1] != "site" {
				values = append(values, label[2])
			}
		}
		if n, err := strconv.ParseFloat(m[2], 64); err != nil {
			g.t.Fatal(err)
		} else if n != 0 {
			counts[strings.Join(values, " ")] += n
		}
	}
	return counts
}

// wantCounts fails unless a metric comes to these counts, which it does just
// after the clients have their answers.
func (g *gateway) wantCounts(metric string, want map[string]float64) {
	g.t.Helper()
	for end := time.Now().Add(20 * time.Second); ; runtime.Gosched() {
		diff := cmp.Diff(want, g.counts(metric))
		if diff == "" {
			return
		}
		if time.Now().After(end) {
			g.t.Fatalf("%s: %s", metric, diff)
		}
	}
}

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

func TestMetrics_UpstreamErrors(t *testing.T) {
	answers := func(text string) func(*testing.T) string {
		return func(t *testing.T) string {
			return startSocket(t, func(conn net.Conn) {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, text) // the gateway will notice
				}
			})
		}
	}
	for kind, start := range map[string]func(t *testing.T) string{
		"dial": func(*testing.T) string { return "http://127.0.0.1:1" },
		"response-timeout": func(t *testing.T) string {
			return startApp(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		},
		"reset":    answers(""),
		"protocol": answers("220 smtp.test ESMTP\r\n\r\n"),
		"tls": func(t *testing.T) string {
			return strings.Replace(startApp(t, func(http.ResponseWriter, *http.Request) {}), "http:", "https:", 1)
		},
		"broken-off": answers("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot a hundred"),
	} {
		t.Run(kind, func(t *testing.T) {
			g := startGateway(t, testConfig, start(t), impatient)
			conn, r := g.dial()
			write(t, conn, request("GET", "/public/x"))
			_, _ = io.ReadAll(io.LimitReader(r, 10)) // the answer, or its beginning
			g.wantCounts("ferngate_upstream_errors_total", map[string]float64{kind: 1})
		})
	}
}

// A client that goes away is no error of the app's.
func TestMetrics_ClientGoneIsNoUpstreamError(t *testing.T) {
	app := startApp(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "the beginning")
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	})
	g := startGateway(t, testConfig, app)
	conn, r := g.dial()
	write(t, conn, request("GET", "/public/x"))
	if _, err := r.ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	conn.Close()
	g.wantCounts("ferngate_requests_total", map[string]float64{"public 200 none": 1})
	g.wantCounts("ferngate_upstream_errors_total", map[string]float64{})
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

// Whatever clients send and make the app answer, there are no more series than
// there are statuses with a name, and nothing of what was sent is in them.
func TestMetrics_HostileRequestsMakeNoSeries(t *testing.T) {
	const (
		theirs   = "cl13nt"
		statuses = 560          // from 200 on
		all      = statuses * 9 // every status of every kind of request
	)
	g := newGateway(t, testConfig, "http://127.0.0.1:1")
	gw, err := New(g.config(), nil, zap.NewNop()) // ten thousand lines would be kept
	if err != nil {
		t.Fatal(err)
	}
	g.use(gw)
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
		status, err := strconv.Atoi(r.Header.Get("X-Status"))
		if err != nil {
			return nil, fmt.Errorf("dial %s: %w", theirs, err)
		}
		return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"text/" + theirs}}, Body: http.NoBody, Request: r}, nil
	}))
	send := func(i int) {
		text := theirs + strconv.Itoa(i)
		r := httptest.NewRequest(http.MethodGet, "/", strings.NewReader(text))
		r.Host = "app.test"
		r.Header = http.Header{
			"X-Status": {strconv.Itoa(200 + i%statuses)}, "User-Agent": {text}, "Cookie": {"ferngate=" + text}, "X-Forwarded-For": {text},
			"Accept": {"text/html"}, "Origin": {"https://" + text}, "X-Forwarded-Email": {text},
		}
		r.URL.Path, r.RequestURI = "/public/"+text, "/public/"+text+"?"+text
		switch i % 9 {
		case 0:
			r.Method = strings.ToUpper(text)
		case 1:
			r.Host = text + ".test"
		case 2:
			r.Host = text + "\"\n}"
		case 3:
			r.RequestURI = "/" + text + "%00"
		case 4:
			r.RequestURI = "/.ferngate/" + text
		case 5:
			r.RequestURI = "/opt/" + text
		case 6:
			r.RequestURI = "/private/" + text
		case 7:
			r.Method, r.RequestURI, r.Body = http.MethodPost, signInPath, io.NopCloser(strings.NewReader("login="+text+"&password="+text))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			r.Header.Del("Origin")
		}
		r.URL, _ = url.Parse(r.RequestURI) // where it is malformed the gateway says so
		g.gw.ServeHTTP(httptest.NewRecorder(), r)
	}
	series := func() int { return len(regexp.MustCompile(`(?m)^ferngate_`).FindAllString(g.scrape(), -1)) }
	for i := range all {
		send(i)
	}
	before := series()
	for i := range all {
		send(all + i)
	}
	if after := series(); after != before || before > 400 {
		t.Errorf("%d series after %d requests, %d after twice as many", before, all, after)
	}
	if text := g.scrape(); strings.Contains(strings.ToLower(text), theirs) {
		t.Errorf("what a client sent is in\n%s", text)
	}
	if n := g.counts("ferngate_open_requests"); len(n) > 0 {
		t.Errorf("still open: %v", n)
	}
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
