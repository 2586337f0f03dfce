package proxy

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
)

// forwardedForm is all that Forwarded ever is: nothing in it ends a quoted text.
var forwardedForm = regexp.MustCompile(`^for=("\[[0-9a-f:.]+\]"|[0-9.]+);proto=(http|https);host="[A-Za-z0-9._:\[\]-]*"$`)

// FuzzForwarded: of what an untrusted peer says about the way here nothing
// reaches the app, which gets the very request that it gets without those words.
// A trusted peer is believed as far as it names a site's host, http or https and
// addresses, and else refused; what the app is told is well formed whatever it sends.
func FuzzForwarded(f *testing.F) {
	for _, s := range []struct{ address, proto, host, forwarded string }{
		{}, {"203.0.113.9", "https", "app.test", `for=203.0.113.9;proto=https;host="app.test"`}, {"203.0.113.9, 192.0.2.7", "HTTP", "APP.test.:443", "for=x"},
		{"[2001:db8::1]:80,2001:db8::2,::ffff:192.0.2.1", "http", "app.test", ""}, {"unknown, ,fe80::1%eth0", "https,http", "app.test, evil.test", ""},
		{"203.0.113.9\n192.0.2.8", "https\nhttps", "app.test\nevil.test", "a\nb"}, {"<script>", "javascript", "evil.test", "\""}, {",,,", "", "app.test@evil.test", ""},
		{strings.Repeat("192.0.2.1,", 100), "http", "[::1]", ""}, {"192.0.2.1:99999", "https ", "app.test:0x50", ""},
	} {
		f.Add(s.address, s.proto, s.host, s.forwarded, true)
		f.Add(s.address, s.proto, s.host, s.forwarded, false)
	}
	const peer = "192.0.2.1"
	g := newGateway(f, "trusted_proxies: [192.0.2.0/24]\n"+testConfig, "http://127.0.0.1:3000")
	var sent *http.Request
	g.reachBy(roundTrip(func(r *http.Request) (*http.Response, error) {
		sent = r
		return &http.Response{StatusCode: http.StatusNoContent, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
	}))
	// ask returns the status, and the headers that the app got, nil if it got none.
	ask := func(from string, headers map[string]string) (int, http.Header) {
		r := httptest.NewRequest("GET", "/opt/x", nil)
		r.Host, r.RemoteAddr, sent = "app.test", from+":1234", nil
		for name, lines := range headers {
			if lines != "" {
				r.Header[name] = strings.Split(lines, "\n")
			}
		}
		w := httptest.NewRecorder()
		g.gw.ServeHTTP(w, r)
		g.log.TakeAll()
		if sent == nil {
			return w.Code, nil
		}
		return w.Code, sent.Header
	}
	const stranger = "198.51.100.1"
	_, plain := ask(stranger, nil)

	f.Fuzz(func(t *testing.T, address, proto, host, forwarded string, trusted bool) {
		headers := map[string]string{"X-Forwarded-For": address, "X-Forwarded-Proto": proto, "X-Forwarded-Host": host, "Forwarded": forwarded, "X-Real-Ip": address, "X-Forwarded-Port": forwarded}
		if !trusted {
			status, got := ask(stranger, headers)
			if status != http.StatusNoContent || !maps.EqualFunc(got, plain, func(a, b []string) bool { return strings.Join(a, "\n") == strings.Join(b, "\n") }) {
				t.Errorf("%q of a stranger: %d, the app got %q, want %q", headers, status, got, plain)
			}
			return
		}
		status, got := ask(peer, headers)
		if got == nil {
			if status != http.StatusBadRequest && status != http.StatusMisdirectedRequest {
				t.Errorf("%q: %d", headers, status)
			}
			return
		}
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded"} {
			if len(got[name]) != 1 {
				t.Fatalf("%q: %s is %q", headers, name, got[name])
			}
		}
		hops := strings.Split(got.Get("X-Forwarded-For"), ", ")
		for i, hop := range hops {
			if addr, err := netip.ParseAddr(hop); err != nil || addr.String() != hop || i > 0 && !strings.HasPrefix(hop, "192.0.2.") {
				t.Errorf("%q: %q is no address of a hop", headers, hop)
			}
		}
		if last := hops[len(hops)-1]; last != peer || len(hops) > maxHops+1 {
			t.Errorf("%q: %d hops, the last of which is %q", headers, len(hops), last)
		}
		if scheme := got.Get("X-Forwarded-Proto"); scheme != "http" && (scheme != "https" || !strings.EqualFold(proto, "https") && !strings.EqualFold(proto, "wss")) {
			t.Errorf("%q: the scheme is %q", headers, scheme)
		}
		name, _, _ := strings.Cut(strings.ToLower(got.Get("X-Forwarded-Host")), ":")
		if strings.TrimSuffix(name, ".") != "app.test" {
			t.Errorf("%q: the host is %q", headers, got.Get("X-Forwarded-Host"))
		}
		if !forwardedForm.MatchString(got.Get("Forwarded")) {
			t.Errorf("%q: Forwarded is %q", headers, got.Get("Forwarded"))
		}
	})
}
