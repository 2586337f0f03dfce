package mapping

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ferngate/ferngate/config"
)

func TestListsAreBounded(t *testing.T) {
	list := func(n int) string { return `{"l":[` + strings.TrimSuffix(strings.Repeat(`"x",`, n), ",") + `]}` }
	if f := findIn(jsonOf(t, list(100)), pointer("/l")); len(f.Value.List) != 100 {
		t.Error(shown(f))
	}
	if got := shown(findIn(jsonOf(t, list(101)), pointer("/l"))); got != "- json /l: the value is a list of 101 texts, more than 100" {
		t.Error(got)
	}
}

func TestTheFirstExtractorThatFindsSomethingCounts(t *testing.T) {
	d := jsonOf(t, `{"nick":"","login":"alice","id":7}`)
	optional := pointer("/x")
	optional.Optional = true
	e := NewExtraction(map[string][]config.Extractor{
		"login":  {pointer("/nick"), pointer("/login"), pointer("/id")},
		"absent": {optional, header("X-User")},
		"number": {pointer("/id")},
	})
	values := texts("login", "of an earlier step", "absent", "of an earlier step", "other", "kept")
	findings := e.From(d, values)
	want := []Finding{
		{Name: "absent", Optional: true, Problem: "json /x: /x is missing; the answer has the keys id, login, nick; header X-User: there is no such header; there are Content-Type"},
		{Name: "login", Value: Value{Text: "alice"}, Found: true, Source: "json /login"},
		{Name: "number", Value: Value{Text: "7"}, Found: true, Source: "json /id"},
	}
	if diff := cmp.Diff(want, findings); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(texts("login", "alice", "number", "7", "absent", "of an earlier step", "other", "kept"), values); diff != "" {
		t.Error(diff)
	}
	if got := NewExtraction(nil).From(d, nil); len(got) != 0 {
		t.Errorf("nothing to look for: %+v", got)
	}
}

// Problems are shown and logged.
func TestProblemsHoldNoValues(t *testing.T) {
	d := documentOf(t, 200, profile, "Content-Type", "text/html", "Set-Cookie", "session=s3cr3t", "X-Token", "s3cr3t")
	for _, place := range []config.Extractor{
		css("#nobody", ""), css("input[name=login]", "title"), pointer("/user"), header("X-User"), cookie("uid"), regex("nothing (here)"),
		matching(css("input[name=password]", "value"), "^x$"), matching(cookie("session"), "^x$"), matching(header("X-Token"), "^x$"),
	} {
		f := findIn(d, place)
		for _, value := range []string{"s3cr3t", "Wonderland", "c0ffee", "alice@"} {
			if f.Found || strings.Contains(f.Problem, value) {
				t.Errorf("%s shows %s: %s", sourceOf(place), value, f.Problem)
			}
		}
	}
}

func TestClaims(t *testing.T) {
	var claims map[string]any
	d := json.NewDecoder(strings.NewReader(`{"sub":"17","uid":17,"f":1.5,"ok":true,"groups":["a","b"],"mixed":["a",{}],"user":{"name":"Al"},"none":null,"empty":""}`))
	d.UseNumber()
	if err := d.Decode(&claims); err != nil {
		t.Fatal(err)
	}
	claims["lost"] = 1e20 // decoded without UseNumber
	want := Values{"sub": {Text: "17"}, "uid": {Text: "17"}, "groups": {List: []string{"a", "b"}, IsList: true}}
	if diff := cmp.Diff(want, ClaimValues(claims)); diff != "" {
		t.Error(diff)
	}
	doc := ClaimsDocument(claims)
	for place, want := range map[string]string{
		shown(findIn(doc, pointer("/user/name"))):          "Al",
		shown(findIn(doc, pointer("/groups"))):             "[a|b]",
		shown(findIn(doc, pointer("/lost"))):               "- json /lost: the value is no text",
		shown(findIn(doc, pointer("/user/id"))):            "- json /user/id: /user/id is missing; /user has the keys name",
		shown(findIn(ClaimsDocument(nil), pointer("/id"))): "- json /id: /id is missing; the JWT is an empty object",
		shown(findIn(doc, css("p", ""))):                   "- css p: a JWT has claims only, to be read by json",
		shown(findIn(doc, regex("x"))):                     "- regex x: a JWT has claims only, to be read by json",
		shown(findIn(doc, header("X"))):                    "- header X: a JWT has claims only, to be read by json",
		shown(findIn(doc, cookie("x"))):                    "- cookie x: a JWT has claims only, to be read by json",
	} {
		if place != want {
			t.Errorf("got  %s\nwant %s", place, want)
		}
	}
}

func TestHeadersDocument(t *testing.T) {
	doc := HeadersDocument(http.Header{"X-User": {"alice"}, "Set-Cookie": {"a=b"}})
	for place, want := range map[string]string{
		shown(findIn(doc, header("X-User"))): "alice",
		shown(findIn(doc, pointer("/x"))):    "- json /x: there are headers only, to be read by header",
		shown(findIn(doc, css("p", ""))):     "- css p: there are headers only, to be read by header",
		shown(findIn(doc, cookie("a"))):      "- cookie a: there are headers only, to be read by header",
		shown(findIn(doc, regex("x"))):       "- regex x: there are headers only, to be read by header",
	} {
		if place != want {
			t.Errorf("got  %s\nwant %s", place, want)
		}
	}
}

// One document is read by many extractors, and parsed once.
func TestADocumentIsParsedOnce(t *testing.T) {
	d := pageOf(t, profile)
	places := map[string][]config.Extractor{}
	for i := range 20 {
		places[fmt.Sprint("v", i)] = []config.Extractor{pointer("/x"), css("title", "")}
	}
	NewExtraction(places).From(d, Values{})
	root := d.html.root
	NewExtraction(places).From(d, Values{})
	if d.html.root != root {
		t.Error("it was parsed again")
	}
}
