package proxy

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// validated is an app whose page has a tag, or a date, and that answers 304
// where the condition holds; it keeps the conditions that it got.
type validated struct {
	tag, date string
	policy    string
	got       http.Header
}

func (v *validated) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	v.got = r.Header.Clone()
	h := w.Header()
	h["Content-Type"] = []string{"text/html"}
	for name, value := range map[string]string{
		"Etag": v.tag, "Last-Modified": v.date, "Content-Security-Policy": v.policy,
		"Accept-Ranges": "bytes", "Repr-Digest": "sha-256=:AAAA:", "Content-Md5": "AAAA", "Digest": "x",
	} {
		if value != "" {
			h[name] = []string{value}
		}
	}
	if inm := r.Header.Get("If-None-Match"); inm != "" && strings.Contains(inm, v.tag) || inm == "" && v.date != "" && r.Header.Get("If-Modified-Since") == v.date {
		delete(h, "Content-Type")
		delete(h, "Last-Modified")             // as many apps do
		h["content-length"] = []string{"4711"} // its page's; net/http would take it out, in the spelling that it knows
		w.WriteHeader(http.StatusNotModified)
		return
	}
	_, _ = io.WriteString(w, testPage)
}

// wantGot fails unless the app got these conditions, and no others.
func (v *validated) wantGot(t *testing.T, want ...string) {
	t.Helper()
	for _, name := range []string{"If-None-Match", "If-Match", "If-Modified-Since", "If-Range", "Range"} {
		value := ""
		if i := slices.Index(want, name); i >= 0 {
			value = want[i+1]
		}
		if got := strings.Join(v.got[name], " | "); got != value {
			t.Errorf("the app got %s: %q, want %q", name, got, value)
		}
	}
}

const testDate = "Thu, 26 Nov 2026 08:00:00 GMT"

// A browser's copy is told to be good only if it has the widget as it is now.
func TestRevalidation(t *testing.T) {
	for _, test := range []struct{ name, tag, date, sent string }{
		{"a strong tag", `"v1"`, testDate, "If-None-Match"},
		{"a weak tag", `W/"v1"`, "", "If-None-Match"},
		{"an empty tag", `""`, "", "If-None-Match"},
		{"a date alone", "", testDate, "If-Modified-Since"},
	} {
		t.Run(test.name, func(t *testing.T) {
			app := &validated{tag: test.tag, date: test.date, policy: "default-src 'self'"}
			g := startGateway(t, widgetConfig, startApp(t, app.ServeHTTP))
			other := startGateway(t, strings.Replace(widgetConfig, "widget_01test", "widget_02test", 1), startApp(t, app.ServeHTTP))

			first := g.open("/")
			g.wantInjected(first, testPageGot)
			tag := first.header.Get("Etag")
			if tag == "" || tag == test.tag || first.header.Get("Last-Modified") != "" {
				t.Fatalf("validators: %v", first.header)
			}
			if strings.HasPrefix(tag, "W/") != (strings.HasPrefix(test.tag, "W/") || test.tag == "") {
				t.Errorf("the tag became %s", tag)
			}
			for _, name := range []string{"Accept-Ranges", "Repr-Digest", "Content-Md5", "Digest"} {
				if first.header.Get(name) != "" {
					t.Errorf("%s: %s", name, first.header.Get(name))
				}
			}

			// The copy with the widget as it is: 304, with what its page would have.
			again := g.open("/", "If-None-Match", `"x", `+tag, "If-Modified-Since", testDate)
			want := test.tag
			if test.sent == "If-Modified-Since" {
				want = test.date
			}
			app.wantGot(t, test.sent, want)
			if again.status != http.StatusNotModified || again.header.Get("Etag") != tag ||
				again.header.Get("Content-Security-Policy") != first.header.Get("Content-Security-Policy") ||
				again.header.Get("Vary") != first.header.Get("Vary") || again.header.Get("Accept-Ranges") != "" ||
				again.header.Get("Content-Length") != "" {
				t.Errorf("304: %d %v", again.status, again.header)
			}
			if first.header.Get("Content-Security-Policy") == app.policy {
				t.Error("the policy was not extended")
			}

			// A copy without it, from before ferngate came, and one with another widget.
			for _, conditions := range [][]string{
				{"If-None-Match", test.tag, "If-Modified-Since", testDate},
				{"If-None-Match", "*"},
				{"If-Modified-Since", testDate},
				{"If-None-Match", other.open("/").header.Get("Etag")},
				{"Range", "bytes=0-10"},
				{"Range", "bytes=0-10", "If-Range", test.tag},
			} {
				if conditions[1] == "" {
					continue
				}
				a := g.open("/", conditions...)
				app.wantGot(t)
				g.wantInjected(a, testPageGot)
			}
		})
	}
}

