package visit

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// jarOf is a jar of the cookies in a cookie file, whose tabs are written as |.
func jarOf(t *testing.T, lines ...string) *Jar {
	t.Helper()
	jar, err := ReadCookieFile(strings.NewReader(strings.ReplaceAll(strings.Join(lines, "\n"), "|", "\t")))
	if err != nil {
		t.Fatal(err)
	}
	return jar
}

// reasons are why cookies are withheld, by name.
func reasons(withheld []Withheld) map[string]string {
	said := map[string]string{}
	for _, w := range withheld {
		said[w.Name] = w.Why
	}
	return said
}

func TestJarSendsWhatABrowserWouldSend(t *testing.T) {
	jar := jarOf(t,
		"app.example.com|FALSE|/|FALSE|0|root|1",
		"app.example.com|FALSE|/wiki|FALSE|0|below|2",
		".example.com|TRUE|/|FALSE|0|shared|3",
		"example.com|FALSE|/|FALSE|0|apex|4",
		"app.example.com|FALSE|/wik|FALSE|0|prefix|5",
		"app.example.com|FALSE|/|FALSE|1|old|6",
		"127.0.0.1|FALSE|/|FALSE|0|local|7",
	)
	sent, withheld := jar.For([]string{"app.example.com", "127.0.0.1"}, "/wiki/page")
	if got, want := Header(sent), "below=2; root=1; shared=3; local=7"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
	want := map[string]string{"apex": "is of example.com", "prefix": "belongs below /wik", "old": "has expired"}
	if diff := cmp.Diff(want, reasons(withheld)); diff != "" {
		t.Error(diff)
	}
}

func TestJarPrefersTheFirstHost(t *testing.T) {
	for _, lines := range [][]string{
		{"127.0.0.1|FALSE|/|FALSE|0|sid|local", "app.example.com|FALSE|/|FALSE|0|sid|public"},
		{"app.example.com|FALSE|/|FALSE|0|sid|public", "127.0.0.1|FALSE|/|FALSE|0|sid|local"},
	} {
		sent, withheld := jarOf(t, lines...).For([]string{"app.example.com", "127.0.0.1"}, "/")
		if got := Header(sent); got != "sid=public" {
			t.Errorf("sent %q", got)
		}
		if got := reasons(withheld)["sid"]; got != "is there for app.example.com too" {
			t.Errorf("withheld since it %s", got)
		}
	}
}

func TestCookieFileOfCurlAndOfExtensions(t *testing.T) {
	jar := jarOf(t,
		"# Netscape HTTP Cookie File",
		"",
		"#HttpOnly_app.example.com|FALSE|/|TRUE|0|sid|a=b==\r",
		".Example.COM|TRUE|/|FALSE|4102444800|wide|x",
		"app.example.com|FALSE|/|FALSE|0|empty",
	)
	want := []Cookie{
		{Name: "sid", Value: "a=b==", Host: "app.example.com", Path: "/"},
		{Name: "wide", Value: "x", Host: "example.com", Subdomains: true, Path: "/", Expires: time.Unix(4102444800, 0)},
		{Name: "empty", Host: "app.example.com", Path: "/"},
	}
	if diff := cmp.Diff(want, jar.cookies); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsNoCookieFileIsRefusedByItsLine(t *testing.T) {
	for _, file := range []string{
		"sid=canary", "Cookie: sid=canary", `[{"name":"sid","value":"canary"}]`,
		"host\tFALSE\tpath\tFALSE\t0\tsid\tcanary", "host\tFALSE\t/\tFALSE\tsoon\tsid\tcanary",
		"host\tFALSE\t/\tFALSE\t0\t\tcanary", "host\tFALSE\t/\tFALSE\t0\tsid\tcanary\tmore",
		strings.Repeat("canary", maxCookieLine),
	} {
		_, err := ReadCookieFile(strings.NewReader("# a comment\n" + file))
		if err == nil || !strings.HasPrefix(err.Error(), "line 2") || strings.Contains(err.Error(), "canary") {
			t.Errorf("%.40q: %v", file, err)
		}
	}
}

func TestSetCookieIsReadAsBrowsersDo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, tt := range []struct {
			line string
			want Cookie // its zero value: the browser refuses it
		}{
			{"sid=1", Cookie{Name: "sid", Value: "1", Host: "app.example.com", Path: "/wiki"}},
			{` sid = "a b" ; Path=/; HttpOnly; Secure`, Cookie{Name: "sid", Value: `"a b"`, Host: "app.example.com", Path: "/"}},
			{`sid={"a":1,"b":2}; path=relative`, Cookie{Name: "sid", Value: `{"a":1,"b":2}`, Host: "app.example.com", Path: "/wiki"}},
			{"sid=1; Domain=.Example.com", Cookie{Name: "sid", Value: "1", Host: "example.com", Subdomains: true, Path: "/wiki"}},
			{"sid=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", Cookie{Name: "sid", Value: "1", Host: "app.example.com", Path: "/wiki", Expires: time.Now().Add(time.Minute)}},
			{"sid=1; Expires=Fri, 01-Jan-2100 00:00:00 GMT", Cookie{Name: "sid", Value: "1", Host: "app.example.com", Path: "/wiki", Expires: time.Unix(4102444800, 0).UTC()}},
			{"sid=1; Max-Age=-1", Cookie{Name: "sid", Value: "1", Host: "app.example.com", Path: "/wiki", Expires: time.Now()}},
			{"sid=1; Max-Age=9000000000000000000", Cookie{Name: "sid", Value: "1", Host: "app.example.com", Path: "/wiki", Expires: time.Now().Add(maxAge * time.Second)}},
			{"sid=1; Domain=other.example.com", Cookie{}},
			{"=1", Cookie{}},
			{"sid", Cookie{}},
		} {
			var jar Jar
			jar.Take("app.example.com", "/wiki/login", []string{tt.line})
			var want []Cookie
			if tt.want.Name != "" {
				want = []Cookie{tt.want}
			}
			if diff := cmp.Diff(want, jar.cookies); diff != "" {
				t.Errorf("%s:\n%s", tt.line, diff)
			}
		}
	})
}

func TestCookieThatIsSetAgainTakesThePlaceOfTheFirst(t *testing.T) {
	var jar Jar
	jar.Take("app.example.com", "/", []string{"a=1", "b=1", "a=2", "b=; Max-Age=0", "a=3; Path=/wiki"})
	sent, _ := jar.For([]string{"app.example.com"}, "/wiki")
	if got, want := Header(sent), "a=3; a=2"; got != want {
		t.Errorf("sent %q, want %q", got, want)
	}
}
