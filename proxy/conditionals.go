package proxy

import (
	"net/http"
	"slices"
	"strings"
)

// conditions makes the conditions of a request (RFC 9110, section 13.1) those
// that the app can judge, which knows nothing of our tags. It returns the tag of
// the browser's copy if a 304 would say that it has the widget as it is now.
func (i *injector) conditions(r *http.Request, h http.Header, wanted bool) (revalidates string) {
	i.eachTag(h, "If-Match", undone) // an editor sends the tag of what it opened with what it saves
	i.dropIfRange(h)
	switch {
	case r.Method != http.MethodGet && r.Method != http.MethodHead:
		i.eachTag(h, "If-None-Match", undone)
	case wanted:
		delete(h, "Range") // a part of the page would be one of the page without the widget
		delete(h, "If-Range")
		delete(h, "If-Modified-Since") // it may be from before ferngate, or another widget
		return i.ifNoneMatch(h)
	default:
		// A copy with the widget is none of what a script asks for.
		i.eachTag(h, "If-None-Match", func(t undoneTag) (string, bool) { return t.sent, !t.ours })
	}
	return ""
}

// ifNoneMatch leaves of If-None-Match what the app can judge by a copy with the
// widget as it is now, and returns the tag of one.
func (i *injector) ifNoneMatch(h http.Header) string {
	since, tag := "", ""
	if len(splitTags(strings.Join(h["If-None-Match"], ","))) == 0 {
		delete(h, "If-None-Match")
	}
	i.eachTag(h, "If-None-Match", func(t undoneTag) (string, bool) {
		if t.current {
			since, tag = t.date, t.sent
		}
		return t.own, t.current && t.own != ""
	})
	if since != "" && len(h["If-None-Match"]) == 0 {
		h["If-Modified-Since"] = []string{since}
	}
	return tag
}

func undone(t undoneTag) (string, bool) {
	if t.own != "" {
		return t.own, true
	}
	return t.sent, true
}

// dropIfRange asks for the whole page where a client has a part of one of ours:
// what the app would send is the rest of another.
func (i *injector) dropIfRange(h http.Header) {
	if values := h["If-Range"]; len(values) == 1 && i.tags.undo(values[0]).ours {
		delete(h, "Range")
		delete(h, "If-Range")
	}
}

// eachTag goes over the tags of a condition: change returns what to send for
// each, if anything. A header of which nothing changes stays byte for byte.
func (i *injector) eachTag(h http.Header, name string, change func(undoneTag) (string, bool)) {
	if len(h[name]) == 0 {
		return
	}
	tags := splitTags(strings.Join(h[name], ","))
	if len(tags) == 0 {
		return // an empty list, which nothing matches
	}
	var kept []string
	for _, tag := range tags {
		if sent, keep := change(i.tags.undo(tag)); keep {
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

// splitTags splits a list of entity tags, in which a comma may be part of one,
// and a backslash is a sign as any other.
func splitTags(list string) []string {
	var tags []string
	quoted := false
	for part := range strings.FieldsFuncSeq(list, func(c rune) bool {
		if c == '"' {
			quoted = !quoted
		}
		return c == ',' && !quoted
	}) {
		if tag := strings.TrimSpace(part); tag != "" {
			tags = append(tags, tag)
		}
	}
	return tags
}
