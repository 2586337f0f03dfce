package mapping

import (
	"testing"

	"github.com/ferngate/ferngate/config"
)

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
