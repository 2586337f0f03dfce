package mapping

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

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
		"the value must be a value": {matching(pointer("/x"), `.*`), "- json /x: /x is missing; the answer has the keys dn, groups"},
	} {
		if got := shown(findIn(d, c.place)); got != c.want {
			t.Errorf("%s: got  %s\nwant %s", name, got, c.want)
		}
	}
}
