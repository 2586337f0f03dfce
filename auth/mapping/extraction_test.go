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

func TestJSONValues(t *testing.T) {
	const body = `{"id":1017,"big":123456789012345678901234567890,"neg":-5,"zero":0,"float":4.0,"exp":1e3,"minus":-0,"yes":true,"no":false,"none":null,
		"name":" Zoë \u0026 <b>Al</b> &amp; ","empty":"","blank":" \t ","o":{"a/b":{"c~d":"deep"},"":"nameless"},"list":["staff"," team a ","",7],"objects":["a",{}],"nested":[["a"]],"nothing":[],"blanks":[""," "]}`
	d := jsonOf(t, body)
	for path, want := range map[string]string{
		"/id":          "1017",
		"/big":         "123456789012345678901234567890",
		"/neg":         "-5",
		"/zero":        "0",
		"/float":       "- json /float: the value is a number that is no integer in plain digits",
		"/exp":         "- json /exp: the value is a number that is no integer in plain digits",
		"/minus":       "- json /minus: the value is a number that is no integer in plain digits",
		"/yes":         "- json /yes: the value is true, not a text",
		"/no":          "- json /no: the value is false, not a text",
		"/none":        "- json /none: the value is null, not a text",
		"/name":        "Zoë & <b>Al</b> &amp;", // no entities are decoded: in JSON they are what they are
		"/empty":       "- json /empty: the value is empty",
		"/blank":       "- json /blank: the value is empty",
		"/o":           "- json /o: the value is an object, not a text",
		"/o/a~1b/c~0d": "deep",
		"/o/":          "nameless",
		"/list":        "[staff|team a|7]",
		"/list/0":      "staff",
		"/list/1":      "team a",
		"/list/00":     "- json /list/00: /list/00 is missing; /list is a list of 4",
		"/list/-":      "- json /list/-: /list/- is missing; /list is a list of 4",
		"/list/4":      "- json /list/4: /list/4 is missing; /list is a list of 4",
		"/objects":     "- json /objects: the value is a list whose member 1 is an object, not a text",
		"/nested":      "- json /nested: the value is a list whose member 0 is a list, not a text",
		"/nothing":     "- json /nothing: the value is an empty list",
		"/blanks":      "- json /blanks: the value is an empty list",
		"/o/x":         "- json /o/x: /o/x is missing; /o has the keys \"\", a/b",
		"/id/x":        "- json /id/x: /id/x is missing; /id is a text",
		"/none/x":      "- json /none/x: /none/x is missing; /none is null, not a text",
		"/O":           "- json /O: /O is missing; the whole has the keys big, blank, blanks, empty, exp, float, id, list, minus, name, neg, nested, no, none, nothing, o, objects, yes, zero",
	} {
		if got := shown(findIn(d, pointer(path))); got != want {
			t.Errorf("%s: got  %s\nwant %s", path, got, want)
		}
	}
}

