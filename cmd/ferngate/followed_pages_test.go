package main

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// hopByHop are headers of one connection (RFC 9110, section 7.6.1); Date is of one second.
var hopByHop = []string{"Connection", "Keep-Alive", "Date"}

// Pages through ferngate equal those of the app, but for ferngate's own cookie
// and the Cache-Control of answers with it and of those for signed-in people.
func (s *followed) pagesEqual(t *testing.T) {
	for _, p := range s.people[:2] { // the second takes gzip
		v := s.browser(t, s.gate, p)
		for range 3 {
			v.get(s.page) // Tomcat gives a stranger's session another id when it is asked about, which is twice
		}
		for first, i := s.direct(v), 0; i < len(s.pages); i++ {
			first.get(s.pages[i]) // what the app makes once and keeps has the time of that
		}
		s.samePages(v, s.direct(v), s.pages...)

		s.signIn(v, p)
		s.wantPerson(v, p)
		s.samePages(v, s.direct(v), append(s.pages, s.private)...)
		s.wantPerson(v, p)
		s.wantGreeted(v, p)
	}
}

// direct is somebody with the same headers, host and cookies as v, who reaches
// the app itself.
func (s *followed) direct(v *visitor) *visitor {
	v.t.Helper()
	at, err := url.Parse(v.base + s.page)
	if err != nil {
		v.t.Fatal(err)
	}
	twin := newVisitor(v.t, v.base)
	twin.headers = v.headers
	transport := v.client.Transport.(*http.Transport).Clone()
	transport.DialContext = inTurn(s.url)
	twin.client.Transport = transport
	cookies := slices.DeleteFunc(v.client.Jar.Cookies(at), func(c *http.Cookie) bool { return c.Name == "ferngate" })
	for _, c := range cookies {
		c.Path = "/"
	}
	twin.client.Jar.SetCookies(at, cookies)
	return twin
}

func (s *followed) samePages(through, direct *visitor, paths ...string) {
	through.t.Helper()
	for _, path := range paths {
		want, got := direct.get(path), through.get(path)
		control := strings.Join(got.header["Cache-Control"], ", ")
		switch ours := ownCookies(got.header); {
		case len(ours) > 0:
			if control != "private, no-store" {
				through.t.Errorf("%s: sets %s with Cache-Control %q", path, ours, control)
			}
			want.header["Cache-Control"] = got.header["Cache-Control"]
		case path == s.private:
			if !strings.Contains(control, "private") && !strings.Contains(control, "no-store") {
				through.t.Errorf("%s: Cache-Control %q", path, control)
			}
			want.header["Cache-Control"] = got.header["Cache-Control"]
		}
		if want.header["Content-Length"] == nil && got.header.Get("Content-Length") == strconv.Itoa(len(got.body)) {
			got.header.Del("Content-Length") // chunks or a length, that is each hop's own
		}
		if diff := cmp.Diff(s.text(want), s.text(got)); diff != "" {
			through.t.Errorf("%s (-direct +through ferngate):\n%s", path, diff)
		}
	}
}

// ownCookies takes the cookies that ferngate sets out of the header.
func ownCookies(h http.Header) []string {
	var ours, others []string
	for _, c := range h["Set-Cookie"] {
		if strings.HasPrefix(c, "ferngate=") {
			ours = append(ours, c)
		} else {
			others = append(others, c)
		}
	}
	if h.Del("Set-Cookie"); len(others) > 0 {
		h["Set-Cookie"] = others
	}
	return ours
}

// text is an answer without what varies.
func (s *followed) text(a answer) string {
	var text strings.Builder
	fmt.Fprintln(&text, a.status)
	for _, name := range slices.Sorted(maps.Keys(a.header)) {
		if slices.Contains(hopByHop, name) {
			continue
		}
		for _, value := range a.header[name] {
			fmt.Fprintf(&text, "%s: %s\n", name, value)
		}
	}
	fmt.Fprintf(&text, "\n%s", a.body)
	same := text.String()
	for _, v := range s.varying {
		same = v.what.ReplaceAllString(same, "$1…")
	}
	return same
}
