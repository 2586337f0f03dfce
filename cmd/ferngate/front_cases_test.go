package main

import "strings"

// frontCase is what somebody does at every front, and what comes of it must be
// the same at all of them.
type frontCase struct {
	name  string
	as    string   // who has signed in before: a login, or "" for nobody
	steps []string // requests of one browser, as front.do takes them
}

// opened is a request for a page that a person opens; more are headers.
func opened(target string, more ...string) string {
	return inLines(more, "GET "+target, "Accept: text/html,application/xhtml+xml", "Sec-Fetch-Mode: navigate", "Sec-Fetch-Dest: document")
}

// fetched is a request that a script in a page makes.
func fetched(target string, more ...string) string {
	return inLines(more, "GET "+target, "Accept: */*", "Sec-Fetch-Mode: cors", "Sec-Fetch-Site: same-origin")
}

// posted is a form that is sent.
func posted(target, form string, more ...string) string {
	return inLines(more, "POST "+target, "Accept: text/html", "Origin: https://"+frontHost, "Sec-Fetch-Mode: navigate", "Sec-Fetch-Site: same-origin",
		"Content-Type: application/x-www-form-urlencoded") + "\n\n" + form
}

// socket is a request for a websocket.
func socket(target, origin string) string {
	return inLines(nil, "GET "+target, "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Origin: "+origin)
}

func inLines(more []string, lines ...string) string {
	return strings.Join(append(lines, more...), "\n")
}

// spoofedIdentity says who somebody is in every spelling that an app may read.
var spoofedIdentity = []string{
	"X-Forwarded-User: admin", "X-Forwarded-User: root", "x-forwarded-email: admin@example.com", "X_Forwarded_User: admin", "X-Forwarded_Email: admin",
	"X.Forwarded.User: admin", "X!Forwarded!User: admin", "X~Forwarded-Groups: staff,root", "X-FORWARDED-GROUPS: staff,root", "X-Forwarded-Name: Boss",
	"X-Ferngate-User: admin",
}

// spoofedWay says what was asked for, and by whom.
var spoofedWay = []string{
	"X-Original-URL: https://" + frontHost + "/page", "X-Original-Method: GET", "X-Original-URI: /page", "X-Original-Host: evil.example", "X-Rewrite-URL: /page", "X-Forwarded-Uri: /page",
	"X-Forwarded-Method: GET", "X-Forwarded-Host: evil.example", "X-Forwarded-Proto: http", "X-Forwarded-Prefix: /evil", "X-Forwarded-Port: 81",
	"X-Forwarded-Server: evil.example", "X-Forwarded-For: 10.0.0.1", "X-Real-IP: 10.0.0.1", "Forwarded: for=10.0.0.1;host=evil.example", "X_Forwarded_Uri: /page",
}

