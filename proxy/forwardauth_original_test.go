package proxy

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
)

// What a proxy says of the request that it asks about, and what is wrong with
// it. Everything is about a public path, so that 200 would be the answer if what
// is wrong were overlooked. The access log names the header.
func TestForwardAuth_WhatIsAskedAbout(t *testing.T) {
	gateways := map[string]*gateway{}
	for source := range asks {
		other := "  - { host: other.test, upstream: \"{upstream}\", forward_auth: { source: " + source + " } }\n"
		gateways[source] = startGateway(t, askingBy(source)+other, "http://127.0.0.1:1")
	}
	nginx := []string{"X-Original-Method: GET", "X-Original-URL: http://app.test/public/x?a=1"}
	traefik := []string{"X-Forwarded-Method: GET", "X-Forwarded-Proto: http", "X-Forwarded-Host: app.test", "X-Forwarded-Uri: /public/x?a=1"}
	for _, c := range []struct {
		name, source string
		lines        []string
		status       int
		reason       string // a part of what the log gives
	}{
		{"as nginx asks", "x_original", nginx, 200, ""},
		{"as Traefik asks", "x_forwarded", traefik, 200, ""},
		{"the other headers agree", "x_original", slices.Concat(nginx, traefik), 200, ""},
		{"the other headers agree", "x_forwarded", slices.Concat(nginx, traefik), 200, ""},
		{"the host in another spelling", "x_original", append(nginx, "X-Forwarded-Host: APP.test.:80"), 200, ""},
		{"the scheme in another spelling", "x_forwarded", with(traefik, "X-Forwarded-Proto: HTTP"), 200, ""},
		{"a websocket's scheme", "x_forwarded", with(traefik, "X-Forwarded-Proto: ws"), 200, ""},
		{"the proxy's own name", "x_forwarded", append(traefik, "Host: ferngate.internal:8080"), 200, ""},
		{"the proxy's own name", "x_original", append(nginx, "Host: ferngate.internal:8080"), 200, ""},

		{"nothing is said", "x_original", nil, 400, "X-Original-Method"},
		{"nothing is said", "x_forwarded", nil, 400, "X-Forwarded-Method"},
		{"by the other headers alone", "x_original", traefik, 400, "X-Original-Method"},
		{"by the other headers alone", "x_forwarded", nginx, 400, "X-Forwarded-Method"},
		{"no URL", "x_original", nginx[:1], 400, "X-Original-Url"},
		{"no method", "x_original", nginx[1:], 400, "X-Original-Method"},
		{"no method", "x_forwarded", traefik[1:], 400, "X-Forwarded-Method"},
		{"no scheme", "x_forwarded", slices.Delete(slices.Clone(traefik), 1, 2), 400, "X-Forwarded-Proto"},
		{"no host", "x_forwarded", slices.Delete(slices.Clone(traefik), 2, 3), 400, "X-Forwarded-Host"},
		{"no target", "x_forwarded", traefik[:3], 400, "X-Forwarded-Uri"},

		{"two methods", "x_original", append(nginx, "X-Original-Method: GET"), 400, "X-Original-Method"},
		{"two URLs", "x_original", append(nginx, nginx[1]), 400, "X-Original-Url"},
		{"two methods", "x_forwarded", append(traefik, traefik[0]), 400, "X-Forwarded-Method"},
		{"two schemes", "x_forwarded", append(traefik, traefik[1]), 400, "X-Forwarded-Proto"},
		{"two hosts", "x_forwarded", append(traefik, traefik[2]), 400, "X-Forwarded-Host"},
		{"two targets", "x_forwarded", append(traefik, traefik[3]), 400, "X-Forwarded-Uri"},

		{"another path", "x_forwarded", append(traefik, "X-Original-URL: http://app.test/public/y"), 400, "X-Original-Url"},
		{"another query", "x_forwarded", append(traefik, "X-Original-URL: http://app.test/public/x"), 400, "X-Original-Url"},
		{"another scheme", "x_forwarded", append(traefik, "X-Original-URL: https://app.test/public/x?a=1"), 400, "X-Original-Url"},
		{"another host's URL", "x_forwarded", append(traefik, "X-Original-URL: http://other.test/public/x?a=1"), 400, "X-Original-Url"},
		{"another method", "x_forwarded", append(traefik, "X-Original-Method: POST"), 400, "X-Original-Method"},
		{"a malformed URL besides", "x_forwarded", append(traefik, "X-Original-URL: /public/x"), 400, "X-Original-Url"},
		{"another path", "x_original", append(nginx, "X-Forwarded-Uri: /public/y"), 400, "X-Forwarded-Uri"},
		{"another scheme", "x_original", append(nginx, "X-Forwarded-Proto: https"), 400, "X-Forwarded-Proto"},
		{"another site's host", "x_original", append(nginx, "X-Forwarded-Host: other.test"), 400, "X-Forwarded-Host"},
		{"another method", "x_original", append(nginx, "X-Forwarded-Method: get"), 400, "X-Forwarded-Method"},
		{"an empty target besides", "x_original", append(nginx, "X-Forwarded-Uri:"), 400, "X-Forwarded-Uri"},
		{"the proxy names another site", "x_original", append(nginx, "Host: other.test"), 400, "Host"},
		{"the proxy names another site", "x_forwarded", append(traefik, "Host: OTHER.test:80"), 400, "Host"},

		{"no scheme", "x_original", with(nginx, "X-Original-URL: //app.test/public/x"), 400, "X-Original-Url"},
		{"a path alone", "x_original", with(nginx, "X-Original-URL: /public/x"), 400, "X-Original-Url"},
		{"two slashes alone", "x_original", with(nginx, "X-Original-URL: //"), 400, "X-Original-Url"},
		{"an empty scheme", "x_original", with(nginx, "X-Original-URL: ://app.test/public/x"), 400, "X-Original-Url"},
		{"a scheme alone", "x_original", with(nginx, "X-Original-URL: http://"), 400, "X-Original-Url"},
		{"no host", "x_original", with(nginx, "X-Original-URL: http:///public/x"), 400, "X-Original-Url"},
		{"a port alone", "x_original", with(nginx, "X-Original-URL: http://:80/public/x"), 400, "X-Original-Url"},
		{"no path", "x_original", with(nginx, "X-Original-URL: http://app.test"), 400, "X-Original-Url"},
		{"a query for a path", "x_original", with(nginx, "X-Original-URL: http://app.test?/public/x"), 400, "X-Original-Url"},
		{"another scheme", "x_original", with(nginx, "X-Original-URL: ftp://app.test/public/x"), 400, "X-Original-Url"},
		{"userinfo", "x_original", with(nginx, "X-Original-URL: http://a:b@app.test/public/x"), 400, "X-Original-Url"},
		{"a host behind a host", "x_original", with(nginx, "X-Original-URL: http://app.test@evil.test/public/x"), 400, "X-Original-Url"},
		{"a backslash for a slash", "x_original", with(nginx, `X-Original-URL: http://app.test\/public/x`), 400, "X-Original-Url"},
		{"a list", "x_original", with(nginx, "X-Original-URL: http://app.test/public/x,http://app.test/staff/x"), 400, "X-Original-Url"},
		{"a list with a blank", "x_original", with(nginx, "X-Original-URL: http://app.test/public/x, HTTPS://app.test/staff/x"), 400, "X-Original-Url"},
		{"a blank in it", "x_original", with(nginx, "X-Original-URL: http://app.test/public/x y"), 400, "X-Original-Url"},
		{"a fragment", "x_original", with(nginx, "X-Original-URL: http://app.test/staff/#/public/x"), 400, "X-Original-Url"},
		{"a malformed escape", "x_original", with(nginx, "X-Original-URL: http://app.test/public/%zz"), 400, "X-Original-Url"},
		{"a port that is none", "x_original", with(nginx, "X-Original-URL: http://app.test:http/public/x"), 400, "X-Original-Url"},

		{"a list of methods", "x_forwarded", with(traefik, "X-Forwarded-Method: GET, POST"), 400, "X-Forwarded-Method"},
		{"another scheme", "x_forwarded", with(traefik, "X-Forwarded-Proto: javascript"), 400, "X-Forwarded-Proto"},
		{"a list of hosts", "x_forwarded", with(traefik, "X-Forwarded-Host: app.test, evil.test"), 400, "X-Forwarded-Host"},
		{"no host", "x_forwarded", with(traefik, "X-Forwarded-Host: :80"), 421, ""}, // which is no site's
		{"userinfo", "x_forwarded", with(traefik, "X-Forwarded-Host: app.test@evil.test"), 400, "X-Forwarded-Host"},
		{"an empty target", "x_forwarded", with(traefik, "X-Forwarded-Uri:"), 400, "X-Forwarded-Uri"},
		{"no slash", "x_forwarded", with(traefik, "X-Forwarded-Uri: public/x"), 400, "X-Forwarded-Uri"},
		{"a whole URL", "x_forwarded", with(traefik, "X-Forwarded-Uri: http://app.test/public/x"), 400, "X-Forwarded-Uri"},
		{"a query alone", "x_forwarded", with(traefik, "X-Forwarded-Uri: ?/public/x"), 400, "X-Forwarded-Uri"},
		{"the server as a whole", "x_forwarded", with(traefik, "X-Forwarded-Uri: *"), 400, "X-Forwarded-Uri"},
		{"a malformed escape", "x_forwarded", with(traefik, "X-Forwarded-Uri: /public/%zz"), 400, "X-Forwarded-Uri"},
		{"a blank in it", "x_forwarded", with(traefik, "X-Forwarded-Uri: /public/x, /staff/x"), 400, "X-Forwarded-Uri"},

		{"a method besides", "request_line", []string{"X-Original-Method: POST"}, 400, "X-Original-Method"},
		{"a target besides", "request_line", []string{"X-Forwarded-Uri: /public/y"}, 400, "X-Forwarded-Uri"},
		{"a URL besides", "request_line", []string{"X-Original-URL: http://app.test/public/y"}, 400, "X-Original-Url"},
		{"a site's host besides", "request_line", []string{"X-Forwarded-Host: other.test"}, 400, "Host"},
		{"this site's host for another", "request_line", []string{"Host: elsewhere.test", "X-Forwarded-Host: app.test"}, 400, "X-Forwarded-Host"},
		{"the host twice", "request_line", []string{"X-Forwarded-Host: APP.test:80"}, 200, ""},
	} {
		t.Run(c.source+": "+c.name, func(t *testing.T) {
			g := gateways[c.source]
			g.log.TakeAll()
			target := authPath
			if c.source == "request_line" {
				target += "/public/x?a=1"
			}
			a := g.rawGet(target, c.lines...)
			reason, _ := g.accessLine(t)["reason"].(string)
			if a.status != c.status || !strings.Contains(reason, c.reason) {
				t.Errorf("%d, %q", a.status, reason)
			}
		})
	}
}