// What scripts and other programs ask for goes by the app's own tags.
func TestConditionsOfOtherRequests(t *testing.T) {
	app := &validated{tag: `"v1"`}
	g := startGateway(t, widgetConfig, startApp(t, app.ServeHTTP))
	tag := g.open("/").header.Get("Etag")
	for _, test := range []struct {
		method     string
		sent, want []string
	}{
		// A copy with the widget is none of what a script wants.
		{http.MethodGet, []string{"If-None-Match", tag}, nil},
		{http.MethodGet, []string{"If-None-Match", `"v0",  "v1"`}, []string{"If-None-Match", `"v0",  "v1"`}},
		{http.MethodGet, []string{"If-None-Match", `"v0", ` + tag}, []string{"If-None-Match", `"v0"`}},
		{http.MethodGet, []string{"If-Modified-Since", testDate}, []string{"If-Modified-Since", testDate}},
		{http.MethodGet, []string{"Range", "bytes=0-1"}, []string{"Range", "bytes=0-1"}},
		// The rest of a page with the widget is nowhere to be had: the client gets all of it.
		{http.MethodGet, []string{"Range", "bytes=10-", "If-Range", tag}, nil},
		{http.MethodGet, []string{"Range", "bytes=10-", "If-Range", `"v1"`}, []string{"Range", "bytes=10-", "If-Range", `"v1"`}},
		// An editor saves what it opened.
		{http.MethodPut, []string{"If-Match", tag}, []string{"If-Match", `"v1"`}},
		{http.MethodPut, []string{"If-Match", `"v0",` + tag}, []string{"If-Match", `"v0", "v1"`}},
		{http.MethodPut, []string{"If-Match", "*"}, []string{"If-Match", "*"}},
		{http.MethodPut, []string{"If-None-Match", tag}, []string{"If-None-Match", `"v1"`}},
		{http.MethodPut, []string{"If-Match", `"a\", ` + tag}, []string{"If-Match", `"a\", "v1"`}},
		// It is to be created only if it is not there, whatever the client accepts.
		{http.MethodPut, []string{"If-None-Match", "*", "Accept", "text/html"}, []string{"If-None-Match", "*"}},
		{http.MethodPost, append([]string{"If-None-Match", `"v0"`, "If-Modified-Since", testDate}, navigation...), []string{"If-None-Match", `"v0"`, "If-Modified-Since", testDate}},
		{http.MethodPut, []string{"If-Match", ","}, []string{"If-Match", ","}},
		{http.MethodDelete, []string{"If-Match", tag}, []string{"If-Match", `"v1"`}},
	} {
		app.got = nil
		g.send(test.method, "/", "", test.sent...)
		app.wantGot(t, test.want...)
	}
}

// A site without the widget leaves conditions and validators alone.
func TestConditionsWithoutTheWidget(t *testing.T) {
	app := &validated{tag: `"v1"`, date: testDate}
	g := startGateway(t, withAccess("{ path: /, require: optional }"), startApp(t, app.ServeHTTP))
	if a := g.open("/"); a.body != testPage || a.header.Get("Etag") != `"v1"` || a.header.Get("Last-Modified") != testDate || a.header.Get("Vary") != "" {
		t.Errorf("%s %v", a.body, a.header)
	}
	g.open("/", "If-None-Match", `"v2-fg0123456789ab"`, "If-Modified-Since", testDate, "Range", "bytes=0-1", "If-Range", `"v1"`)
	app.wantGot(t, "If-None-Match", `"v2-fg0123456789ab"`, "If-Modified-Since", testDate, "Range", "bytes=0-1", "If-Range", `"v1"`)
}

// FuzzEntityTags: what is derived of any tag is undone to it, and only that.
func FuzzEntityTags(f *testing.F) {
	for _, tag := range []string{`"v1"`, `W/"v1"`, `""`, `W/""`, `"a-fg0123456789ab"`, `"1-fd0123456789ab"`, `v1`, `"a"b"`, `W/`, `"`} {
		f.Add(tag)
	}
	e := entityTags{"0123456789ab"}
	f.Fuzz(func(t *testing.T, tag string) {
		h := http.Header{"Etag": {tag}}
		e.derive(h)
		derived := h.Get("Etag")
		if !isEntityTag(tag) {
			if derived != "" {
				t.Errorf("%q became %q", tag, derived)
			}
			return
		}
		if got, want := e.undo(derived), (undoneTag{derived, tag, "", true, true}); got != want {
			t.Errorf("%q became %q, and that %+v", tag, derived, got)
		}
		if (entityTags{"ba9876543210"}).undo(derived).current {
			t.Errorf("%q is taken for another version's", derived)
		}
		e.undo(tag)
	})
}