var frontCases = []frontCase{
	{"a page for everybody", "", []string{opened("/page")}},
	{"a page for everybody, signed in", "alice", []string{opened("/page")}},
	{"a page for signed-in people", "", []string{opened("/private/page?a=1&b=2")}},
	{"a page for signed-in people, signed in", "alice", []string{opened("/private/page?a=1&b=2")}},
	{"a page for staff, signed in as another", "alice", []string{opened("/staff/page")}},
	{"a page for staff, signed in as one of them", "bob", []string{opened("/staff/page")}},
	{"a page without an access rule's person", "alice", []string{opened("/open/page")}},
	{"a name that is not ASCII", "bob", []string{opened("/page"), fetched("/api/ferndesk-token")}},

	{"a script's request, signed out", "", []string{fetched("/private/data")}},
	{"a script's request, signed in", "alice", []string{fetched("/private/data")}},
	{"a script's request for staff", "alice", []string{fetched("/staff/data")}},
	{"HEAD", "", []string{"HEAD /private/page", "HEAD /page"}},
	{"OPTIONS", "", []string{"OPTIONS /private/page\nOrigin: https://other.example\nAccess-Control-Request-Method: PUT", "OPTIONS /page"}},
	{"a form, signed out", "", []string{posted("/private/form", "a=1&b=%00"), posted("/page", "a=1")}},
	{"a form, signed in", "alice", []string{posted("/private/form", "a=1&b=%00"), posted("/page", "a=1")}},
	{"a method by rule", "alice", []string{posted("/reports/1", "a=1"), opened("/reports/1"), "PUT /reports/1\nContent-Type: text/plain\n\nx", "DELETE /reports/1"}},
	{"a method that somebody else's header overrides", "", []string{posted("/private/form", "a=1", "X-HTTP-Method-Override: GET", "X-Original-Method: GET", "X-Forwarded-Method: GET")}},

	{"the token", "alice", []string{fetched("/api/ferndesk-token"), "HEAD /api/ferndesk-token", fetched("/api/ferndesk-token?x=1")}},
	{"no token", "", []string{fetched("/api/ferndesk-token"), posted("/api/ferndesk-token", "a=1")}},
	{"no token by spoofed headers", "", []string{fetched("/api/ferndesk-token", append(spoofedIdentity, spoofedWay...)...)}},
	{"other spellings of the token's path", "alice", []string{
		opened("/api//ferndesk-token"), opened("/x/../api/ferndesk-token"), opened("/api/ferndesk-token;x"), opened("/api%2fferndesk-token"),
	}},
	{"the token's path with an escape", "alice", []string{opened("/api/ferndesk%2dtoken")}},
	{"widget.js", "", []string{fetched("/.ferngate/widget.js"), fetched("/.ferngate/whoami")}},
	{"whoami", "alice", []string{fetched("/.ferngate/whoami")}},
	{"an endpoint that is none", "alice", []string{opened("/.ferngate/nothing"), opened("/.ferngate/"), opened("/.ferngate%2fsign-in")}},
	{"the endpoint for proxies", "alice", []string{
		opened("/.ferngate/auth"), fetched("/.ferngate/auth", spoofedWay...), opened("/.ferngate/auth?x"), opened("/.ferngate/%61uth"),
	}},
	{"the endpoint for proxies, with two slashes", "alice", []string{opened("/.ferngate//auth")}},

	{"sign-in and back", "", []string{
		opened("/private/page?a=1"), opened("/.ferngate/sign-in?return_to=%2Fprivate%2Fpage%3Fa%3D1"),
		posted("/.ferngate/sign-in", "login=alice&password="+gatePassword+"&return_to=%2Fprivate%2Fpage%3Fa%3D1"), opened("/private/page?a=1"),
		fetched("/api/ferndesk-token"),
	}},
	{"a sign-in that fails", "", []string{posted("/.ferngate/sign-in", "login=alice&password=wrong&return_to=%2F"), fetched("/api/ferndesk-token")}},
	{"a sign-in from another origin", "", []string{strings.ReplaceAll(posted("/.ferngate/sign-in", "login=alice&password="+gatePassword), "https://"+frontHost, "https://evil.example")}},
	{"a sign-in that leads away", "", []string{posted("/.ferngate/sign-in", "login=alice&password="+gatePassword+"&return_to=//evil.example/", "X-Forwarded-Host: evil.example")}},
	{"sign-out", "alice", []string{
		opened("/.ferngate/sign-out"), posted("/.ferngate/sign-out", "return_to=%2Fpage"), opened("/private/page"), fetched("/api/ferndesk-token"),
	}},
	{"a session under an old key is sealed anew", "old", []string{opened("/page"), opened("/page")}},
	{"a session under an old key is sealed anew on the way of the app's cookies", "old", []string{opened("/cookies")}},
	{"a cookie that does not open", "", []string{opened("/private/page", "Cookie: __Host-ferngate=nonsense"), opened("/page", "Cookie: a=1; __Host-ferngate=nonsense; b=2")}},
	{"the app's cookies", "", []string{opened("/cookies"), opened("/page")}},

	{"spoofed identity", "", []string{opened("/page", spoofedIdentity...), opened("/open/page", spoofedIdentity...), opened("/private/page", spoofedIdentity...)}},
	{"spoofed identity, signed in", "alice", []string{opened("/page", spoofedIdentity...), opened("/private/page", spoofedIdentity...), opened("/staff/page", spoofedIdentity...)}},
	{"identity named away", "alice", []string{opened("/page", "Connection: close, X-Forwarded-User, X-Forwarded-For, X-Forwarded-Host, Cookie")}},
	{"what was asked for, spoofed", "", []string{opened("/private/page", spoofedWay...), opened("/page", spoofedWay...)}},
	{"what was asked for, spoofed, signed in", "alice", []string{opened("/staff/page", spoofedWay...), opened("/private/page", spoofedWay...)}},
	{"a health check's name", "", []string{opened("/private/page", "User-Agent: kube-probe/1.29")}},

	{"odd spellings of a private path", "", []string{
		opened("/private%2fpage"), opened("//private/page"), opened("/open/../private/page"), opened("/open/..%2fprivate/page"), opened("/./private/page"), opened("/PRIVATE/page"),
		opened("/private;x=1/page"), opened("/open/..;/private/page"), opened("/%70rivate/page"), opened("/open/%2e%2e/private/page"), opened("/private"), opened(`/open/..\private/page`), opened("/open%2f..%2fprivate/page"),
	}},
	{"odd spellings of a private path, signed in", "alice", []string{
		opened("/private%2fpage"), opened("//private/page"), opened("/open/../private/page"), opened("/./private/page"), opened("/private;x=1/page"), opened("/%70rivate/page"),
	}},
	{"odd spellings of a path for staff", "alice", []string{opened("/private/../staff/page"), opened("/private/..%2fstaff"), opened("//staff/page"), opened("/staff;/page")}},
	{"paths that are none", "", []string{opened("/../page"), opened("/%zz"), opened("/page%00"), opened("/open/../../page")}},
	{"odd paths that are the app's", "alice", []string{
		opened("/a%20b"), opened("/caf%C3%A9"), opened("/a%2Fb"), opened("/a;b=1/c"), opened("/a//b"), opened("/a/./b"), opened("/a/../b"), opened("/a+b~c!$&'()*,=:@"), opened("/%E2%82%AC%7e"),
	}},
	{"odd queries", "", []string{
		opened("/page?"), opened("/page??a"), opened("/page?a=1;b=2"), opened("/page?a=%zz"), opened("/page?/private/../x"), opened("/page?a=1&a=2"), opened("/private/page?x=/open/"), opened("/open/page?/private/page"),
	}},
	{"an absolute target", "", []string{opened("https://" + frontHost + "/private/page"), opened("https://" + frontHost + "/page")}},
	{"an absolute target of another host", "alice", []string{opened("https://other.example/private/page")}},
	{"another spelling of the host", "", []string{opened("/page", "Host: APP.example.com"), opened("/private/page", "Host: app.example.com:443")}},

	{"a websocket for everybody", "", []string{socket("/ws", "https://"+frontHost)}},
	{"a websocket, signed in", "alice", []string{socket("/ws", "https://"+frontHost), socket("/private/ws", "https://"+frontHost)}},
	{"a websocket for signed-in people", "", []string{socket("/private/ws", "https://"+frontHost)}},
	{"a websocket from another origin", "alice", []string{socket("/ws", "https://other.example"), socket("/private/ws", "https://other.example")}},

	{"an upgrade to another protocol", "", []string{
		opened("/page", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAAP__"), opened("/page", "Connection: Upgrade", "Upgrade: TLS/1.0"),
		opened("/private/page", "Connection: Upgrade", "Upgrade: h2c"), posted("/page", "a=1", "Connection: Upgrade", "Upgrade: h2c"),
	}},
	{"an upgrade to h2c or a websocket", "", []string{opened("/page", "Connection: Upgrade", "Upgrade: h2c", "Upgrade: websocket")}},
	{"an upgrade to a websocket or h2c", "", []string{opened("/page", "Connection: Upgrade", "Upgrade: websocket", "Upgrade: h2c")}},
	{"an upgrade to a websocket or h2c, in one line", "", []string{opened("/page", "Connection: Upgrade", "Upgrade: websocket, h2c")}},

	{"answers of the app's own", "alice", []string{opened("/moved"), opened("/wants-its-own-login"), opened("/broken")}},
	{"a document", "", []string{opened("/document")}},
	{"a large cookie", "alice", []string{opened("/private/page", "X-Large: "+strings.Repeat("x", 6000))}},
	{"a chunked body with a trailer", "alice", []string{"POST /page\nTransfer-Encoding: chunked\nTrailer: X-Forwarded-User\n\n3\r\na=1\r\n0\r\nX-Forwarded-User: admin\r\n\r\n"}},
}
