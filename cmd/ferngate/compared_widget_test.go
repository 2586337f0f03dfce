package main

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// bare is of pages that get no widget.
type bare struct {
	why  string
	path *regexp.Regexp
	used int
}

// wantsWidget reports whether what the app sends is a page that the widget
// belongs into.
func (w *comparison) wantsWidget(s *step, r *reply) bool {
	page := s.page && s.method != http.MethodHead && r.isHTML() && (r.status == http.StatusOK || r.status >= 400) &&
		!strings.HasPrefix(r.header.Get("Content-Disposition"), "attachment")
	for _, b := range w.bare {
		if page && b.path.MatchString(s.path) {
			b.used++
			return false
		}
	}
	return page
}

// ofTheWidget is what ferngate does to pages besides.
func ofTheWidget() []*allowance {
	return []*allowance{
		{widget: true, why: "one script element, the first in the head of a page", undo: undoElement},
		{widget: true, why: "Vary names what tells a page from a fetch, for HTML that is fetched, too", undo: undoVary},
		{widget: true, why: "a page's entity tag has the widget's version behind it", undo: undoTag},
		{widget: true, why: "a page's date is a tag, for the page changes when the widget does", undo: undoDateTag},
		{widget: true, why: "a page is to be had whole", undo: undoRanges},
		{widget: true, why: "a file opened in a tab comes once more: by the request alone it may be a page from before", undo: undoWhole},
		{widget: true, why: "a page's policy lets the widget run", undo: undoPolicy},
	}
}

var widgetElement = regexp.MustCompile(`<script async="" src="/\.ferngate/widget\.js\?v=[0-9a-zA-Z_-]+"(?: nonce="[^"]+")?(?: integrity="[^"]+")?></script>`)

func undoElement(x *crossing) bool {
	places := widgetElement.FindAllIndex(x.got.text, -1)
	if !x.wanted || len(places) != 1 || !isFirstInHead(x.got.text) {
		return false
	}
	from, to := places[0][0], places[0][1]
	x.got.text = slices.Concat(x.got.text[:from], x.got.text[to:])
	x.got.edited, x.placed = true, true
	return true
}

// isFirstInHead reports whether a browser would find the widget's element as
// the first of the head.
func isFirstInHead(page []byte) bool {
	doc, err := html.Parse(bytes.NewReader(page))
	if err != nil {
		return false
	}
	for n := range doc.Descendants() {
		if n.DataAtom != atom.Head {
			continue
		}
		for child := range n.ChildNodes() {
			if child.Type == html.ElementNode {
				return child.DataAtom == atom.Script && slices.ContainsFunc(child.Attr, func(a html.Attribute) bool {
					return a.Key == "src" && strings.HasPrefix(a.Val, "/.ferngate/widget.js?v=")
				})
			}
		}
	}
	return false
}

const widgetVary = "Sec-Fetch-Mode, Sec-Fetch-Dest, Accept, X-Requested-With, HX-Request, Turbo-Frame, X-Turbo-Request-Id, X-PJAX, X-Up-Version, X-Inertia"

// undoVary takes away the last line, if it is no more and no less than what the app's own lacks.
func undoVary(x *crossing) bool {
	if !x.got.isHTML() && !x.revalidated() {
		return false
	}
	own, lines := x.want.header["Vary"], x.got.header["Vary"]
	if len(lines) != len(own)+1 {
		return false
	}
	var lacking []string
	for name := range strings.SplitSeq(widgetVary, ", ") {
		if !slices.ContainsFunc(strings.Split(strings.Join(own, ","), ","), func(l string) bool { return strings.EqualFold(strings.TrimSpace(l), name) }) {
			lacking = append(lacking, name)
		}
	}
	if lines[len(own)] != strings.Join(lacking, ", ") {
		return false
	}
	setLines(x.got.header, "Vary", lines[:len(own)])
	return true
}

// revalidated reports whether the answer says that a page is still good.
func (x *crossing) revalidated() bool {
	return x.widget && x.step.page && x.got.status == http.StatusNotModified
}

var taggedVersion = regexp.MustCompile(`^((?:W/)?"[^"]*)-fg[0-9a-f]{12}"$`)

func undoTag(x *crossing) bool {
	tag := taggedVersion.FindStringSubmatch(x.got.header.Get("Etag"))
	if tag == nil || !x.wanted && !x.revalidated() {
		return false
	}
	x.got.header["Etag"] = []string{tag[1] + `"`}
	if date := x.want.header["Last-Modified"]; date != nil && x.got.header["Last-Modified"] == nil {
		x.got.header["Last-Modified"] = date
	}
	return true
}

var taggedDate = regexp.MustCompile(`^W/"([0-9]+)-fd[0-9a-f]{12}"$`)

func undoDateTag(x *crossing) bool {
	tag := taggedDate.FindStringSubmatch(x.got.header.Get("Etag"))
	if tag == nil || !x.wanted && !x.revalidated() || x.want.header["Etag"] != nil || x.got.header["Last-Modified"] != nil {
		return false
	}
	seconds, err := strconv.ParseInt(tag[1], 10, 64)
	if err != nil {
		return false
	}
	delete(x.got.header, "Etag")
	x.got.header["Last-Modified"] = []string{time.Unix(seconds, 0).UTC().Format(http.TimeFormat)}
	return true
}

func undoRanges(x *crossing) bool {
	ranges := x.want.header["Accept-Ranges"]
	if ranges == nil || x.got.header["Accept-Ranges"] != nil || !x.wanted && !x.revalidated() {
		return false
	}
	x.got.header["Accept-Ranges"] = ranges
	return true
}

func undoWhole(x *crossing) bool {
	if !x.step.page || x.want.status != http.StatusNotModified || x.got.status != http.StatusOK || x.whole.isHTML() {
		return false
	}
	x.want = x.whole.clone()
	return true
}

const policyHeader = "Content-Security-Policy"

// What the widget needs of a policy: ferngate's own paths, the SDK and the help centre.
var widgetSource = regexp.MustCompile(`^(?:http://app\.example\.test/(?:\.ferngate/(?:widget\.js|whoami)|api/ferndesk-token)|https://(?:static\.ferndesk\.com|help\.example\.test))$`)

// undoPolicy makes a policy the app's own if it says all that that says, and no
// more than the widget needs besides.
func undoPolicy(x *crossing) bool {
	own, extended := directives(x.want.header.Get(policyHeader)), directives(x.got.header.Get(policyHeader))
	if !x.wanted || len(own) == 0 || len(extended) < len(own) {
		return false
	}
	for name, sources := range extended {
		base, there := own[name]
		if !there {
			// Which it then stands for, and 'none' is nothing beside a source.
			base = slices.DeleteFunc(slices.Clone(own["default-src"]), func(s string) bool { return s == "'none'" })
		}
		if len(sources) < len(base) || !slices.Equal(sources[:len(base)], base) ||
			slices.ContainsFunc(sources[len(base):], func(s string) bool { return !widgetSource.MatchString(s) }) {
			return false
		}
	}
	x.got.header[policyHeader] = x.want.header[policyHeader]
	return true
}

func directives(policy string) map[string][]string {
	found := map[string][]string{}
	for directive := range strings.SplitSeq(policy, ";") {
		if words := strings.Fields(directive); len(words) > 0 {
			found[words[0]] = words[1:]
		}
	}
	return found
}
