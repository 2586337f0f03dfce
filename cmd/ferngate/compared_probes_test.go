package main

import (
	"net/http"
	"strings"
)

// How many of the pages and assets of a walk are asked for in other ways, too.
const (
	probedPages  = 8
	probedAssets = 6
)

// probes are what else may be asked of what a walk has found.
func (w *comparison) probes(walked []*step) []*step {
	var steps []*step
	pages, assets := 0, 0
	for _, s := range walked {
		r := w.first.replies[s]
		switch {
		case s.gzip || r.status != http.StatusOK:
		case s.page && pages < probedPages:
			pages++
			steps = append(steps, w.otherwise(s, r)...)
			steps = append(steps, &step{method: http.MethodGet, path: s.path, headers: []string{"X-Requested-With", "XMLHttpRequest"}})
		case !s.page && assets < probedAssets:
			assets++
			steps = append(steps, w.otherwise(s, r)...)
			steps = append(steps, inPart(s)...)
		}
	}
	for _, path := range oddPaths {
		steps = append(steps, &step{method: http.MethodGet, path: path, page: true})
	}
	return append(steps, &step{method: http.MethodGet, path: oddPaths[0]}, &step{method: http.MethodOptions, path: "/"}, &step{method: http.MethodDelete, path: "/nothing/here"})
}

// A browser sends both validators, where an answer had both.
var (
	byBoth  = []condition{{"If-None-Match", "Etag"}, {"If-Modified-Since", "Last-Modified"}}
	byDate  = []condition{{"If-Modified-Since", "Last-Modified"}}
	asAPart = []condition{{"If-Range", "Last-Modified"}}
)

// otherwise asks for the headers alone, and whether the answer is still good.
func (w *comparison) otherwise(s *step, r *reply) []*step {
	steps := []*step{{method: http.MethodHead, path: s.path, page: s.page, accept: s.accept}}
	if r.header.Get("Etag") != "" || r.header.Get("Last-Modified") != "" {
		steps = append(steps, &step{method: http.MethodGet, path: s.path, page: s.page, accept: s.accept, of: s, still: byBoth})
	}
	return steps
}

// inPart asks for parts, of which there are good ones and one that is not.
func inPart(s *step) []*step {
	var steps []*step
	for _, part := range []string{"bytes=10-99", "bytes=-20", "bytes=0-4,10-14", "bytes=99999999-"} {
		steps = append(steps, &step{method: http.MethodGet, path: s.path, accept: s.accept, headers: []string{"Range", part}})
	}
	return append(steps,
		&step{method: http.MethodGet, path: s.path, accept: s.accept, headers: []string{"Range", "bytes=5-9", "If-Range", `"another"`}},
		&step{method: http.MethodGet, path: s.path, accept: s.accept, headers: []string{"Range", "bytes=5-9"}, of: s, still: asAPart},
		&step{method: http.MethodGet, path: s.path, accept: s.accept, of: s, still: byDate})
}

// oddPaths are those that a proxy may be tempted to mend.
var oddPaths = []string{
	"/nothing/here", "/nothing//here", "//nothing", "/nothing/here/", "/nothing%2Fhere", "/n%6Fthing", "/nothing/%C3%A4%20b", "/nothing/%E4", "/nothing/a+b",
	"/nothing;x=1/here;y", "/nothing/here?", "/nothing/here?a=1;b=2&&c=%20+&=&d", "/nothing/./here", "/nothing/x/../here", `/nothing/(a)'b'*!$,~`,
	"/nothing/" + strings.Repeat("long/", 200), "/?" + strings.Repeat("a=b&", 500),
}
