package csp

import (
	"errors"
	"net/http"
	"strings"
	"testing"
)

// extendOne extends one header's value.
func extendOne(t *testing.T, n *Needs, value string) (string, Marks) {
	t.Helper()
	h := http.Header{"Content-Security-Policy": {value}}
	changed, _, marks, err := n.Extend(h, nil)
	if err != nil {
		t.Fatalf("%q: %v", value, err)
	}
	if changed == nil {
		return value, marks
	}
	if h.Get("Content-Security-Policy") != value {
		t.Errorf("%q: the header itself was changed", value)
	}
	return changed.Get("Content-Security-Policy"), marks
}

func wantRefusal(t *testing.T, n *Needs, value, reason string) {
	t.Helper()
	changed, _, marks, err := n.Extend(http.Header{"Content-Security-Policy": {value}}, nil)
	refusal, ok := errors.AsType[*Refusal](err)
	if !ok || refusal.Reason != reason || changed != nil || marks != (Marks{}) {
		t.Errorf("%q: %v, want %s and nothing else", value, err, reason)
	}
}

// What is around the words of a policy stays as it was.
func TestWhiteSpaceStays(t *testing.T) {
	for value, want := range map[string]string{
		"":                                 "",
		" ":                                " ",
		"script-src\t 'self'  ; x":         "script-src\t 'self' https://static.ferndesk.com https://help.example.com  ; x",
		" ; script-src ;":                  " ; script-src https://app.example.com/.ferngate/widget.js https://static.ferndesk.com https://help.example.com ;",
		"script-src  'NoNe' ;; x":          "script-src  https://app.example.com/.ferngate/widget.js https://static.ferndesk.com https://help.example.com ;; x",
		",, script-src 'self' ,object-src": ",, script-src 'self' https://static.ferndesk.com https://help.example.com ,object-src",
		"child-src *:8000 ; \t":            "child-src *:8000 ; frame-src *:8000 https://static.ferndesk.com https://help.example.com \t",
		"report-uri /\xff\xfe; script-src": "report-uri /\xff\xfe; script-src https://app.example.com/.ferngate/widget.js https://static.ferndesk.com https://help.example.com",
	} {
		if got, _ := extendOne(t, exampleNeeds(), value); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", value, got, want)
		}
	}
}

// A policy that browsers read differently is not touched.
func TestMalformed(t *testing.T) {
	for _, value := range []string{
		"script-src\v'self'", "script-src 'self'\x00", "x\x7f", "script-src 'ſelf'", "default-src \xff",
		"sandbox allow-same-origin allow-ſcripts", // which strings.EqualFold would take for scripts
	} {
		reason := malformed
		if strings.HasPrefix(value, "sandbox") {
			reason = sandboxed
		}
		wantRefusal(t, exampleNeeds(), value, reason)
	}
	// Where another directive governs, nothing looks at it.
	extendOne(t, exampleNeeds(), "child-src \xff; frame-src 'self'; script-src-elem 'self'; script-src \xff")
}

// A plain HTTP origin with a port, as in a trial on one machine.
func TestPlainHTTP(t *testing.T) {
	n := exampleNeeds()
	n.Self = "http://127.0.0.1:8080"
	n.Script = "http://127.0.0.1:8080/.ferngate/widget.js?v=1"
	n.Fetches = []string{"http://127.0.0.1:8080/a;b,c/tök en"}
	n.Sources = []string{"http://127.0.0.1:8081", "wss://help.example.com"}
	for value, want := range map[string]string{
		"script-src 'none'":                       "script-src http://127.0.0.1:8080/.ferngate/widget.js http://127.0.0.1:8081",
		"script-src 127.0.0.1:*":                  "script-src 127.0.0.1:*",
		"script-src http:":                        "script-src http:",
		"script-src https:":                       "script-src https: http://127.0.0.1:8080/.ferngate/widget.js http://127.0.0.1:8081",
		"script-src 127.0.0.1":                    "script-src 127.0.0.1 http://127.0.0.1:8080/.ferngate/widget.js http://127.0.0.1:8081",
		"connect-src 'none'":                      "connect-src http://127.0.0.1:8080/a%3Bb%2Cc/t%C3%B6k%20en http://127.0.0.1:8081 wss://help.example.com",
		"connect-src http: ws://help.example.com": "connect-src http: ws://help.example.com",
		"connect-src *":                           "connect-src * wss://help.example.com",
		"img-src *":                               "img-src *",
	} {
		if got, _ := extendOne(t, n, value); got != want {
			t.Errorf("%q:\ngot  %q\nwant %q", value, got, want)
		}
	}
}

