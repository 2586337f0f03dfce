package proxy

import (
	"net/http"
	"strings"
	"testing"
)

// DESIGN.md, "What must never happen", where it is another proxy that forwards:
// it does so when it is told 200, and sets the headers that it is told.

// 1. A client names an identity. In the header's own spelling the proxy replaces
// what it said; another spelling nobody would remove, so that it is refused.
func TestForwardAuth_Never1_ClientNamesAnIdentity(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		alice := p.signIn("alice")
		for _, path := range []string{"/public/x", "/opt/x", "/x"} {
			for _, name := range otherSpellings {
				a := p.ask("GET", path, "Cookie", alice, name, "admin")
				replaced := a.status == http.StatusOK && len(a.header.Values(name)) == 1 && a.header.Get(name) != "admin"
				if a.status != http.StatusBadRequest && !replaced {
					t.Errorf("%s: %s: %d, %q", path, name, a.status, a.header.Values(name))
				}
			}
			if a := p.ask("GET", path, "Cookie", alice, "X-Ferngate-Admin", "yes"); a.status != http.StatusBadRequest {
				t.Errorf("%s: a header of ferngate's own: %d", path, a.status)
			}
		}
	})
}

// 2. A header says what was asked for, in a spelling that nobody reads who judges
// it, but that an app may read: many cannot tell _ or . from -, and some serve the
// path that X-Rewrite-URL names.
func TestForwardAuth_Never2_HeaderNamesAnotherPath(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		for _, name := range []string{
			"X-Rewrite-URL", "x_rewrite_url", "X.Rewrite-Url", "X-Rewrite_URL", "X_Original_URL", "X-Original_Url", "X.Original.URL", "x_original_method", "X_Original_URI", "X_Original_Host",
			"X_Forwarded_Uri", "X-Forwarded_Method", "X.Forwarded.Host", "X_FORWARDED_PROTO", "X!Forwarded-Prefix", "X_Forwarded_For",
		} {
			p.log.TakeAll()
			a := p.ask("GET", "/public/x", name, "/staff/x")
			canonical := http.CanonicalHeaderKey(name)
			if reason, _ := p.accessLine(t)["reason"].(string); a.status != http.StatusBadRequest || !strings.Contains(reason, canonical) {
				t.Errorf("%s: %d, %q", name, a.status, reason)
			}
		}
		for _, name := range []string{"X-Forwarded-For", "X-Forwarded-Port", "X-Real-Ip", "X-Original-Uri", "X-Rewritten"} {
			if a := p.ask("GET", "/public/x", name, "80"); a.status != http.StatusOK {
				t.Errorf("%s: %d", name, a.status)
			}
		}
	})
}

// 2. A spelling of a protected path may be forwarded without a session, by any method.
func TestForwardAuth_Never2_SpellingOfAProtectedPath(t *testing.T) {
	for source := range asks {
		text := strings.Replace(adminOnly, "    access:\n", "    forward_auth: { source: "+source+" }\n    access:\n", 1)
		g := newGateway(t, behindProxy(text), "http://127.0.0.1:1")
		for _, target := range protectedPaths(t) {
			ask := func(method string, more ...string) {
				ownMethod, ownTarget, headers := asks[source](method, "http://app.test", target)
				if status := statusOf(g, ownMethod, ownTarget, append(headers, more...)...); status < 300 {
					t.Errorf("%s, %s %s with %q: %d", source, method, target, more, status)
				}
			}
			for _, method := range []string{"GET", "HEAD", "OPTIONS", "POST", "QUERY"} {
				ask(method)
			}
			ask("GET", "Accept", "text/html")
			ask("GET", "Sec-Websocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")
			ask("GET", "User-Agent", "kube-probe/1.29")
		}
	}
}

// 3. A secret in the log, in a body or in a Location.
func TestForwardAuth_Never3_SecretsShown(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		cookie := p.signIn("alice")
		_, sealed, _ := strings.Cut(cookie, "=")
		const secret = "hunter-4711"
		var shown strings.Builder
		for _, target := range []string{"/x?code=" + secret, "/public/%zz?code=" + secret, "/staff/x?code=" + secret, "/public/x y?code=" + secret} {
			for _, headers := range [][]string{{"Cookie", cookie}, {"Cookie", cookie + "x"}, {"X-Original-Method", "no method" + secret}, {"X-Forwarded-Uri", secret}, {"X-Ferngate-" + secret, secret}} {
				a := p.ask("GET", target, append(headers, "Authorization", "Bearer "+secret)...)
				shown.WriteString(a.body + a.header.Get("Location"))
			}
		}
		shown.WriteString(p.logText(t))
		for _, s := range []string{secret, sealed[:40]} {
			if i := strings.Index(shown.String(), s); i >= 0 {
				t.Errorf("shown: %s", shown.String()[max(0, i-100):i+len(s)])
			}
		}
	})
}

// 4. A redirect to another origin than the site's, from anything that was sent.
func TestForwardAuth_Never4_RedirectElsewhere(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		for _, target := range []string{"//evil.test", "/\\evil.test", "/%5cevil.test", "///evil.test/x", "/x?https://evil.test", "/@evil.test", "/.evil.test"} {
			for _, more := range [][]string{nil, {"Origin", "http://evil.test"}, {"Referer", "http://evil.test/"}, {"Forwarded", "host=evil.test"}, {"X-Auth-Request-Redirect", "http://evil.test"}} {
				a := p.ask("GET", target, append(more, "Accept", "text/html")...)
				if at := a.header.Get("Location"); !strings.HasPrefix(at, "http://app.test"+signInPath) {
					t.Errorf("%s with %q: %d to %q", target, more, a.status, at)
				}
			}
		}
		ownMethod, ownTarget, headers := asks[p.source]("GET", "http://evil.test", "/x")
		if a := p.send(ownMethod, ownTarget, "", append(headers, "Accept", "text/html")...); a.status != http.StatusMisdirectedRequest || a.header["Location"] != nil {
			t.Errorf("another host: %d to %q", a.status, a.header.Get("Location"))
		}
	})
}

// 5. One person's answer in a cache: each may be kept by nobody.
func TestForwardAuth_Never5_PersonalAnswerInACache(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		for _, cookie := range []string{p.signIn("alice"), ""} {
			for _, target := range []string{"/x", "/opt/x", "/public/x", "/staff/x", "/x%00", signInPath} {
				if a := p.ask("GET", target, "Cookie", cookie, "Accept", "text/html"); a.header.Get("Cache-Control") != "no-store" {
					t.Errorf("%s: %d, Cache-Control %q", target, a.status, a.header.Get("Cache-Control"))
				}
			}
		}
	})
}

// 6. A session outlives what made it.
func TestForwardAuth_Never6_SessionOutlivesItsPerson(t *testing.T) {
	eachSource(t, func(t *testing.T, p askingProxy) {
		alice, bob := p.signIn("alice"), p.signIn("bob")
		p.postForm(signOutPath, nil, "Cookie", alice)
		if err := p.writeUsers(t, strings.Replace(usersText(), "login: bob", "login: robert", 1)); err != nil {
			t.Fatal(err)
		}
		for who, cookie := range map[string]string{"signed out": alice, "removed": bob} {
			if a := p.ask("GET", "/x", "Cookie", cookie); a.status != http.StatusUnauthorized {
				t.Errorf("%s: %d", who, a.status)
			}
			if a := p.ask("GET", "/opt/x", "Cookie", cookie); a.header.Get("X-Ferngate-User") != "" {
				t.Errorf("%s: the app is told of %q", who, a.header.Get("X-Ferngate-User"))
			}
		}
	})
}
