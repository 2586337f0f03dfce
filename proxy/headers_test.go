package proxy

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/auth"
)

// wantUser fails the test unless exactly these values of an identity header
// arrived, under the name that the config gives it.
func wantUser(t *testing.T, got arrived, want ...string) {
	t.Helper()
	if values := got.values("X-Ferngate-User"); !slices.Equal(values, want) {
		t.Errorf("the app was told %q, want %q", values, want)
	}
	for _, v := range want {
		if !slices.Contains(got.headers, "X-Ferngate-User: "+v) {
			t.Errorf("want X-Ferngate-User: %s among %q", v, got.headers)
		}
	}
}

// otherSpellings are what apps behind CGI, WSGI, PHP or a lenient proxy read as
// the same header as X-Ferngate-User.
var otherSpellings = []string{
	"X-Ferngate-User", "x-ferngate-user", "X-FERNGATE-USER", "X_Ferngate_User", "x_ferngate_user", "X-Ferngate_User",
	"X_FERNGATE-USER", "X.Ferngate.User", "X.Ferngate-User", "X-Ferngate.User", "X~Ferngate~User", "X!Ferngate!User",
	"X#Ferngate#User", "X$Ferngate$User", "X%Ferngate%User", "X&Ferngate&User", "X'Ferngate'User", "X*Ferngate*User",
	"X+Ferngate+User", "X^Ferngate^User", "X`Ferngate`User", "X|Ferngate|User", "x.ferngate_user",
}

func TestH1_IdentityHeaderInOtherSpellings(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	for _, name := range otherSpellings {
		a := g.rawGet("/page", "Cookie: "+cookie, name+": admin", "x_forwarded_email: admin@corp.test")
		if a.status != http.StatusOK {
			t.Fatalf("%s: %d %s", name, a.status, a.body)
		}
		got := app.next(t)
		wantUser(t, got, "1001")
		if emails := got.values("X-Forwarded-Email"); !slices.Equal(emails, []string{"alice@corp.test"}) {
			t.Errorf("%s: emails %q", name, emails)
		}
	}
}

func TestH2_DottedTwin(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "Cookie: "+g.signIn("alice"), "X.Ferngate.User: admin", "X.Plan: enterprise")
	got := app.next(t)
	wantUser(t, got, "1001")
	if plans := got.values("X-Plan"); !slices.Equal(plans, []string{"pro"}) {
		t.Errorf("plans %q", plans)
	}
}

func TestH3_UnderscoreTwinOfARemoteHeader(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "Cookie: "+g.signIn("alice"), "Remote_Groups: root", "REMOTE.GROUPS: root")
	if groups := app.next(t).values("Remote-Groups"); !slices.Equal(groups, []string{"staff,printers"}) {
		t.Errorf("groups %q", groups)
	}
}

func TestH4_NoValueIsNoHeader(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "Cookie: "+g.signIn("noname"), "X-Ferngate-Name: Boss", "X-Plan: enterprise", "Remote-Groups: root")
	got := app.next(t)
	wantUser(t, got, "1003")
	for _, name := range []string{"X-Ferngate-Name", "X-Plan", "Remote-Groups"} {
		if v := got.values(name); len(v) != 0 {
			t.Errorf("%s: %q, want none", name, v)
		}
	}
}

// fullSpoof is every identity header that the config names, and a name of ours that it does not.
var fullSpoof = []string{
	"X-Ferngate-User: admin", "X-Forwarded-Email: admin@corp.test", "X-Ferngate-Name: Boss", "Remote-Groups: staff",
	"X-Plan: enterprise", "X-Ferngate-Token: eyJhbGciOiJub25lIn0.e30.", "x_ferngate_anything: 1",
}

// wantNobody fails the test if any identity arrived, in any spelling.
func wantNobody(t *testing.T, got arrived) {
	t.Helper()
	for _, line := range slices.Concat(got.headers, got.trailer) {
		name, _, _ := strings.Cut(line, ":")
		switch folded := string(foldHeader(nil, name)); {
		case strings.HasPrefix(folded, "x-ferngate-"), folded == "x-forwarded-email", folded == "remote-groups", folded == "x-plan":
			t.Errorf("the app was told %q", line)
		}
	}
}

func TestH5_OptionalPathOfNobody(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/opt/page", fullSpoof...)
	wantNobody(t, app.next(t))
}

// On a public path nobody looks at who asks, so a signed-in person is nobody there too.
func TestH6_PublicPath(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/public/x", fullSpoof...)
	wantNobody(t, app.next(t))
	g.rawGet("/public/x", append([]string{"Cookie: " + g.signIn("alice")}, fullSpoof...)...)
	wantNobody(t, app.next(t))
}