// No policy can name an IPv6 address or a host with _, but one may allow it.
func TestHostsThatNoPolicyNames(t *testing.T) {
	for _, self := range []string{"http://[::1]:8080", "https://my_app.example.com"} {
		n := exampleNeeds()
		n.Self, n.Script, n.Fetches = self, self+"/.ferngate/widget.js", []string{self + "/api/ferndesk-token"}
		n.Sources = []string{self}
		for _, value := range []string{"default-src 'self'", "default-src *", "default-src http: https:", "object-src 'none'"} {
			if got, _ := extendOne(t, n, value); got != value {
				t.Errorf("%s: %q became %q", self, value, got)
			}
		}
		for _, value := range []string{"default-src 'none'", "connect-src [::1]:8080", "script-src my_app.example.com", "script-src https://*.example.com *:8080"} {
			if value == "script-src https://*.example.com *:8080" && strings.Contains(self, "_") {
				continue
			}
			wantRefusal(t, n, value, unwritable)
		}
		if _, marks := extendOne(t, n, "script-src 'strict-dynamic'"); !marks.Integrity {
			t.Errorf("%s: no integrity", self)
		}
	}
}

// Whatever is asked for, nothing wide is added.
func TestSourcesWithoutAHost(t *testing.T) {
	for _, source := range []string{"https:", "*", "*:443", "https://*", "'self'", "'unsafe-inline'", "data:", "", "a b", "a;b", "a,b", "https://x/?q"} {
		n := exampleNeeds()
		n.Sources = []string{source}
		wantRefusal(t, n, "img-src 'none'", unwritable)
	}
}

// A nonce stands in an attribute of the element.
func TestNoncesAreNoMarkup(t *testing.T) {
	long := strings.Repeat("a", longestNonce)
	for value, want := range map[string]string{
		"'nonce-abc'": "abc", "'NONCE-aB+/-_9='": "aB+/-_9=", "'nonce-a=='": "a==", "'nonce-" + long + "'": long,
		"'nonce-" + long + "a'": "", "'nonce-'": "", "'nonce-=='": "", "'nonce-a==='": "", "'nonce-a=b'": "", "'nonce-abc": "", "nonce-abc": "",
		`'nonce-a"b'`: "", "'nonce-a>b'": "", "'nonce-a&b'": "", "'nonce-a'b'": "", "'nonce-a`b'": "", "'nonce-a\nb'": "", "'nonce-a.b'": "",
	} {
		_, marks := extendOne(t, exampleNeeds(), "script-src 'strict-dynamic' "+value)
		if marks.Nonce != want || marks.Integrity != (want == "") {
			t.Errorf("%s: %+v", value, marks)
		}
	}
}

// The element stays below 200 bytes: it carries no long nonce beside its integrity.
func TestLongNonceGivesWay(t *testing.T) {
	long := strings.Repeat("a", longestBeside+1)
	got, marks := extendOne(t, exampleNeeds(), "script-src 'strict-dynamic' 'nonce-"+long+"',script-src 'strict-dynamic'")
	want := "script-src 'strict-dynamic' 'nonce-" + long + "' '" + exampleHash + "',script-src 'strict-dynamic' '" + exampleHash + "'"
	if got != want || marks != (Marks{Integrity: true}) {
		t.Errorf("%q, %+v", got, marks)
	}
}

// The nonce is the one that serves most: lists with 'strict-dynamic' first.
func TestNonceThatServesMost(t *testing.T) {
	_, marks := extendOne(t, exampleNeeds(), "script-src 'nonce-a',script-src 'nonce-a',script-src 'strict-dynamic' 'nonce-b',script-src 'strict-dynamic' 'nonce-c' 'nonce-c',default-src 'nonce-c'")
	if marks != (Marks{Nonce: "c", Integrity: true}) {
		t.Errorf("%+v", marks)
	}
	got, marks := extendOne(t, exampleNeeds(), "script-src 'url-sha256-abc' 'nonce-a'")
	if want := "script-src 'url-sha256-abc' 'nonce-a' https://static.ferndesk.com https://help.example.com"; got != want || marks.Nonce != "a" {
		t.Errorf("%q, %+v", got, marks)
	}
	wantRefusal(t, exampleNeeds(), "default-src 'url-sha256-abc' 'nonce-a'", urlHashes) // for images, too
}

// Behind the element, 'strict-dynamic' asks for no mark: the script is there.
func TestExtendMeta(t *testing.T) {
	for text, want := range map[string]string{
		"script-src 'strict-dynamic'":              "script-src 'strict-dynamic'",
		"script-src 'strict-dynamic' 'nonce-abc'":  "script-src 'strict-dynamic' 'nonce-abc'",
		"\n\tdefault-src\n*;\n\timg-src\n'none'\n": "\n\tdefault-src\n*;\n\timg-src\nhttps://static.ferndesk.com https://help.example.com\n",
		"sandbox": "sandbox",
	} {
		if got, err := exampleNeeds().ExtendMeta(text); got != want || err != nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	for _, text := range []string{"require-trusted-types-for 'script'", "img-src *, x", "script-src 'url-sha256-abc'"} {
		if got, err := exampleNeeds().ExtendMeta(text); got != text || err == nil {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
}

func TestNoPolicyCostsNothing(t *testing.T) {
	n, h := exampleNeeds(), http.Header{"Content-Type": {"text/html"}, "Content-Security-Policy": nil}
	if allocs := testing.AllocsPerRun(100, func() {
		if _, _, marks, err := n.Extend(h, nil); marks != (Marks{}) || err != nil {
			t.Fatal(marks, err)
		}
	}); allocs != 0 {
		t.Errorf("%v allocations", allocs)
	}
}
