package app

import (
	"net/http"
	"testing"
)

// page is what a page for a person sets, whose request had sid=1.
func page(r *rolling, set ...setCookie) {
	r.see(&Request{Method: http.MethodGet, Identified: true}, http.StatusOK, set, sent{"sid=1"})
}

func TestRollingIsKnownOfAPersonThenOfAll(t *testing.T) {
	other := setCookie{name: "sid", value: "2"}
	var r rolling
	wantKnown := func(when string, alice, bob bool) {
		t.Helper()
		if r.known("alice") != alice || r.known("bob") != bob || r.known("") != (alice && bob) {
			t.Errorf("%s: known of alice %v, of bob %v, of nobody %v", when, r.known("alice"), r.known("bob"), r.known(""))
		}
	}
	r.confirm("alice")
	wantKnown("before a page was seen", false, false)
	page(&r, other)
	wantKnown("after a page", false, false)
	r.confirm("alice")
	r.confirm("alice")
	wantKnown("after one person", true, false)
	r.confirm("bob")
	wantKnown("after two", true, true)
	page(&r, setCookie{name: "sid", value: "1"})
	wantKnown("after a page that sets the same value", false, false)
	r.confirm("alice")
	wantKnown("after an app that does not roll", false, false)
}

func TestRollingIsNotSeenElsewhere(t *testing.T) {
	other := []setCookie{{name: "sid", value: "2"}}
	for name, see := range map[string]func(*rolling){
		"a stranger's page":     func(r *rolling) { r.see(&Request{Method: "GET"}, 200, other, sent{"sid=1"}) },
		"a form":                func(r *rolling) { r.see(&Request{Method: "POST", Identified: true}, 200, other, sent{"sid=1"}) },
		"a redirect":            func(r *rolling) { r.see(&Request{Method: "GET", Identified: true}, 302, other, sent{"sid=1"}) },
		"a first cookie":        func(r *rolling) { r.see(&Request{Method: "GET", Identified: true}, 200, other, nil) },
		"a cookie of its own":   func(r *rolling) { page(r, setCookie{name: "other", value: "2"}) },
		"a page that sets none": func(r *rolling) { page(r) },
	} {
		var r rolling
		see(&r)
		r.confirm("alice")
		if r.known("alice") {
			t.Errorf("%s tells that the app rolls its cookies", name)
		}
	}
}
