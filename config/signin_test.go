package config

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// parseApp parses the app method of a site, with the least around it.
func parseApp(t *testing.T, app string) *App {
	t.Helper()
	t.Setenv("KEY", testKey(1))
	c, _, err := Parse("/etc/ferngate/ferngate.yaml", []byte("session: { keys: [env:KEY] }\nsites:\n  - upstream: http://127.0.0.1:3000\n    sign_in:\n      app:\n"+app))
	if err != nil {
		t.Fatal(err)
	}
	return c.Sites[0].SignIn.App
}

func TestAppIsReadInItsLongForms(t *testing.T) {
	a := parseApp(t, `
        session_cookies: ["DW*", DokuWiki]
        whoami:
          - path: /account
            headers: { Accept: text/html }
            timeout: 1s
            extract:
              login:
                - { css: "input[name=login]", attr: value }
                - { json: /user/na~1me, match: '^(\w+)$' }
              email: [{ header: X-Email }]
            anonymous_when: { status: [401, 403], json: /error, css: "#login", regex: "sign in" }
          - path: "/people/{login}?by={email}"
            extract: { plan: [{ cookie: plan, optional: true }] }
        identity: { user_id: "{login}", email: "{email}", name: "{{{login}}}", attributes: { plan: "{plan}", kind: staff } }
        enrich: { file: people.csv, key: "{login}" }
        sign_in_requests: [{ method: POST, path: /login, query: { do: login } }]
        stale_for: 1m
`)
	login := a.Whoami[0].Extract["login"]
	got := []any{
		a.SessionCookies, len(a.Whoami), a.Whoami[0].Headers, a.Whoami[0].Timeout,
		login[0].CSS.String(), login[0].Attr, login[1].JSON.Tokens(), login[1].Match.String(), login[1].Regex.IsZero(),
		a.Whoami[0].Extract["email"][0].Header, a.Whoami[0].AnonymousWhen.Status, a.Whoami[1].Extract["plan"][0].Optional,
		a.Identity.Name.Parts(), a.Identity.Groups.IsZero(), slices.Sorted(maps.Keys(a.Identity.Attributes)), a.Identity.Attributes["kind"].Names(),
		a.Enrich.File, a.Enrich.Key.Names(), a.SignInRequests, a.Recheck, a.Timeout, a.StaleFor,
	}
	want := []any{
		[]string{"DW*", "DokuWiki"}, 2, map[string]string{"Accept": "text/html"}, time.Second,
		"input[name=login]", "value", []string{"user", "na/me"}, `^(\w+)$`, true,
		"X-Email", []int{401, 403}, true,
		[]TemplatePart{{Text: "{"}, {Name: "login"}, {Text: "}"}}, true, []string{"kind", "plan"}, []string(nil),
		"/etc/ferngate/people.csv", []string{"login"}, []RequestPattern{{Method: "POST", Path: "/login", Query: map[string]string{"do": "login"}}},
		30 * time.Second, 2 * time.Second, time.Minute,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAppIsReadInItsShortForms(t *testing.T) {
	a := parseApp(t, `
        session_cookies: [sid]
        whoami:
          path: /me
          extract: { login: { json: /login }, email: &email { json: /email }, again: *email }
          anonymous_when: { status: 401 }
        identity: { user_id: "{login}", email: "{email}" }
`)
	step := a.Whoami[0]
	if len(a.Whoami) != 1 || len(step.Extract) != 3 || len(step.Extract["login"]) != 1 || step.Extract["again"][0].JSON.String() != "/email" ||
		!slices.Equal(step.AnonymousWhen.Status, []int{401}) {
		t.Errorf("got %+v", a.Whoami)
	}
}

// TestTheDefaultIdentityOfAnAssertionIsLeftToItsPackage pins what the field's comment says.
func TestTheDefaultIdentityOfAnAssertionIsLeftToItsPackage(t *testing.T) {
	t.Setenv("KEY", testKey(1))
	c, warnings, err := Parse("ferngate.yaml", []byte(`
listen: 127.0.0.1:8080
session: { keys: [env:KEY] }
sites:
  - upstream: http://127.0.0.1:3000
    sign_in: { assertion: { preset: google_iap, audience: /projects/1/global/backendServices/2 } }
`))
	if err != nil || len(warnings) > 0 {
		t.Fatal(err, warnings)
	}
	if a := c.Sites[0].SignIn.Assertion; a.Identity != nil || a.Header != "" || a.Issuer != "" || !slices.Equal(a.Audience, []string{"/projects/1/global/backendServices/2"}) {
		t.Errorf("got %+v", a)
	}
}

func TestTemplates(t *testing.T) {
	for text, want := range map[string][]TemplatePart{
		"plain":            {{Text: "plain"}},
		"{a}":              {{Name: "a"}},
		"{first} {last-2}": {{Name: "first"}, {Text: " "}, {Name: "last-2"}},
		"{a}{b}{a}":        {{Name: "a"}, {Name: "b"}, {Name: "a"}},
		"{{{a}}}":          {{Text: "{"}, {Name: "a"}, {Text: "}"}},
		"{{a}}":            {{Text: "{a}"}},
		"Zoë {a}":          {{Text: "Zoë "}, {Name: "a"}},
		"":                 nil, "{": nil, "}": nil, "{}": nil, "{a": nil, "a}": nil, "{a b}": nil, "{ä}": nil, "{a{b}}": nil, "{{a}": nil,
	} {
		got, err := ParseTemplate(text)
		if diff := cmp.Diff(want, got.Parts()); diff != "" || (err == nil) != (want != nil) || err == nil && got.String() != text {
			t.Errorf("%q: %v %s", text, err, diff)
		}
	}
}

func TestPointers(t *testing.T) {
	for text, want := range map[string][]string{
		"/a": {"a"}, "/a/0/b": {"a", "0", "b"}, "/": {""}, "/a~1b": {"a/b"}, "/a~0b": {"a~b"}, "/~01": {"~1"}, "/é ü": {"é ü"},
		"": nil, "a": nil, "#/a": nil, "/~": nil, "/~2": nil, "/a~": nil,
	} {
		got, err := ParsePointer(text)
		if !slices.Equal(got.Tokens(), want) || (err == nil) != (want != nil) {
			t.Errorf("%q is read as %q, %v", text, got.Tokens(), err)
		}
	}
}

func TestPatternsAndSelectorsSayWhatIsWrong(t *testing.T) {
	_, pattern := ParsePattern("a(b")
	_, selector := ParseSelector("a[b")
	got := []string{fmt.Sprint(pattern), fmt.Sprint(selector), Pattern{}.String()}
	want := []string{
		"malformed regular expression: it opens a group with ( and does not close it",
		"malformed CSS selector: it opens an attribute with [ and does not close it", "",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestASignInURLIsJudgedAsARequestWouldBe has the rules in the order of package auth.
func TestASignInURLIsJudgedAsARequestWouldBe(t *testing.T) {
	for _, tt := range []struct {
		name  string
		rules []Rule
		want  int
	}{
		{"no rule", nil, -1},
		{"another folder", []Rule{{Path: "/log"}, {Path: "/login/now"}}, -1},
		{"whole segments", []Rule{{Path: "/login/"}}, 0},
		{"the root", []Rule{{Path: "/"}}, 0},
		{"the longest", []Rule{{Path: "/"}, {Path: "/login"}}, 1},
		{"exact before prefix", []Rule{{Path: "/login"}, {Path: "/login", Exact: true}}, 1},
		{"exact covers itself alone", []Rule{{Path: "/login/", Exact: true}}, -1},
		{"methods before none", []Rule{{Path: "/login"}, {Path: "/login", Methods: []string{"GET"}}}, 1},
		{"the rule of another method", []Rule{{Path: "/login", Methods: []string{"POST"}}}, -1},
		{"required is compared without case", []Rule{{Path: "/LOGIN", Require: Required}}, 0},
		{"optional is not", []Rule{{Path: "/LOGIN", Require: Optional}}, -1},
	} {
		if got := ruleFor(tt.rules, "/login"); got != tt.want {
			t.Errorf("%s: rule %d judges, want %d", tt.name, got, tt.want)
		}
	}
}
