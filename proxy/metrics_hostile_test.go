package proxy

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"go.uber.org/zap"
)

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