func TestH7_ConnectionNamesTheIdentityHeader(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "Cookie: "+g.signIn("alice"), "X-Ferngate-User: admin", "X-Forwarded-For: 9.9.9.9",
		"Connection: close, X-Ferngate-User, X-Forwarded-For, X-Forwarded-Proto, Forwarded, Remote-Groups")
	got := app.next(t)
	wantUser(t, got, "1001")
	for name, want := range map[string]string{
		"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "Remote-Groups": "staff,printers",
		"Forwarded": `for=127.0.0.1;proto=http;host="app.test"`,
	} {
		if v := got.values(name); !slices.Equal(v, []string{want}) {
			t.Errorf("%s: %q, want %q", name, v, want)
		}
	}
}

func TestH8_TwoConnectionHeaders(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	a := g.rawGet("/page", "Connection: ", "Connection: Cookie, X-Hop, X-Ferngate-User", "X-Hop: 1", "Cookie: "+g.signIn("alice"))
	got := app.next(t)
	wantUser(t, got, "1001")
	if a.status != http.StatusOK || len(got.values("X-Hop")) != 0 || len(got.values("Cookie")) != 0 {
		t.Errorf("%d %q", a.status, got.headers)
	}
}

// The session is read from what came in; of Cookie, which the client called
// hop-by-hop, the app gets nothing.
func TestH9_ConnectionNamesCookie(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "Connection: Cookie", "Cookie: app=1; "+g.signIn("alice")+"; theme=dark")
	got := app.next(t)
	wantUser(t, got, "1001")
	if c := got.values("Cookie"); len(c) != 0 {
		t.Errorf("half of the cookies: %q", c)
	}
}

// A name or a value of a claim can never begin a header of its own.
func TestH15_ControlsInAClaim(t *testing.T) {
	hs := identityHeaders{
		{"X-Name", func(id *auth.Identity) string { return id.Name }},
		{"X-Groups", func(id *auth.Identity) string { return strings.Join(id.Groups, ",") }},
	}
	h := http.Header{}
	hs.set(h, &auth.Identity{Name: "Bob\r\nX-Admin: 1", Groups: []string{"a\x00b", "\x7f", "\ttab", "100%"}})
	if len(h) != 2 || h.Get("X-Name") != "Bob%0D%0AX-Admin: 1" || h.Get("X-Groups") != "a%00b,%7F,%09tab,100%" {
		t.Errorf("%q", h)
	}
}

// An accent is no reason to fail: the value is UTF-8, as the config documents.
func TestH15_AccentInAClaim(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	a := g.rawGet("/page", "Cookie: "+g.signIn("bob"))
	if got := app.next(t); a.status != http.StatusOK || !slices.Equal(got.values("X-Ferngate-Name"), []string{"Zoë"}) {
		t.Errorf("%d %q", a.status, got.headers)
	}
}

func TestH16_IdentityHeaderTwice(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	g.rawGet("/page", "X-Ferngate-User: admin", "Cookie: "+g.signIn("alice"), "X-Ferngate-User: root", "x-ferngate-user: 1001")
	wantUser(t, app.next(t), "1001")
}

func TestH17_Trailers(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	cookie := g.signIn("alice")
	for _, name := range otherSpellings {
		for _, announce := range []string{"Trailer: X-Sum, " + name, "Trailer: X-Sum", "X-None: 1"} {
			g.raw("POST /page HTTP/1.1\r\nHost: app.test\r\nCookie: "+cookie+"\r\nTransfer-Encoding: chunked\r\n"+announce+
				"\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 6\r\n"+name+": admin\r\nX-Forwarded-For: 9.9.9.9\r\nUndeclared: 1\r\n\r\n", 1)
			got := app.next(t)
			wantUser(t, got, "1001")
			slices.Sort(got.trailer)
			if !slices.Equal(got.trailer, []string{"Undeclared: 1", "X-Sum: 6"}) || got.body != "abc" {
				t.Errorf("%s, %s: body %q, trailers %q", name, announce, got.body, got.trailer)
			}
			for _, v := range got.values("Trailer") {
				if strings.Contains(v, ",") {
					t.Errorf("%s: announced %q", name, v)
				}
			}
		}
	}
}

// What frames a message, says who asks for it, or is for the next hop alone, has
// no place in a trailer (RFC 9110, section 6.5.1).
func TestTrailersThatMustNotBe(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)
	for _, line := range []string{
		"Content-Length: 9", "Transfer-Encoding: gzip", "Host: evil.test", "Authorization: Basic eDp5", "Content-Type: text/html",
		"Trailer: X-A", "TE: trailers", "Connection: X-Sum", "X-Hop: 1", "Expect: 100-continue",
	} {
		g.raw("POST /public/x HTTP/1.1\r\nHost: app.test\r\nConnection: X-Hop\r\nTransfer-Encoding: chunked\r\n\r\n"+
			"3\r\nabc\r\n0\r\n"+line+"\r\nX-Sum: 6\r\n\r\n", 1)
		if got := app.next(t); !slices.Equal(got.trailer, []string{"X-Sum: 6"}) || got.body != "abc" {
			t.Errorf("%s: body %q, trailers %q", line, got.body, got.trailer)
		}
	}
}
