package proxy

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// BenchmarkPages is a page that a person opens, with the widget beside the same
// gateway without it: in each encoding, with its length and without.
func BenchmarkPages(b *testing.B) {
	app := httptest.NewServer(http.HandlerFunc(serveBenchmarkPage))
	defer app.Close()
	off := strings.Replace(widgetConfig, "    inject:\n", "    inject:\n      enabled: false\n", 1)
	for _, size := range []string{"8", "100"} {
		for _, form := range []string{"plain", "gzip", "br", "zstd"} {
			for _, framing := range []string{"length", "chunked"} {
				path := "/" + form + "/" + framing + "/" + size
				for _, g := range []struct{ name, config string }{{"not-injected", off}, {"injected", widgetConfig}} {
					b.Run(size+"KB/"+form+"/"+framing+"/"+g.name, func(b *testing.B) {
						gw, err := New(newGateway(b, withoutIdentityHeaders(g.config), app.URL).config(), nil, benchmarkLog())
						if err != nil {
							b.Fatal(err)
						}
						pageLoop(b, gw, path)
					})
				}
			}
		}
	}
}

// pageLoop opens a page again and again on a kept connection.
func pageLoop(b *testing.B, h http.Handler, path string) {
	server := httptest.NewServer(h)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close()
	request := "GET " + path + " HTTP/1.1\r\nHost: app.test\r\nUser-Agent: benchmark\r\nAccept: text/html\r\n" +
		"Accept-Encoding: gzip, deflate, br, zstd\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n"
	answers := bufio.NewReaderSize(conn, 32<<10)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := io.WriteString(conn, request); err != nil {
			b.Fatal(err)
		}
		res, err := http.ReadResponse(answers, nil)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.Copy(io.Discard, res.Body); err != nil || res.StatusCode != http.StatusOK {
			b.Fatal(res.Status, err)
		}
	}
}

// serveBenchmarkPage is the app of BenchmarkPages: /FORM/FRAMING/KB.
func serveBenchmarkPage(w http.ResponseWriter, r *http.Request) {
	parts := strings.Split(r.URL.Path, "/")
	body := benchmarkPages[parts[1]+"/"+parts[3]]
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	if parts[1] != "plain" {
		w.Header().Set("Content-Encoding", parts[1])
	}
	if parts[2] == "length" {
		w.Header().Set("Content-Length", strconv.Itoa(len(body)))
		_, _ = w.Write(body)
		return
	}
	for piece := range slices.Chunk(body, 8<<10) {
		_, _ = w.Write(piece)
		_ = http.NewResponseController(w).Flush()
	}
}

// benchmarkPages are the pages by form and size.
var benchmarkPages = func() map[string][]byte {
	pages := map[string][]byte{}
	for _, size := range []int{8, 100} {
		doc := benchmarkPage(size << 10)
		for _, form := range []string{"plain", "gzip", "br", "zstd"} {
			pages[form+"/"+strconv.Itoa(size)] = inForm(form, doc)
		}
	}
	return pages
}()

// inForm is a page as apps send it.
func inForm(form, doc string) []byte {
	var out bytes.Buffer
	var w io.WriteCloser
	var err error
	switch form {
	case "plain":
		return []byte(doc)
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriterLevel(&out, 5)
	case "zstd":
		w, err = zstd.NewWriter(&out)
	}
	if err == nil {
		_, err = io.WriteString(w, doc)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return out.Bytes()
}

// benchmarkPage is a page of about size bytes, with a head like those of many
// apps: 20 tags in 2 KB, among them an inline script and a style.
func benchmarkPage(size int) string {
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
