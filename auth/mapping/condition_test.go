package mapping

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

func TestConditionKnowsAnAnswerToAStranger(t *testing.T) {
	status := config.AnonymousWhen{Status: []int{401, 403}}
	json := config.AnonymousWhen{JSON: must(config.ParsePointer("/error"))}
	css := config.AnonymousWhen{CSS: must(config.ParseSelector("#dw__login"))}
	regex := config.AnonymousWhen{Regex: must(config.ParsePattern("Please sign in"))}
	all := config.AnonymousWhen{Status: status.Status, JSON: json.JSON, CSS: css.CSS, Regex: regex.Regex}
	const js, html = "application/json", "text/html"
	for name, c := range map[string]struct {
		cfg         *config.AnonymousWhen
		status      int
		media, body string
		want        string // why it holds; empty if it does not
	}{
		"nothing is configured":        {nil, 401, js, `{"error":1}`, ""},
		"one of the statuses":          {&status, 403, html, "", "the status is 403"},
		"another status":               {&status, 200, html, "", ""},
		"a pointer to something":       {&json, 200, js, `{"error":{"code":1}}`, "the answer has /error"},
		"a pointer to an empty text":   {&json, 200, js, `{"error":""}`, "the answer has /error"},
		"a pointer to true":            {&json, 200, js, `{"error":true}`, "the answer has /error"},
		"a pointer to 0":               {&json, 200, js, `{"error":0}`, "the answer has /error"},
		"a pointer to false":           {&json, 200, js, `{"error":false}`, ""},
		"a pointer to null":            {&json, 200, js, `{"error":null}`, ""},
		"a pointer to nothing":         {&json, 200, js, `{"user":1}`, ""},
		"a pointer to two":             {&json, 200, js, `{"error":1,"error":null}`, "the answer has /error"},
		"a pointer into what is twice": {&config.AnonymousWhen{JSON: must(config.ParsePointer("/e/code"))}, 200, js, `{"e":{"code":1},"e":{}}`, "the answer has /e/code"},
		"a pointer into no JSON":       {&json, 200, html, `<p>error</p>`, ""},
		"a selector":                   {&css, 200, html, `<form id=dw__login>`, "the page has #dw__login"},
		"a selector of nothing":        {&css, 200, html, `<form id=login>`, ""},
		"a selector, but JSON":         {&css, 200, js, `{"x":"<form id=dw__login>"}`, ""},
		"a selector, but no body":      {&css, 204, html, ``, ""},
		"a page that cannot be parsed": {&css, 200, html, strings.Repeat("<div>", 600), "the answer is HTML nested too deeply to be read, and may have #dw__login"},
		"a pattern":                    {&regex, 200, html, `<b>Please sign in</b>`, "the body matches Please sign in"},
		"no pattern":                   {&regex, 200, html, `<b>please sign in</b>`, ""},
		"none of all":                  {&all, 200, html, `<b>Hello</b>`, ""},
		"the last of all":              {&all, 200, html, `<b>Please sign in</b>`, "the body matches Please sign in"},
	} {
		why, holds := NewCondition(c.cfg).Holds(documentOf(t, c.status, c.body, "Content-Type", c.media))
		if why != c.want || holds != (c.want != "") {
			t.Errorf("%s: %q %v, want %q", name, why, holds, c.want)
		}
	}
}
