package proxy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// Over HTTP/2 there are other bytes on the wire, so what they mean is compared:
// what each side says, line by line, with what the other gets.

// h2script is what a client says over HTTP/2 and an app over HTTP/1.1, and what
// either gets of it.
type h2script struct {
	name    string
	path    string   // /page where there is none
	fields  []string // name, value, name, value; :method among them if it is not GET
	frames  []string // of the body; nil for none
	trailer []string // name, value
	answer  string   // the app's; "" for the usual one

	arrives string // at the app: the lines of the head but for the host and those that a gateway adds, the body, trailers
	gets    string // the client: the lines of each head, in the order of their names, the body, and trailers
}

const usualH2Answer = "\n:status: 200\ncontent-length: 2\ncontent-type: text/plain\n\nok\n"

var h2scripts = []h2script{
	{
		name: "an odd target", path: `/a%2fb//;c/%41?x=1;y=%zz&&"|`,
		arrives: "GET /a%2fb//;c/%41?x=1;y=%zz&&\"| HTTP/1.1\n\n", gets: usualH2Answer,
	},
	{
		name: "an empty query", path: "/?",
		arrives: "GET /? HTTP/1.1\n\n", gets: usualH2Answer,
	},
	{
		name: "cookies in crumbs, which RFC 9113, 8.2.3, has joined", fields: []string{"cookie", "a=1", "cookie", "b=2; c", "cookie", "a=3"},
		arrives: "GET /page HTTP/1.1\nCookie: a=1; b=2; c; a=3\n\n", gets: usualH2Answer,
	},
	{
		name: "the same name three times", fields: []string{"x-a", "2", "x-b", "", "x-a", "", "x-a", "1, 2"},
		arrives: "GET /page HTTP/1.1\nX-A: 2\nX-A: \nX-A: 1, 2\nX-B: \n\n", gets: usualH2Answer,
	},
	{
		name: "a value that is no ASCII", fields: []string{"x-a", "caf\xe9 \xc3\xa9\t\xff"},
		arrives: "GET /page HTTP/1.1\nX-A: caf\xe9 \xc3\xa9\t\xff\n\n", gets: usualH2Answer,
	},
	{
		name: "Pragma alone", fields: []string{"pragma", "no-cache", "user-agent", ""},
		arrives: "GET /page HTTP/1.1\nPragma: no-cache\nUser-Agent: \n\n", gets: usualH2Answer,
	},
	{
		name: "a method of its own", fields: []string{":method", "M-SEARCH", "te", "trailers", "priority", "u=0, i"},
		arrives: "M-SEARCH /page HTTP/1.1\nPriority: u=0, i\nTe: trailers\n\n", gets: usualH2Answer,
	},
	{
		name: "a body of no length", fields: []string{":method", "PUT"}, frames: []string{"he", "", "llo"},
		arrives: "PUT /page HTTP/1.1\nTransfer-Encoding: chunked\n\nhello", gets: usualH2Answer,
	},
	{
		name: "a body of a length", fields: []string{":method", "DELETE", "content-length", "5"}, frames: []string{"\x00\r\n", "\xff\n"},
		arrives: "DELETE /page HTTP/1.1\nContent-Length: 5\n\n\x00\r\n\xff\n", gets: usualH2Answer,
	},
	{
		name: "a form without a body", fields: []string{":method", "POST"},
		arrives: "POST /page HTTP/1.1\nContent-Length: 0\n\n", gets: usualH2Answer,
	},
	{
		// net/http takes those that are announced, and RFC 9110, 6.5.1, allows to drop others.
		name: "request trailers", fields: []string{":method", "POST", "trailer", "x-sum"}, frames: []string{"hi"},
		trailer: []string{"x-sum", "42", "x-other", "1", "x-ferngate-user", "admin"},
		arrives: "POST /page HTTP/1.1\nTrailer: X-Sum\nTransfer-Encoding: chunked\n\nhi\nX-Sum: 42", gets: usualH2Answer,
	},
	{
		name:    "early hints",
		answer:  "HTTP/1.1 103 Early Hints\r\nLink: </b>\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
		arrives: "GET /page HTTP/1.1\n\n", gets: "\n:status: 103\nlink: </b>\nlink: </a>\n\n:status: 200\ncontent-length: 2\n\nok\n",
	},
	{
		// net/http says so by itself when the body is read, and the app is not asked:
		// a client that asks whether to send its body is told yes.
		name: "a 100 that was asked for", fields: []string{":method", "POST", "expect", "100-continue", "content-length", "2"}, frames: []string{"hi"},
		answer:  "HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n",
		arrives: "POST /page HTTP/1.1\nContent-Length: 2\n\nhi",
		gets:    "\n:status: 100\n\n:status: 201\ncontent-length: 0\n\n\n",
	},
	{
		name:    "trailers",
		answer:  "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\nX-Sum: 43\r\n\r\n",
		arrives: "GET /page HTTP/1.1\n\n", gets: "\n:status: 200\ntrailer: X-Sum\n\nok\nx-sum: 42\nx-sum: 43\n",
	},
	{
		name:    "trailers that were not announced, of no body",
		answer:  "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nGrpc-Status: 12\r\n\r\n",
		arrives: "GET /page HTTP/1.1\n\n", gets: "\n:status: 200\n\n\ngrpc-status: 12\n",
	},
	{
		name:    "no content type of what looks like HTML",
		answer:  "HTTP/1.0 299 Odd\r\nDate: yesterday\r\nServer: \r\nContent-Length: 6\r\n\r\n<html>",
		arrives: "GET /page HTTP/1.1\n\n", gets: "\n:status: 299\ncontent-length: 6\ndate: yesterday\nserver: \n\n<html>\n",
	},
	{
		name: "a 304 with its page's length and type", fields: []string{"if-none-match", `"x"`},
		answer:  "HTTP/1.1 304 Not Modified\r\nETag: \"x\"\r\nContent-Type: text/css\r\nContent-Length: 12345\r\n\r\n",
		arrives: "GET /page HTTP/1.1\nIf-None-Match: \"x\"\n\n", gets: "\n:status: 304\ncontent-length: 12345\ncontent-type: text/css\netag: \"x\"\n\n\n",
	},
	{
		name: "a HEAD with a length", fields: []string{":method", "HEAD"},
		answer:  "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n",
		arrives: "HEAD /page HTTP/1.1\nConnection: close\n\n", gets: "\n:status: 200\ncontent-length: 12345\n\n\n",
	},
	{
		name:    "cookies that are set, and what is the connection's",
		answer:  "HTTP/1.1 204 No Content\r\nConnection: keep-alive, X-Hop\r\nX-Hop: 1\r\nKeep-Alive: x\r\nSet-Cookie: b=1, 2\r\nSet-Cookie: a\r\nSet-Cookie: b=1, 2\r\n\r\n",
		arrives: "GET /page HTTP/1.1\n\n", gets: "\n:status: 204\nset-cookie: b=1, 2\nset-cookie: a\nset-cookie: b=1, 2\n\n\n",
	},
	{
		name: "a part of an upload that is refused early", fields: []string{":method", "POST", "content-length", "1000"}, frames: []string{"hello"},
		answer:  "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 2\r\n\r\nno",
		arrives: "", gets: "\n:status: 413\ncontent-length: 2\n\nno\n",
	},
}

func TestFidelity_HTTP2(t *testing.T) {
	for _, s := range h2scripts {
		t.Run(s.name, func(t *testing.T) {
			rec := startRecorder(t, s.answer)
			app := rec.url
			if s.arrives == "" {
				app = startEarly(t, s.answer)
			}
			c := dialH2(t, startTLSGateway(t, plainSite, app))
			if got := c.play(s); got != s.gets {
				t.Errorf("the client got (+):\n%s", cmp.Diff(s.gets, got))
			}
			if s.arrives == "" {
				return
			}
			if got := rec.next(t).lines(); got != s.arrives {
				t.Errorf("the app got (+):\n%s", cmp.Diff(s.arrives, got))
			}
		})
	}
}
