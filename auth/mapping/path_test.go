package mapping

import (
	"errors"
	"strings"
	"testing"
)

func TestPathOf(t *testing.T) {
	for name, c := range map[string]struct {
		template string
		value    string // of v
		want     string // or the error, after a -
	}{
		"a segment":              {"/users/{v}.json", "alice", "/users/alice.json"},
		"a query value":          {"/users?name={v}&x=1", "alice", "/users?name=alice&x=1"},
		"twice":                  {"/{v}?u={v}", "a b", "/a%20b?u=a%20b"},
		"all that means more":    {"/u/{v}?q={v}", `a/b?c#d&e=f;g+h%2e i\j"<é`, "/u/a%2Fb%3Fc%23d%26e%3Df%3Bg%2Bh%252e%20i%5Cj%22%3C%C3%A9?q=a%2Fb%3Fc%23d%26e%3Df%3Bg%2Bh%252e%20i%5Cj%22%3C%C3%A9"},
		"all that means nothing": {"/{v}", "Az09-._~", "/Az09-._~"},
		"nothing to fill in":     {"/doku.php?id=start&do=profile", "", "/doku.php?id=start&do=profile"},
		"braces":                 {"/{{{v}}}", "a", "/{a}"},
		"no value":               {"/{w}", "a", "- path: there is no value w"},
		"an empty value":         {"/{v}", "", "- path: there is no value v"},
		"a dot":                  {"/u/{v}/x", ".", "- path: the value v is . or .., or has it between slashes"},
		"two dots":               {"/u/{v}/x", "..", "- path: the value v is . or .., or has it between slashes"},
		"two dots as a value":    {"/u?x={v}", "..", "- path: the value v is . or .., or has it between slashes"},
		"two dots within":        {"/u/{v}", "../bob", "- path: the value v is . or .., or has it between slashes"},
		"two dots the other way": {"/u/{v}", `x\..\bob`, "- path: the value v is . or .., or has it between slashes"},
		"two dots, a parameter":  {"/u/{v}", `..;x/bob`, "- path: the value v is . or .., or has it between slashes"},
		"dots among letters":     {"/u/{v}", "a..b.", "/u/a..b."},
		"three dots":             {"/u/{v}", "...", "/u/..."},
		"composed dots":          {"/u/{v}.", ".x", "/u/.x."},
		"dots that join":         {"/u/.{v}", ";x", "- path: a value makes a segment . or .."},
		"escaped dots that join": {"/u/%2e{v}", ";x", "- path: a value makes a segment . or .."},
		"a line break":           {"/u/{v}", "a\nb", "- path: the value v has a control character, or one that cannot be read"},
		"a NUL":                  {"/u/{v}", "bob\x00", "- path: the value v has a control character, or one that cannot be read"},
		"no UTF-8":               {"/u/{v}", "bob\xff", "- path: the value v has a control character, or one that cannot be read"},
	} {
		got, err := PathOf(template(c.template), texts("v", c.value))
		if got := outcome(err, func() string { return got }); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
		if _, ok := errors.AsType[*RefusedError](err); err != nil && !ok {
			t.Errorf("%s: %T", name, err)
		}
	}
	if _, err := PathOf(template("/{v}"), Values{"v": {List: []string{"a"}, IsList: true}}); err == nil || !strings.Contains(err.Error(), "is a list") {
		t.Errorf("a list: %v", err)
	}
	if _, err := PathOf(template("/{a}{b}"), texts("a", "x", "b", "y")); err != nil {
		t.Error(err)
	}
	if _, err := PathOf(template("/%zz{a}"), texts("a", "x")); err == nil {
		t.Error("a malformed path is taken")
	}
}
