package mapping

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/net/html"

	"github.com/ferngate/ferngate/config"
)

// everywhere are extractors of every kind, for one value each.
var everywhere = map[string][]config.Extractor{
	"id":      {pointer("/user/id"), css("#id", "value"), header("X-User"), cookie("uid"), regex(`id: (.*)`)},
	"email":   {matching(pointer("/user/email"), `(.*)@corp`), css("a, b", ""), regex(`[^ ]+@[^ ]+`)},
	"name":    {css("title", ""), pointer("/user/name"), regex(`(?s).*`)},
	"groups":  {pointer("/user/groups"), css("td > *", "")},
	"problem": {css("#x:not(p)", "y"), pointer("/0/1"), header("Y"), cookie("y")},
}

// What is read has only what is promised, and no answer is too much for it.
func FuzzExtract(f *testing.F) {
	f.Add([]byte(`{"user":{"id":7,"email":"a@corp","name":"A","groups":["a","b"]}}`), "application/json", "alice", "uid=1")
	f.Add([]byte(profile), "text/html", "a\x00b", "uid=\"")
	f.Add([]byte("<p><b><p>x<font a=b><table><td><a>x</a><svg><title><i>"), "text/html; charset=utf-16", "\u202e", ";;=;")
	f.Add([]byte("id: \xff&#0;&#x202e;\n"), "text/plain; charset=shift_jis", "", "")
	f.Add([]byte(`[[0,"\ud800"],{"":{}}]`), "", "a", "uid=; Max-Age=0")
	composer := NewComposer(config.IdentityMapping{
		UserID: template("{id}"), Email: template("{email}"), Name: template("{name}"), Groups: template("{groups}"), Attributes: map[string]config.Template{"a": template("{name}")},
	}, nil)
	condition := NewCondition(&config.AnonymousWhen{JSON: must(config.ParsePointer("/error")), CSS: must(config.ParseSelector("#login")), Regex: must(config.ParsePattern("sign in$"))})
	f.Fuzz(func(t *testing.T, body []byte, contentType, user, set string) {
		d, err := Read(&http.Response{StatusCode: 200, Body: io.NopCloser(strings.NewReader(string(body))),
			Header: http.Header{"Content-Type": {contentType}, "X-User": {user}, "Set-Cookie": {set}}})
		if err != nil {
			if !errors.Is(err, ErrTooLarge) {
				t.Fatal(err)
			}
			return
		}
		condition.Holds(d)
		values := Values{}
		for _, finding := range NewExtraction(everywhere).From(d, values) {
			v, found := values[finding.Name]
			if found != finding.Found || found == (finding.Problem != "") || found == (finding.Source == "") {
				t.Errorf("%+v", finding)
			}
			if !utf8.ValidString(finding.Problem) || strings.ContainsFunc(finding.Problem, isControl) {
				t.Errorf("a terminal is sent %q", finding.Problem)
			}
			if found && v.IsList == (v.Text != "") || v.IsList == (len(v.List) == 0) && found {
				t.Errorf("%+v", v)
			}
			for _, text := range append(v.List, v.Text) {
				if text != strings.TrimSpace(text) || !utf8.ValidString(text) || len(text) > 1024 {
					t.Errorf("%q is a value", text)
				}
			}
		}
		if id, err := composer.Compose(values); err == nil {
			wantSound(t, id)
		}
	})
}

// Any bytes in any encoding: an error of those promised, or no more than there may be.
func FuzzRead(f *testing.F) {
	for coding, wrap := range codings {
		f.Add([]byte(compressed("hello", wrap)), coding, "text/html")
		f.Add([]byte(compressed(strings.Repeat("x", 2*MaxBody), wrap)), coding, "application/json")
		f.Add([]byte(compressed(compressed("hello", wrap), wrap)), coding+","+coding, "")
	}
	f.Add([]byte("\xff\xfe<\x00b\x00>\x00"), "", "text/html; charset=utf-8")
	f.Add([]byte("\x1b$B;"), "identity", "text/plain; charset=iso-2022-jp")
	f.Fuzz(func(t *testing.T, body []byte, coding, contentType string) {
		d, err := Read(responseOf(200, string(body), "Content-Encoding", coding, "Content-Type", contentType))
		switch {
		case err != nil && (d != nil || !errors.Is(err, ErrEncoding) && !errors.Is(err, ErrTooLarge)):
			t.Error(err)
		case err == nil && len(d.body) > 3*MaxBody: // no charset takes more for a byte
			t.Errorf("%d bytes", len(d.body))
		}
	})
}

