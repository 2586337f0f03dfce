package proxy

import (
	"bufio"
	"net/http"
	"strings"
	"testing"
)

// FuzzTarget: what is taken of a request line is a path and a query, which the
// app is sent byte for byte as they came; and the path that is judged is the one that is sent.
func FuzzTarget(f *testing.F) {
	for _, target := range []string{
		"/", "/x?y=1;z=%", "/a%2Fb/../c?", "//x/y", "/\\x", "/é|\"<>", "/%zz", "/x#y", "*", "http://app.test/x?y", "http://app.test?y", "HTTPS://app.test:1//x",
		"http://u:p@app.test/", "http://", "http:/x", "ftp://x/", "x", "?", "", "/a b", "/\x7f", "/\xff", "///", "//", "//app.test:x/", "/:@&=+$,", "http://app.test/%/?%#",
	} {
		f.Add(target)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		if strings.ContainsAny(raw, "\r\n") {
			return // the end of the line, and another request
		}
		r, err := http.ReadRequest(bufio.NewReader(strings.NewReader("GET " + raw + " HTTP/1.1\r\nHost: app.test\r\n\r\n")))
		if err != nil {
			return // net/http answers 400 itself
		}
		got, err := readTarget(r)
		if err != nil {
			return
		}
		sent := *r.URL // as ReverseProxy begins
		sent.Scheme, sent.Host = "http", "127.0.0.1:3000"
		setTarget(&sent, got)
		if sent.RequestURI() != got.String() {
			t.Errorf("%q is judged as %q, and sent as %q", raw, got, sent.RequestURI())
		}
		if !strings.HasPrefix(got.path, "/") || strings.ContainsAny(got.path, "?# ") || got.query != "" && got.query[0] != '?' {
			t.Errorf("%q became the path %q and the query %q", raw, got.path, got.query)
		}
		origin := strings.TrimSuffix(raw, got.String())
		if got.path == "/" && origin == raw {
			origin = strings.TrimSuffix(raw, got.query) // of a URL without a path
		}
		switch {
		case origin == "":
		case len(origin) == len(raw) && got.String() != "/" && got.query == "":
			t.Errorf("%q became %q", raw, got)
		case !strings.EqualFold(origin, "http://"+r.Host) && !strings.EqualFold(origin, "https://"+r.Host):
			t.Errorf("%q became %q, for the host %q", raw, got, r.Host)
		}
	})
}
