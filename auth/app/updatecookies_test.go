package app

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestUpdateCookies(t *testing.T) {
	for _, tt := range []struct {
		name      string
		have, set []string
		want      []string
	}{
		{"another value, in its place", []string{"a=1; sid=old;  b=2"}, []string{"sid=new; Path=/; HttpOnly"}, []string{"a=1; sid=new;  b=2"}},
		{"the first one", []string{"sid=old; a=1"}, []string{"sid=new"}, []string{"sid=new; a=1"}},
		{"in the second line", []string{"a=1", "sid=old"}, []string{"sid=\"n=w\"; Secure"}, []string{"a=1", "sid=\"n=w\""}},
		{"the last of several counts", []string{"sid=old"}, []string{"sid=new", "sid=newer"}, []string{"sid=newer"}},
		{"none that the request does not have", []string{"a=1"}, []string{"sid=new"}, []string{"a=1"}},
		{"no request with two of the name", []string{"sid=one; sid=two"}, []string{"sid=new"}, []string{"sid=one; sid=two"}},
		{"gone by its age", []string{"a=1; sid=old"}, []string{"sid=x; Max-Age=0"}, []string{"a=1"}},
		{"gone by its date", []string{"a=1", "sid=old"}, []string{"sid=deleted; Expires=Thu, 01 Jan 1970 00:00:01 GMT"}, []string{"a=1"}},
		{"gone, with a value that browsers take and net/http does not", []string{"a=1; sid=old"}, []string{"sid=\"x y\\\"; Max-Age=0"}, []string{"a=1"}},
		{"empty, and kept", []string{"sid=old"}, []string{"sid="}, []string{"sid="}},
		{"no cookie at all", []string{"sid=old"}, []string{"sid; Max-Age=0", "=x"}, []string{"sid=old"}},
		{"the only one is gone", []string{"sid=old"}, []string{"sid=; Max-Age=0"}, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := http.Header{"Cookie": tt.have}
			UpdateCookies(h, tt.set)
			if diff := cmp.Diff(tt.want, h["Cookie"]); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