// with is the lines with another value of the header that line names.
func with(lines []string, line string) []string {
	name, _, _ := strings.Cut(line, ":")
	lines = slices.Clone(lines)
	for i := range lines {
		if strings.HasPrefix(lines[i], name+":") {
			lines[i] = line
		}
	}
	return lines
}

// The verdict that a proxy is told is the one that the request would have met
// here, whichever way it is told of, for any target and any method.
func FuzzForwardAuth(f *testing.F) {
	for _, target := range protectedPaths(f) {
		f.Add("GET", target)
	}
	for _, target := range []string{"/", "//", "/%zz", "/a?b", "/a%3Fb", "/#/public/", "/admin?/../public", "/public/,http://app.test/admin/"} {
		f.Add("POST", target)
	}
	here := newGateway(f, adminOnly, "http://127.0.0.1:1")
	here.stub()
	asked := map[string]*gateway{}
	for source := range asks {
		text := strings.Replace(adminOnly, "    access:\n", "    forward_auth: { source: "+source+" }\n    access:\n", 1)
		asked[source] = newGateway(f, behindProxy(text), "http://127.0.0.1:1")
	}
	f.Fuzz(func(t *testing.T, method, target string) {
		if strings.ContainsAny(method+target, "\r\n") || strings.Trim(method, " \t") != method || strings.TrimRight(target, " \t") != target || !strings.HasPrefix(target, "/") {
			return // no header's value has such blanks; and what has no slash would make another host of the one before it
		}
		forwarded := statusOf(here, method, target) == http.StatusOK
		for source, ask := range asks {
			ownMethod, ownTarget, headers := ask(method, "http://app.test", target)
			status := statusOf(asked[source], ownMethod, ownTarget, headers...)
			isOwn := status == http.StatusOK && here.gw.sites.byHost["app.test"].endpoints[strings.SplitN(target, "?", 2)[0]] != nil
			if status == http.StatusOK && !forwarded && !isOwn {
				t.Errorf("%s: %s %q may be forwarded, and is not here", source, method, target)
			}
			if status != http.StatusOK && forwarded && !strings.Contains(strings.ToLower(target), ",http") {
				t.Errorf("%s: %s %q is forwarded here, and told %d", source, method, target, status)
			}
		}
	})
}

// statusOf is the status that a gateway's handler gives a request whose bytes net/http
// takes for one; 400 for one that it does not.
func statusOf(g *gateway, method, target string, headers ...string) int {
	host := "app.test"
	var lines strings.Builder
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			host = headers[i+1]
			continue
		}
		fmt.Fprintf(&lines, "%s: %s\r\n", headers[i], headers[i+1])
	}
	bytes := fmt.Sprintf("%s %s HTTP/1.1\r\nHost: %s\r\n%s\r\n", method, target, host, &lines)
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(bytes)))
	if err != nil || r.RequestURI != target || r.Method != method || r.ContentLength != 0 {
		return http.StatusBadRequest
	}
	r.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	g.gw.ServeHTTP(w, r)
	return w.Code
}
