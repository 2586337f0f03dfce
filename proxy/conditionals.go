package proxy

import (
	"net/http"
	"slices"
	"strings"
)

// conditions makes the conditions of a request (RFC 9110, section 13.1) those
// that the app can judge, which knows nothing of our tags. It reports whether a
// 304 would say that the browser's copy has the widget as it is now.
func (i *injector) conditions(r *http.Request, h http.Header, wanted bool) (revalidates bool) {
	i.undoIfMatch(h)
	i.dropIfRange(h)
	safe := r.Method == http.MethodGet || r.Method == http.MethodHead
	switch {
	case wanted:
		delete(h, "Range") // a part of the page would be one of the page without the widget
		delete(h, "If-Range")
		delete(h, "If-Modified-Since") // it may be from before ferngate, or another widget
		return i.ifNoneMatch(h)
	case safe:
		// A copy with the widget is none of what a script asks for.
		i.eachTag(h, "If-None-Match", func(_, _ string, ours bool, tag string) (string, bool) { return tag, !ours })
	default:
		i.eachTag(h, "If-None-Match", undone)
	}
	return false
}

// ifNoneMatch leaves of If-None-Match what the app can judge by a copy with the
// widget as it is now.
func (i *injector) ifNoneMatch(h http.Header) bool {
	since := ""
	i.eachTag(h, "If-None-Match", func(own, date string, _ bool, tag string) (string, bool) {
		_, _, _, current := i.tags.undo(tag)
		if current && date != "" {
			since = date
		}
		return own, current && own != ""
	})
	switch {
	case len(h["If-None-Match"]) > 0:
		return true
	case since != "":
		h["If-Modified-Since"] = []string{since}
		return true
	}
	return false
}

// undoIfMatch makes tags of ours those of the app's. An editor that was opened
// with a page sends its tag back with what it saves.
func (i *injector) undoIfMatch(h http.Header) { i.eachTag(h, "If-Match", undone) }

func undone(own, _ string, ours bool, tag string) (string, bool) {
	if ours && own != "" {
		return own, true
	}
	return tag, true
}

// dropIfRange asks for the whole page where a client has a part of one of ours:
// what the app would send is the rest of another.
func (i *injector) dropIfRange(h http.Header) {
	if values := h["If-Range"]; len(values) == 1 {
		if _, _, ours, _ := i.tags.undo(values[0]); ours {
			delete(h, "Range")
			delete(h, "If-Range")
		}
	}
}

// eachTag goes over the tags of a condition: change is told what the app knows
// of each, and returns what to send, if anything. A header without a tag of
// ours that stays whole stays byte for byte.
func (i *injector) eachTag(h http.Header, name string, change func(own, date string, ours bool, tag string) (string, bool)) {
	lines := h[name]
	if len(lines) == 0 {
		return
	}
	tags := splitDirectives(strings.Join(lines, ","))
	var kept []string
	for _, tag := range tags {
		own, date, ours, _ := i.tags.undo(tag)
		if sent, keep := change(own, date, ours, tag); keep {
			kept = append(kept, sent)
		}
	}
	switch {
	case len(kept) == 0:
		delete(h, name)
	case !slices.Equal(kept, tags):
		h[name] = []string{strings.Join(kept, ", ")}
	}
}
