package mapping

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

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
		"an input's text":             {css("input[name=login]", ""), "- css input[name=login]: an <input> has no text: name the attribute that holds the value, as in attr: value"},
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