func TestWhatIsNoJSON(t *testing.T) {
	const html, js = "text/html; charset=utf-8", "application/json"
	for name, c := range map[string]struct{ contentType, body, want string }{
		"JSON that says it is HTML":      {html, `{"id":"a"}`, "a"},
		"JSON that says nothing":         {"", `{"id":"a"}`, "a"},
		"HTML":                           {html, `<p>{"id":"a"}</p>`, "- json /id: the answer is no JSON but text/html"},
		"HTML that says it is JSON":      {js, `<p>x</p>`, "- json /id: the answer (application/json) is malformed JSON"},
		"cut short":                      {js, `{"id":"a"`, "- json /id: the answer (application/json) is malformed JSON"},
		"two values":                     {js, `{"id":"a"}{"id":"b"}`, "- json /id: the answer (application/json) is JSON with something after its end"},
		"a value and more":               {js, `{"id":"a"};`, "- json /id: the answer (application/json) is JSON with something after its end"},
		"a comma too many":               {js, `{"id":"a",}`, "- json /id: the answer (application/json) is malformed JSON"},
		"no commas":                      {js, `{"id":"a" "b":1}`, "- json /id: the answer (application/json) is malformed JSON"},
		"single quotes":                  {js, `{'id':'a'}`, "- json /id: the answer (application/json) is malformed JSON"},
		"a guard against JSON hijacking": {js, `)]}',` + "\n" + `{"id":"a"}`, "- json /id: the answer (application/json) is malformed JSON"},
		"the key twice":                  {js, `{"id":"a","id":"b"}`, "- json /id: the value is ambiguous: /id is there more than once"},
		"the key twice, the same":        {js, `{"id":"a","i\u0064":"a"}`, "- json /id: the value is ambiguous: /id is there more than once"},
		"another key twice":              {js, `{"x":1,"x":2,"id":"a"}`, "a"},
		"keys that differ in case":       {js, `{"ID":"b","id":"a","Id":"c"}`, "a"},
		"nested as deep as may be":       {js, `{"id":"a","x":` + strings.Repeat("[", 99) + strings.Repeat("]", 99) + `}`, "a"},
		"nested deeper":                  {js, `{"id":"a","x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, "- json /id: the answer (application/json) is JSON nested deeper than 100 levels"},
		"nested without end":             {js, strings.Repeat("[", MaxBody), "- json /id: the answer (application/json) is JSON nested deeper than 100 levels"},
		"no body":                        {js, ``, "- json /id: the answer (status 200) has no body"},
		"null":                           {js, `null`, "- json /id: /id is missing; the whole is null, not a text"},
		"an empty object":                {js, `{}`, "- json /id: /id is missing; the whole is an empty object"},
		"half a character":               {js, `{"id":"\ud800"}`, "\ufffd"}, // which no user id may have
		"a terminal's commands":          {js, `{"\u001b[2J":1}`, "- json /id: /id is missing; the whole has the keys \ufffd[2J"},
	} {
		if got := shown(findIn(documentOf(t, 200, c.body, "Content-Type", c.contentType), pointer("/id"))); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

const profile = `<!DOCTYPE html><html><head><title>Profile – My App</title></head><body>
	<form><input type="hidden" name="csrf" value="c0ffee"><input name="login" value=" alice "><input name="email" value="al&#105;ce@example.com&amp;amp;">
	<input type="password" name="password" value="Wonderland-4711"><input name="empty" value=""><textarea name="about">&lt;b&gt;</textarea></form>
	<div id="user" data-Id="7">Alice
		<b>Liddell</b>&nbsp;<script>var admin = 1</script><style>x</style></div><div id=user>Bob</div><p></p></body></html>`

func TestCSSValues(t *testing.T) {
	d := pageOf(t, profile)
	for name, c := range map[string]struct {
		place config.Extractor
		want  string
	}{
		"an attribute":                {css("input[name=login]", "value"), "alice"},
		"an attribute by any case":    {css("#user", "DATA-ID"), "7"},
		"entities, once":              {css("input[name=email]", "value"), "alice@example.com&amp;"},
		"a text":                      {css("#user", ""), "Alice Liddell"},
		"the first of two":            {css("div", ""), "Alice Liddell"},
		"the text of a text area":     {css("textarea", ""), "<b>"},
		"a script's own text":         {css("script", ""), "var admin = 1"},
		"the first of several":        {css(".x, title, #user", ""), "Profile – My App"},
		"an empty attribute":          {css("input[name=empty]", "value"), "- css input[name=empty], value: the value is empty"},
		"an empty element":            {css("p", ""), "- css p: the value is empty"},
		"no such attribute":           {css("#user", "title"), "- css #user, title: the selected <div> has no attribute title; it has id, data-id"},
		"no attributes":               {css("p", "id"), "- css p, id: the selected <p> has no attributes"},
		"nothing":                     {css("input[name=user]", "value"), `- css input[name=user], value: the selector selects nothing; the answer's status is 200, the page's title is "Profile – My App", it has inputs named csrf, login, email, password, empty, about`},
		"an attribute that is no use": {matching(css("#user", "data-id"), `[a-z]+`), "- css #user, data-id: the value does not match [a-z]+"},
	} {
		if got := shown(findIn(d, c.place)); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestWhatIsNoPage(t *testing.T) {
	const js = `{"bio":"<input name=login value=admin>"}`
	login := css("input[name=login]", "value")
	for name, c := range map[string]struct{ contentType, body, want string }{
		"JSON with markup in it":    {"application/json", js, "- css input[name=login], value: the answer is no HTML but application/json"},
		"text with markup in it":    {"text/plain", js, "- css input[name=login], value: the answer is no HTML but text/plain"},
		"HTML that says it is JSON": {"application/json", profile, "- css input[name=login], value: the answer is no HTML but application/json"},
		"JSON that says it is HTML": {"text/html", `{"id":"a"}`, `- css input[name=login], value: the selector selects nothing; the answer's status is 200, the page has no title, it has no named inputs`},
		"HTML that says nothing":    {"", profile, "alice"},
		"JSON that says nothing":    {"", js, "- css input[name=login], value: the answer is no HTML but of no Content-Type"},
		"a malformed type":          {"text/html; charset=utf-8; charset=x; =", profile, "alice"},
		"XHTML":                     {"application/xhtml+xml", profile, "alice"},
		"nothing":                   {"text/html", "", "- css input[name=login], value: the answer (status 200) has no body"},
		"nested too deeply":         {"text/html", strings.Repeat("<div>", 600) + profile, "- css input[name=login], value: the answer is HTML nested too deeply to be read"},
		"inputs beyond counting":    {"text/html", strings.Repeat("<input name=a>", 30), "- css input[name=login], value: the selector selects nothing; the answer's status is 200, the page has no title, it has inputs named " + strings.Repeat("a, ", 19) + "a and 10 more"},
		"an escape in the title":    {"text/html", "<title>\x1b[2J\u202e" + strings.Repeat("x", 99), `- css input[name=login], value: the selector selects nothing; the answer's status is 200, the page's title is "�[2J�` + strings.Repeat("x", 55) + `…", it has no named inputs`},
	} {
		if got := shown(findIn(documentOf(t, 200, c.body, "Content-Type", c.contentType), login)); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestHeaderAndCookieValues(t *testing.T) {
	d := documentOf(t, 200, "", "X-User", " alice ", "X-Same", "a", "X-Same", "a ", "X-Two", "a", "X-Two", "b", "X-Empty", "", "X-Entity", "a&amp;b",
		"Set-Cookie", "uid=17; Path=/", "Set-Cookie", "two=1", "Set-Cookie", "two=2; Path=/x", "Set-Cookie", "gone=x; Max-Age=0", "Set-Cookie", "past=x; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
		"Set-Cookie", "kept=a&lt; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "Set-Cookie", `q="a b"`, "Set-Cookie", "empty=", "Set-Cookie", "=nameless")
	const names = "uid, two, gone, past, kept, q, empty"
	for name, c := range map[string]struct {
		place config.Extractor
		want  string
	}{
		"a header":               {header("x-user"), "alice"},
		"twice the same":         {header("X-Same"), "a"},
		"twice another":          {header("X-Two"), "- header X-Two: the header is there more than once, with different values"},
		"an empty header":        {header("X-Empty"), "- header X-Empty: the value is empty"},
		"no such header":         {header("X_User"), "- header X_User: there is no such header; there are Set-Cookie, X-Empty, X-Entity, X-Same, X-Two, X-User"},
		"a header with entities": {header("X-Entity"), "a&amp;b"},
		"a cookie":               {cookie("uid"), "17"},
		"a cookie by its case":   {cookie("UID"), "- cookie UID: the answer does not set it in a way that can be read; it sets " + names},
		"two cookies":            {cookie("two"), "- cookie two: the answer sets it more than once, with different values"},
		"a cleared cookie":       {cookie("gone"), "- cookie gone: the answer clears it"},
		"an expired cookie":      {cookie("past"), "- cookie past: the answer clears it"},
		"Max-Age goes first":     {cookie("kept"), "a&lt"},
		"a quoted cookie":        {cookie("q"), "a b"},
		"an empty cookie":        {cookie("empty"), "- cookie empty: the value is empty"},
	} {
		if got := shown(findIn(d, c.place)); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
	if got := shown(findIn(documentOf(t, 200, ""), cookie("uid"))); got != "- cookie uid: the answer sets no cookies that can be read" {
		t.Error(got)
	}
}

func TestRegexValues(t *testing.T) {
	for name, c := range map[string]struct{ contentType, body, pattern, want string }{
		"the first group":       {"text/plain", "User: alice@host bob@host", `User: (\w+)@(\w+)`, "alice"},
		"all without a group":   {"text/plain", "User: alice", `\w+$`, "alice"},
		"entities in HTML":      {"text/html", "by <i>O&#39;Hara &amp;amp; S&ouml;n</i>", `<i>(.*?)</i>`, "O'Hara &amp; Sön"},
		"entities in XML":       {"application/xml", "<u>a&amp;b</u>", `<u>(.*?)</u>`, "a&b"},
		"entities in JSON":      {"application/json", `{"u":"a&amp;b"}`, `"u":"(.*?)"`, "a&amp;b"},
		"entities in a text":    {"text/plain", `a&amp;b`, `.*`, "a&amp;b"},
		"no match":              {"text/plain", "x", `User: (\w+)`, "- regex User: (\\w+): the body (status 200, text/plain, 1 bytes) does not match"},
		"an idle group":         {"text/plain", "none", `none|User: (\w+)`, "- regex none|User: (\\w+): the body matches, but not the pattern's group"},
		"an empty group":        {"text/plain", "User: ", `User: (\w*)`, "- regex User: (\\w*): the value is empty"},
		"too long a group":      {"text/plain", strings.Repeat("x", 1025), `.*`, "- regex .*: the value is 1025 bytes long, more than 1 KiB"},
		"as long as it may be":  {"text/plain", strings.Repeat("x", 1024), `.*`, strings.Repeat("x", 1024)},
		"an answer with nobody": {"text/plain", "", `.*`, "- regex .*: the answer (status 200) has no body"},
	} {
		if got := shown(findIn(documentOf(t, 200, c.body, "Content-Type", c.contentType), regex(c.pattern))); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

func TestMatchCutsWhatWasFound(t *testing.T) {
	d := jsonOf(t, `{"dn":"cn=alice,ou=people","groups":["cn=staff,ou=groups","ou=else","cn= ,x","cn=team a"]}`)
	for name, c := range map[string]struct {
		place config.Extractor
		want  string
	}{
		"the first group":           {matching(pointer("/dn"), `^cn=([^,]+),(.*)`), "alice"},
		"all without a group":       {matching(pointer("/dn"), `ou=\w+`), "ou=people"},
		"nothing":                   {matching(pointer("/dn"), `^uid=(.*)`), "- json /dn: the value does not match ^uid=(.*)"},
		"an empty group":            {matching(pointer("/dn"), `^cn=(x?)`), "- json /dn: the value does not match ^cn=(x?)"},
		"an idle group":             {matching(pointer("/dn"), `cn|(x)`), "- json /dn: the value does not match cn|(x)"},
		"each of a list":            {matching(pointer("/groups"), `^cn=([^,]+)`), "[staff|team a]"},
		"none of a list":            {matching(pointer("/groups"), `^uid=`), "- json /groups: the value has no member that matches ^uid="},
		"the value must be a value": {matching(pointer("/x"), `.*`), "- json /x: /x is missing; the whole has the keys dn, groups"},
	} {
		if got := shown(findIn(d, c.place)); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}

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
		{Name: "absent", Optional: true, Problem: "json /x: /x is missing; the whole has the keys id, login, nick; header X-User: there is no such header; there are Content-Type"},
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
		shown(findIn(doc, pointer("/user/name"))): "Al",
		shown(findIn(doc, pointer("/groups"))):    "[a|b]",
		shown(findIn(doc, pointer("/lost"))):      "- json /lost: the value is no text",
		shown(findIn(doc, pointer("/user/id"))):   "- json /user/id: /user/id is missing; /user has the keys name",
		shown(findIn(doc, css("p", ""))):          "- css p: a JWT has claims only, to be read by json",
		shown(findIn(doc, regex("x"))):            "- regex x: a JWT has claims only, to be read by json",
		shown(findIn(doc, header("X"))):           "- header X: a JWT has claims only, to be read by json",
		shown(findIn(doc, cookie("x"))):           "- cookie x: a JWT has claims only, to be read by json",
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
