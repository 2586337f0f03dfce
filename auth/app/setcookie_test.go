package app

import (
	"testing"
	"time"
)

// What browsers take for a cookie that is to go, net/http reads only in part.
func TestSetCookieAsBrowsersReadIt(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for line, want := range map[string]setCookie{
		"sid=1":                             {name: "sid", value: "1"},
		" sid = 1 ; HttpOnly":               {name: "sid", value: "1", httpOnly: true},
		"sid[0]=a\"b; path=/x; DOMAIN=.a.b": {name: "sid[0]", value: `a"b`, path: "/x", domain: true},
		"sid=1; Path=x":                     {name: "sid", value: "1"},
		"sid=a=b; Path=/; Path=":            {name: "sid", value: "a=b"},
		"sid=; Path=/":                      {name: "sid", path: "/", gone: true},
		`sid=""`:                            {name: "sid", value: `""`, gone: true},
		"sid=1; Max-Age=0":                  {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; max-age=-5":                 {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; Max-Age=60":                 {name: "sid", value: "1"},
		"sid=1; Max-Age=soon":               {name: "sid", value: "1"},
		"sid=1; Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT": {name: "sid", value: "1"},
		"sid=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=60": {name: "sid", value: "1"},
		"sid=1; Expires=Thu, 01 Jan 1970 00:00:00 GMT":             {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; Expires=Thu, 01-Jan-1970 00:00:01 GMT":             {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; expires=Thursday, 01-Jan-70 00:00:00 GMT":          {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; Expires=Thu Jan 1 00:00:00 1970":                   {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; Expires=Thu, 1 Jan 1970 0:0:0 GMT":                 {name: "sid", value: "1", expired: true, gone: true},
		"sid=1; Expires=Fri, 01 Jan 2100 00:00:00 GMT":             {name: "sid", value: "1"},
		"sid=1; Expires=0": {name: "sid", value: "1"},
		"sid=1; Expires=Thu, 32 Jan 1970 00:00:00 GMT": {name: "sid", value: "1"},
		"sid=1; Expires=Thu, 01 Foo 1970 00:00:00 GMT": {name: "sid", value: "1"},
		"sid=1; Expires=Thu, 01 Jan 1970 24:00:00 GMT": {name: "sid", value: "1"},
	} {
		if got, ok := parseSetCookie(line, now); !ok || got != want {
			t.Errorf("%s: %+v, want %+v", line, got, want)
		}
	}
	for _, line := range []string{"", "sid", "=1", " =x", ";sid=1"} {
		if got, ok := parseSetCookie(line, now); ok {
			t.Errorf("%q: %+v", line, got)
		}
	}
}

func FuzzSetCookie(f *testing.F) {
	for _, seed := range []string{"sid=1; Path=/; HttpOnly", "sid=x; Expires=Thu, 01-Jan-70 00:00:00 GMT; Max-Age=-1", "a=;;=;Domain=x"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, line string) {
		c, ok := parseSetCookie(line, time.Now())
		if ok && c.name == "" {
			t.Error("a cookie without a name")
		}
		if ok && c.path != "" && c.path[0] != '/' {
			t.Errorf("its path is %q", c.path)
		}
	})
}
