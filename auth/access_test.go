package auth

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

const (
	public, optional, required = config.Public, config.Optional, config.Required
)

// judge is Judge for a path as it is sent.
func judge(t *testing.T, a Access, method, raw string) Verdict {
	t.Helper()
	readings, err := Readings(raw)
	if err != nil {
		t.Fatalf("%s: %v", raw, err)
	}
	return a.Judge(method, readings)
}

func TestAccess_WhatCovers(t *testing.T) {
	for name, c := range map[string]struct {
		rules []config.Rule
		want  map[string]config.Require // by method and path
	}{
		"no rules": {nil, map[string]config.Require{"GET /": optional, "GET /admin": optional}},
		"whole segments": {
			[]config.Rule{{Path: "/admin/", Require: required}},
			map[string]config.Require{
				"GET /admin": required, "GET /admin/": required, "GET /admin/x/y": required, "GET /administrator": optional, "GET /admin-x": optional,
				"GET /x/admin": optional, "GET /": optional, "GET /admin.html": optional, "GET /admin//": required,
			},
		},
		"without the slash at the end": {
			[]config.Rule{{Path: "/admin", Require: required}},
			map[string]config.Require{"GET /admin": required, "GET /admin/": required, "GET /admin/x": required, "GET /adminx": optional},
		},
		"the root": {
			[]config.Rule{{Path: "/", Require: required}},
			map[string]config.Require{"GET /": required, "GET /x": required, "GET //": required},
		},
		"exact": {
			[]config.Rule{{Path: "/", Require: required}, {Path: "/healthz", Exact: true, Require: public}, {Path: "/", Exact: true, Require: optional}},
			map[string]config.Require{"GET /healthz": public, "GET /healthz/": required, "GET /healthz/x": required, "GET /": optional, "GET /x": required, "GET /HEALTHZ": required},
		},
		"longer before shorter, in any order": {
			[]config.Rule{{Path: "/a/b/c/", Require: public}, {Path: "/", Require: optional}, {Path: "/a/", Require: public}, {Path: "/a/b/", Require: required}},
			map[string]config.Require{"GET /": optional, "GET /a": public, "GET /a/x": public, "GET /a/b": required, "GET /a/b/x": required, "GET /a/b/c": public, "GET /a/b/c/d": public},
		},
		"exact before prefix": {
			[]config.Rule{{Path: "/a/", Require: required}, {Path: "/a", Exact: true, Require: public}, {Path: "/b", Exact: true, Require: required}, {Path: "/b/", Require: public}},
			map[string]config.Require{"GET /a": public, "GET /a/": required, "GET /b": required, "GET /b/": public, "GET /b/x": public},
		},
		"with methods before without": {
			[]config.Rule{{Path: "/f/", Require: required}, {Path: "/f/", Methods: []string{"GET"}, Require: public}},
			map[string]config.Require{"GET /f/x": public, "HEAD /f/x": public, "POST /f/x": required, "OPTIONS /f/x": required, "QUERY /f/x": required, "GETX /f/x": required},
		},
		"methods of a required rule, in any case": {
			[]config.Rule{{Path: "/f/", Methods: []string{"GET", "POST"}, Require: required}},
			map[string]config.Require{"GET /f": required, "HEAD /f": required, "get /f": required, "POST /f": required, "Post /f": required, "PUT /f": optional},
		},
		"a longer path before methods": {
			[]config.Rule{{Path: "/f/", Methods: []string{"GET"}, Require: public}, {Path: "/f/g/", Require: required}},
			map[string]config.Require{"GET /f/x": public, "GET /f/g": required},
		},
		"required without case": {
			[]config.Rule{{Path: "/Admin/", Require: required}, {Path: "/straße/", Require: required}},
			map[string]config.Require{
				"GET /admin/x": required, "GET /ADMIN/x": required, "GET /aDmIn": required, "GET /STRAßE": required, "GET /STRAẞE/x": required,
				"GET /admın": optional, "GET /stra%C3%9Fe/x": required,
			},
		},
		"letters that fold to ASCII": {
			[]config.Rule{{Path: "/desk/", Require: required}},
			map[string]config.Require{"GET /deſk/x": required, "GET /des\u212a/x": required, "GET /DE%C5%BFK": required},
		},
		"public with case": {
			[]config.Rule{{Path: "/", Require: required}, {Path: "/Public/", Require: public}},
			map[string]config.Require{"GET /Public/x": public, "GET /public/x": required, "GET /PUBLIC": required},
		},
		"public inside required": {
			[]config.Rule{{Path: "/admin/", Require: required}, {Path: "/admin/login", Exact: true, Require: public}},
			map[string]config.Require{"GET /admin/login": public, "GET /Admin/login": required, "GET /admin/LOGIN": required, "GET /admin/login/": required},
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := NewAccess(c.rules)
			for request, want := range c.want {
				method, path, _ := strings.Cut(request, " ")
				if got := judge(t, a, method, path).Require; got != want {
					t.Errorf("%s: %s, want %s", request, got, want)
				}
			}
		})
	}
}