// No page becomes more than it is.
func FuzzPage(f *testing.F) {
	f.Add("<p><font a=1><font b=2><p>x<p>y", uint8(100))
	f.Add("<table><object><tr></tr></object></table><b x>", uint8(50))
	f.Add("<svg><title><b a></title><desc><p>x</svg><i><![CDATA[<b>]]>", uint8(50))
	f.Add("<a x><nobr y><div></a></nobr><body z><html w>", uint8(200))
	f.Add("<template><td><u></template><select><b><option><textarea>", uint8(9))
	f.Fuzz(func(t *testing.T, part string, times uint8) {
		page := strings.Repeat(part, int(times)+1)
		if len(page) > 100_000 {
			return
		}
		root, err := parseHTML([]byte(page))
		if err != nil {
			return
		}
		if w := weight(root); w > 2*len(page)+100 {
			t.Errorf("%d bytes become %d nodes and attributes", len(page), w)
		}
		for n := range root.Descendants() {
			if n.Type == html.ElementNode && strings.Contains(n.Data, mask) {
				t.Errorf("<%s> keeps its mask", n.Data)
			}
		}
	})
}

// A table is read whole, or has faults that have their place.
func FuzzTable(f *testing.F) {
	f.Add([]byte("login,email,plan\nalice,a@b,\"pro \"\"x\"\"\"\r\n"), true)
	f.Add([]byte("\ufeffkey,a\n,\n\"\n"), true)
	f.Add([]byte("alice: {plan: pro, email: a@b}\n? [x]\n: *a"), false)
	f.Add([]byte("a: &a {b: c}\nd: *a\n"), false)
	f.Fuzz(func(t *testing.T, text []byte, isCSV bool) {
		file := "people.yaml"
		if isCSV {
			file = "people.csv"
		}
		read, err := parseTable(file, text, []string{"login"})
		if err != nil {
			faults, ok := errors.AsType[config.Faults](err)
			if !ok || len(faults) == 0 || read != nil {
				t.Fatalf("%v and %v", read, err)
			}
			for _, fault := range faults {
				if fault.Problem == "" || fault.Mend == "" || strings.ContainsFunc(fault.Problem, isControl) || !utf8.ValidString(fault.Problem) {
					t.Errorf("%+v", fault)
				}
			}
			return
		}
		for key, row := range read {
			for column, cell := range row {
				if key == "" || cell == "" || column == "login" || strings.ContainsFunc(key+column+cell, isForeign) {
					t.Errorf("%q: %q: %q", key, column, cell)
				}
			}
		}
	})
}

// Whatever the values, the path has the segments of its template and nothing beside them.
func FuzzPathOf(f *testing.F) {
	f.Add("alice", "7")
	f.Add("../bob", "a&b=c#d")
	f.Add(".", ".")
	f.Add(`..;x\..`, "%2e%2E")
	f.Fuzz(func(t *testing.T, a, b string) {
		got, err := PathOf(template("/api/{a}/x.{b}{a}/profile?first={a}&second={b}"), texts("a", a, "b", b))
		if err != nil {
			if _, ok := errors.AsType[*RefusedError](err); !ok || got != "" {
				t.Errorf("%q and %v", got, err)
			}
			return
		}
		u, err := url.ParseRequestURI(got)
		if err != nil {
			t.Fatal(err)
		}
		segments := strings.Split(u.EscapedPath(), "/")
		if len(segments) != 5 || segments[1] != "api" || !strings.HasPrefix(segments[3], "x.") || segments[4] != "profile" || u.Fragment != "" || u.Host != "" {
			t.Errorf("%s", got)
		}
		for i, want := range map[int]string{2: a, 3: "x." + b + a} {
			segment, err := url.PathUnescape(segments[i])
			if err != nil || segment != want || segment == "." || segment == ".." {
				t.Errorf("%s: segment %d is %q, want %q", got, i, segment, want)
			}
		}
		query, err := url.ParseQuery(u.RawQuery)
		if err != nil || len(query) != 2 || query.Get("first") != a || query.Get("second") != b {
			t.Errorf("%s: %v, %v", got, query, err)
		}
		if u.JoinPath().EscapedPath() != u.EscapedPath() {
			t.Errorf("%s is cleaned to %s", got, u.JoinPath().EscapedPath())
		}
	})
}
