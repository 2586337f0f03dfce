package main

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Whoever keeps a proxy of their own and has it ask ferngate gets what those
// get who let ferngate forward: the same answers, and an app that sees the same.
// What cannot be the same is listed beside each proxy, with the reason.
func TestFronts(t *testing.T) {
	s := newFronts(t, frontConfig, answerByPath)
	s.old = s.signedIn(t, s.at(s.gate(t, withTLS, "", "file:old.key")), "alice")["__Host-ferngate"]

	alone := s.all(t, "alone", s.at(s.gate(t, withTLS, "", bothKeys)))
	for _, kind := range append([]frontKind{tcpFront}, frontKinds...) {
		t.Run(kind.name, func(t *testing.T) {
			got := s.all(t, kind.name, s.at(kind.start(t, s, s.behind(t, kind))))
			used := make([]bool, len(kind.differs))
			for _, c := range frontCases {
				for i := range c.steps {
					want, got := kind.compare(c.name, alone[c.name][i], got[c.name][i], used)
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s, step %d: otherwise than ferngate by itself (-) is it through %s (+):\n%s", c.name, i+1, kind.name, diff)
					}
				}
			}
			for i, d := range kind.differs {
				if !used[i] {
					t.Errorf("nothing differs any more by this: %s", d.why)
				}
			}
		})
	}
}

// The READMEs say what these tests use.
func TestFronts_READMEs(t *testing.T) {
	for _, kind := range append([]frontKind{tcpFront}, frontKinds...) {
		text, err := os.ReadFile(filepath.Join("../../deploy", kind.folder, "README.md"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(kind.config + "\n" + kind.site + "\n") {
			if line != "\n" && !strings.Contains(string(text), "    "+line) {
				t.Errorf("deploy/%s/README.md has no line %q", kind.folder, line)
			}
		}
		if kind.site != "" && !strings.Contains(string(text), "    "+frontIdentity+"\n") {
			t.Errorf("deploy/%s/README.md has other headers than its files", kind.folder)
		}
	}
}

// fronts is what all of them have in common.
type fronts struct {
	config      string // of ferngate
	app         *frontApp
	certificate certificate
	client      *tls.Config
	old         string // alice's session under a key that seals no more
}

func newFronts(t *testing.T, config string, answer http.HandlerFunc) *fronts {
	t.Helper()
	need(t, unless(runtime.GOOS == "linux", "Linux, where all of 127.0.0.0/8 is this machine"))
	certificate := newCertificate(t, frontHost)
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM([]byte(certificate.chain))
	return &fronts{config: config, app: startFrontApp(t, answer), certificate: certificate, client: &tls.Config{RootCAs: trusted, ServerName: frontHost}}
}

// frontKinds are the proxies that ask ferngate.
var frontKinds = []frontKind{nginxFront, caddyFront, haproxyFront, traefikFront}

// askedAt is the config of a ferngate that a proxy on the same machine asks.
const askedAt = "trusted_proxies: [127.0.0.1]"

// frontKind is one kind of proxy in front of ferngate.
type frontKind struct {
	name    string
	folder  string                                                // of deploy
	config  string                                                // what its README says of ferngate's config
	site    string                                                // and of the site's
	from    string                                                // the address that it reaches ferngate from
	start   func(t *testing.T, s *fronts, ferngate string) string // runs it, and returns where it takes HTTPS
	differs []difference
}

func (s *fronts) at(addr string) *front { return &front{addr, s.client, s.app} }

// signedIn signs somebody in through the front.
func (s *fronts) signedIn(t *testing.T, f *front, login string) cookies {
	t.Helper()
	jar := cookies{}
	form := url.Values{"login": {login}, "password": {gatePassword}, "return_to": {"/page"}}
	answer := f.do(t, "sign-in", posted("/.ferngate/sign-in", form.Encode()), jar)
	if !strings.HasPrefix(answer, "303\n") || jar["__Host-ferngate"] == "" {
		t.Fatalf("the sign-in of %s:\n%s", login, answer)
	}
	return jar
}

// all runs every case through the front and returns what came of its steps, by case.
func (s *fronts) all(t *testing.T, name string, f *front) map[string][]string {
	t.Helper()
	people := map[string]cookies{
		"": {}, "alice": s.signedIn(t, f, "alice"), "bob": s.signedIn(t, f, "bob"), "old": {"__Host-ferngate": s.old},
	}
	results := map[string][]string{}
	for _, c := range frontCases {
		jar := maps.Clone(people[c.as])
		if c.name == "sign-out" {
			jar = s.signedIn(t, f, c.as) // it ends this session alone
		}
		for i, request := range c.steps {
			text := f.do(t, fmt.Sprintf("%s: %s, %d", name, c.name, i), request, jar)
			if lie := spoofed.FindString(text); lie != "" {
				t.Errorf("%s, step %d: the app got %q, as the client said it:\n%s", c.name, i+1, lie, text)
			}
			results[c.name] = append(results[c.name], text)
		}
	}
	return results
}

// spoofed is what only the headers of spoofedIdentity and spoofedWay say, where the app got it.
var spoofed = regexp.MustCompile(`(?s)-- the app got --\n.*?\n[^\n ]+: [^\n]*(?:admin|root|Boss|evil|10\.0\.0\.1|/page)[^\n]*`)
