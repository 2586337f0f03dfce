package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// servePage is the app: /FORM/KB is a page of that size.
func servePage(w http.ResponseWriter, r *http.Request) {
	body := costPage(r.URL.Path)
	form := strings.Split(r.URL.Path, "/")[1]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	coding, chunked := strings.CutSuffix(form, "-chunked")
	if coding != "plain" {
		w.Header().Set("Content-Encoding", coding)
	}
	if !chunked {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	}
	for piece := range slices.Chunk(body, 8<<10) {
		_, _ = w.Write(piece)
		if chunked {
			_ = http.NewResponseController(w).Flush()
		}
	}
}

var costPages sync.Map // from path to body

func costPage(path string) []byte {
	if page, made := costPages.Load(path); made {
		return page.([]byte)
	}
	parts := strings.Split(path, "/")
	size, err := strconv.Atoi(parts[2])
	if err != nil {
		panic(err)
	}
	var out bytes.Buffer
	coding, _, _ := strings.Cut(parts[1], "-")
	w := map[string]io.WriteCloser{"plain": nopCloser{&out}, "gzip": gzip.NewWriter(&out), "br": brotli.NewWriterLevel(&out, 5)}[coding]
	if _, err := io.WriteString(w, costDocument(size<<10)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	costPages.Store(path, out.Bytes())
	return out.Bytes()
}

type nopCloser struct{ io.Writer }

func (nopCloser) Close() error { return nil }

// costDocument is a page of about size bytes, with a head like those of many
// apps: 20 tags in 2 KB, among them an inline script and a style.
func costDocument(size int) string {
	var doc strings.Builder
	doc.WriteString("<!DOCTYPE html>\n<html lang=\"en\" class=\"no-js\">\n<head>\n<meta charset=\"utf-8\">\n" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>Open tickets &middot; Desk</title>\n")
	for i, name := range []string{"description", "csrf-param", "csrf-token", "theme-color", "robots", "generator", "application-name"} {
		fmt.Fprintf(&doc, "<meta name=\"%s\" content=\"%x%s\">\n", name, i*7919, name)
	}
	for i, rel := range []string{"icon", "canonical", "manifest", "stylesheet", "stylesheet", "preload"} {
		fmt.Fprintf(&doc, "<link rel=\"%s\" href=\"/assets/%s-%08x.css\" media=\"all\" crossorigin>\n", rel, rel, i*2654435761)
	}
	doc.WriteString("<script>" + strings.Repeat("window.app=window.app||{};if(app.theme<2){document.documentElement.className='js'}\n", 5) + "</script>\n" +
		"<style>" + strings.Repeat(".nav > a:hover { color: #336; background: transparent }\n", 5) + "</style>\n" +
		"<script src=\"/assets/vendor.js\" defer></script>\n<script src=\"/assets/app.js\" defer></script>\n</head>\n<body>\n<main>\n")
	for i := 1; doc.Len() < size; i++ {
		n := uint32(i) * 2654435761 // spreads the words, so that the text is as hard to press as a page is
		fmt.Fprintf(&doc, "<tr id=\"t%d\"><td><a href=\"/tickets/%d\">Printer %x on floor %d</a></td><td>%s %x</td></tr>\n",
			i, n%100_000, n>>8, n%17, []string{"open", "waiting", "solved", "new"}[n>>30], n*40503)
	}
	doc.WriteString("</main>\n</body>\n</html>\n")
	return doc.String()
}
