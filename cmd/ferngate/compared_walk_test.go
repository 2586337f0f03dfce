package main

import (
	"bytes"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// How far a walk goes.
const (
	maxPages   = 32
	maxAssets  = 30
	triedCoded = 40  // steps: an app that has packed nothing by then is not asked for that any more
	maxAsked   = 120 // of addresses of pages: some lead elsewhere, or to nothing
)

// walk goes through the app by its links, breadth-first, from the given
// addresses on. It returns what was asked for, and the addresses of pages.
func (w *comparison) walk(t *testing.T, seeds []string) (steps []*step, pages []string) {
	t.Helper()
	assets, coded := 0, false
	queue := []address{}
	known := map[string]bool{}
	add := func(to address) {
		if !known[to.at] && !w.avoid.MatchString(to.at) {
			known[to.at] = true
			queue = append(queue, to)
		}
	}
	for _, at := range seeds {
		add(address{at, ""})
	}
	for len(queue) > 0 {
		next := queue[0]
		queue = queue[1:]
		page := next.accept == ""
		if page && (w.pages >= maxPages || len(pages) >= maxAsked) || !page && assets >= maxAssets {
			continue
		}
		plain := &step{method: http.MethodGet, path: next.at, page: page, accept: next.accept}
		w.mustSend(t, w.first, plain)
		steps = append(steps, plain)
		if coded || len(steps) < triedCoded {
			zipped := *plain
			zipped.gzip = true
			w.mustSend(t, w.first, &zipped)
			steps = append(steps, &zipped)
			coded = coded || w.first.replies[&zipped].header.Get("Content-Encoding") != ""
		}
		a := w.first.replies[plain]
		if page {
			pages = append(pages, next.at)
		} else {
			assets++
		}
		if page && a.status == http.StatusOK && a.isHTML() {
			w.pages++
		}
		for _, l := range a.links(t, next.at) {
			add(l)
		}
	}
	w.assets += assets
	return steps, pages
}

// address is one on the app's own host, path and query.
type address struct {
	at     string
	accept string // of a part of a page; "" for what a person opens
}

// links are where an answer leads, in its own order.
func (a *reply) links(t *testing.T, at string) []address {
	t.Helper()
	base, err := url.Parse("http://" + appHost + at)
	if err != nil {
		t.Fatal(err)
	}
	var found []address
	add := func(reference, accept string) {
		to, err := base.Parse(reference)
		if err == nil && to.Host == appHost && to.Scheme == "http" && to.User == nil {
			found = append(found, address{to.RequestURI(), accept})
		}
	}
	if to := a.header.Get("Location"); to != "" {
		add(to, "")
	}
	if !a.isHTML() {
		return found
	}
	var form *url.URL // of a form that asks
	fields := url.Values{}
	for z := html.NewTokenizer(bytes.NewReader(a.text)); z.Next() != html.ErrorToken; {
		token := z.Token()
		attr := attributes(token)
		switch token.Data {
		case "a", "area":
			if attr["href"] != "" && attr["data-method"] == "" { // which Rails turns into a form
				add(attr["href"], "")
			}
		case "frame", "iframe":
			add(attr["src"], "")
		case "link":
			add(attr["href"], map[string]string{"stylesheet": acceptOfStyles, "icon": acceptOfImages, "shortcut icon": acceptOfImages}[attr["rel"]])
		case "script":
			if attr["src"] != "" {
				add(attr["src"], acceptOfScript)
			}
		case "img":
			add(attr["src"], acceptOfImages)
		case "form":
			if token.Type == html.EndTagToken && form != nil {
				form.RawQuery = fields.Encode()
				add(form.String(), "")
			}
			form, fields = nil, url.Values{}
			if token.Type == html.StartTagToken && !strings.EqualFold(attr["method"], "post") {
				form, _ = base.Parse(attr["action"])
			}
		case "input":
			if form != nil && attr["name"] != "" && attr["type"] != "submit" && attr["type"] != "checkbox" && attr["type"] != "radio" {
				fields.Set(attr["name"], attr["value"])
			}
		}
	}
	return found
}
