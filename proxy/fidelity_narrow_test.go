package proxy

import (
	"slices"
	"strings"
	"testing"
)

// The rules leave nothing out of sight that they are not about: each of these
// changes to what passed is seen.
func TestFidelity_RulesAreNarrow(t *testing.T) {
	const request = "POST /a?b HTTP/1.1\r\nHost: app.test\r\nX-A: 1\r\nX-A: 2\r\nCookie: a=1\r\nCookie: b=2\r\nX-Empty: \r\n" +
		"Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nX-Sum: 1\r\n\r\n"
	const answer = "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" +
		"HTTP/1.1 200 OK\r\nDate: x\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nVary: x\r\nContent-Length: 2\r\n\r\nok"
	pass := func() *seen {
		requests := readRequests(request, true)
		return &seen{requests: requests, answers: readAnswers(answer, true, requests)}
	}
	if want, got := normalise(*pass(), *pass(), ""); want != got {
		t.Fatal("what is the same differs")
	}
	set := func(m *message, name, value string) {
		i := slices.IndexFunc(m.fields, func(f field) bool { return f.is(name) })
		m.fields[i].value = " " + value
	}
	for name, change := range map[string]func(request, hints, answer *message){
		"another method":           func(r, _, _ *message) { r.start = strings.Replace(r.start, "POST", "PUT", 1) },
		"another target":           func(r, _, _ *message) { r.start = strings.Replace(r.start, "/a?b", "/a", 1) },
		"another host":             func(r, _, _ *message) { set(r, "Host", "127.0.0.1") },
		"another value":            func(r, _, _ *message) { set(r, "X-A", "3") },
		"values in another order":  func(r, _, _ *message) { slices.Reverse(r.fields) },
		"values joined":            func(r, _, _ *message) { set(r, "X-A", "1, 2"); r.fields = slices.Delete(r.fields, 2, 3) },
		"a field more":             func(r, _, _ *message) { r.fields = append(r.fields, field{"X-B", " 1"}) },
		"an empty field less":      func(r, _, _ *message) { drop("X-Empty")(r) },
		"said of somebody else":    func(r, _, _ *message) { r.fields = append(r.fields, field{"X-Forwarded-For", " 9.9.9.9"}) },
		"a length for chunks":      func(r, _, _ *message) { r.framing = byLength },
		"another byte in the body": func(r, _, _ *message) { r.body = "hellp" },
		"a body that is not whole": func(r, _, _ *message) { r.whole = false },
		"a trailer less":           func(r, _, _ *message) { r.trailer = nil },
		"other hints":              func(_, h, _ *message) { set(h, "Link", "</b>") },
		"another interim status":   func(_, h, _ *message) { h.start = "HTTP/1.1 102 Processing" },
		"another status":           func(_, _, a *message) { a.start = "HTTP/1.1 201 OK" },
		"another date":             func(_, _, a *message) { set(a, "Date", "y") },
		"a cookie less":            func(_, _, a *message) { drop("Set-Cookie")(a) },
		"a Vary longer":            func(_, _, a *message) { set(a, "Vary", "x, y") },
		"a server's name":          func(_, _, a *message) { a.fields = append(a.fields, field{"Server", " x"}) },
		"a content type":           func(_, _, a *message) { a.fields = append(a.fields, field{"Content-Type", " text/plain"}) },
		"chunks for a length":      func(_, _, a *message) { drop("Content-Length")(a); a.framing = byChunks },
		"half of the body":         func(_, _, a *message) { a.body, a.whole = "o", false },
	} {
		through := pass()
		change(through.requests[0], through.answers[0], through.answers[1])
		if want, got := normalise(*pass(), *through, ""); want == got {
			t.Errorf("%s is not seen", name)
		}
	}
	for name, change := range map[string]func(*seen){
		"no request":   func(s *seen) { s.requests = nil },
		"a second one": func(s *seen) { s.requests = append(s.requests, s.requests[0]) },
		"no hints":     func(s *seen) { s.answers = s.answers[1:] },
		"a 100": func(s *seen) {
			s.answers = append(readAnswers("HTTP/1.1 100 Continue\r\n\r\n", true, nil), s.answers...)
		},
	} {
		through := pass()
		change(through)
		if want, got := normalise(*pass(), *through, ""); want == got {
			t.Errorf("%s is not seen", name)
		}
	}
}
