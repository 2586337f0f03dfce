package mapping

import (
	"strings"
	"testing"
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
		"/O":           "- json /O: /O is missing; the answer has the keys big, blank, blanks, empty, exp, float, id, list, minus, name, neg, nested, no, none, nothing, o, objects, yes, zero",
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
		"null":                           {js, `null`, "- json /id: /id is missing; the answer is null, not a text"},
		"an empty object":                {js, `{}`, "- json /id: /id is missing; the answer is an empty object"},
		"half a character":               {js, `{"id":"\ud800"}`, "\ufffd"}, // which no user id may have
		"a terminal's commands":          {js, `{"\u001b[2J":1}`, "- json /id: /id is missing; the answer has the keys \ufffd[2J"},
	} {
		if got := shown(findIn(documentOf(t, 200, c.body, "Content-Type", c.contentType), pointer("/id"))); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}