// Any reading makes a path required; public are only those of which all readings are.
func TestAccess_Readings(t *testing.T) {
	a := NewAccess([]config.Rule{{Path: "/public/", Require: public}, {Path: "/admin/", Require: required}})
	for raw, want := range map[string]config.Require{
		"/public/x": public, "/public/a%2fb": public, "/public//x": public, "/public/./x": public, "/public/x/../y": public, `/public/a\b`: public, "/public/x;y": public,
		"/public/../x": optional, "/public/..%2fx": optional, "/public/..;/x": optional, `/public\..\x`: optional, "/x/../public/y": optional, "/%70ublic/x": optional,
		"/public/../admin": required, "/public/..%2fadmin": required, "/public/..;/admin": required, "/admin/../public/x": required, `/\admin`: required,
		"/public/%2e%2e/admin/x": required, "//admin": required, "/admin%2fx": required, "/x/..%5cADMIN": required,
	} {
		if got := judge(t, a, "GET", raw).Require; got != want {
			t.Errorf("%s: %s, want %s", raw, got, want)
		}
	}
	// Rules for several readings must all be satisfied.
	a = NewAccess([]config.Rule{{Path: "/a/", Require: required, Groups: []string{"a"}}, {Path: "/b/", Require: required, Groups: []string{"b"}}})
	for raw, want := range map[string][3]bool{
		"/a/x": {true, false, true}, "/b/x": {false, true, true}, "/a/../b/x": {false, false, true}, "/b/..%2fa": {false, false, true}, "/c": {true, true, true},
	} {
		v := judge(t, a, "GET", raw)
		for i, groups := range [][]string{{"a"}, {"b"}, {"b", "a"}} {
			if got := v.Admits(&Identity{Groups: groups}); got != want[i] {
				t.Errorf("%s of %q: %v", raw, groups, got)
			}
		}
	}
}

func TestAccess_People(t *testing.T) {
	alice := &Identity{UserID: "1", Email: "Alice@Corp.test", Groups: []string{"staff", "printers"}}
	nobody := &Identity{UserID: "2"}
	for name, c := range map[string]struct {
		rule          config.Rule
		alice, nobody bool
	}{
		"anybody signed in":       {config.Rule{}, true, true},
		"one of the groups":       {config.Rule{Groups: []string{"x", "staff"}}, true, false},
		"not in the group":        {config.Rule{Groups: []string{"x"}}, false, false},
		"groups have a case":      {config.Rule{Groups: []string{"Staff"}}, false, false},
		"part of a group's name":  {config.Rule{Groups: []string{"staf"}}, false, false},
		"two groups in one":       {config.Rule{Groups: []string{"staff,printers"}}, false, false},
		"emails have no case":     {config.Rule{Emails: []string{"x@y.test", "aLICE@corp.TEST"}}, true, false},
		"another email":           {config.Rule{Emails: []string{"alice@corp.test.evil"}}, false, false},
		"the domain":              {config.Rule{EmailDomains: []string{"CORP.test"}}, true, false},
		"a domain below":          {config.Rule{EmailDomains: []string{"test"}}, false, false},
		"every list is asked":     {config.Rule{Groups: []string{"staff"}, Emails: []string{"b@corp.test"}}, false, false},
		"and may be satisfied":    {config.Rule{Groups: []string{"staff"}, Emails: []string{"alice@corp.test"}, EmailDomains: []string{"corp.test"}}, true, false},
		"the domain is not alone": {config.Rule{Groups: []string{"x"}, EmailDomains: []string{"corp.test"}}, false, false},
	} {
		c.rule.Path, c.rule.Require = "/", required
		v := judge(t, NewAccess([]config.Rule{c.rule}), "GET", "/x")
		if a, n := v.Admits(alice), v.Admits(nobody); a != c.alice || n != c.nobody {
			t.Errorf("%s: alice %v, nobody %v", name, a, n)
		}
	}
}

// Of an address with two @ every reader takes another part for the domain (LESSONS S9).
func TestAccess_EmailDomains(t *testing.T) {
	v := judge(t, NewAccess([]config.Rule{{Path: "/", Require: required, EmailDomains: []string{"corp.test"}}}), "GET", "/x")
	for email, want := range map[string]bool{
		"x@corp.test": true, "x@CORP.TEST": true, "x@evil.test@corp.test": false, "x@corp.test@evil.test": false, "x@corp.test\n": false, "@corp.test": false,
		"corp.test": false, "": false, "x@": false, "x@evilcorp.test": false, "x@a.corp.test": false, "x@corp.test.": false, "x@corp.test ": false,
		"x@corp.test,y@evil.test": false, `"x@corp.test"@evil.test`: false, "x%40corp.test": false,
	} {
		if got := v.Admits(&Identity{Email: email}); got != want {
			t.Errorf("%q: %v", email, got)
		}
	}
}
