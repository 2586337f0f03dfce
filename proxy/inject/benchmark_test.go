package inject

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// benchmarkDocument is a page of about size bytes, with a head like those of
// many apps: 20 tags in 2 KB, among them an inline script and a style.
func benchmarkDocument(size int) []byte {
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
	return []byte(doc.String())
}

// inCoding is a document as apps send it in a coding, "" for none.
func inCoding(b *testing.B, coding string, doc []byte) []byte {
	b.Helper()
	var out bytes.Buffer
	var w io.WriteCloser
	switch coding {
	case "":
		return doc
	case "gzip":
		w = gzip.NewWriter(&out)
	case "br":
		w = brotli.NewWriterLevel(&out, 5)
	case "zstd":
		var err error
		if w, err = zstd.NewWriter(&out); err != nil {
			b.Fatal(err)
		}
	}
	if _, err := w.Write(doc); err != nil {
		b.Fatal(err)
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkInto is what the injector takes for a document, beside copying it.
// The size of what it sends is reported as a multiple of what the app sent.
func BenchmarkInto(b *testing.B) {
	for _, size := range []int{8 << 10, 100 << 10} {
		for _, coding := range []string{"", "gzip", "br", "zstd"} {
			for _, known := range []bool{true, false} {
				doc := inCoding(b, coding, benchmarkDocument(size))
				for _, injected := range []bool{false, true} {
					name := fmt.Sprintf("%dKB/%s/%s/%s", size>>10, either(coding != "", coding, "plain"),
						either(known, "length", "chunked"), either(injected, "injected", "copied"))
					b.Run(name, func(b *testing.B) { benchmarkInto(b, coding, doc, known, injected) })
				}
			}
		}
	}
}

// arrivalSize is how much of a body net/http has at a time: its buffers are as large.
const arrivalSize = 4 << 10

func benchmarkInto(b *testing.B, coding string, doc []byte, known, injected bool) {
	var out counter
	buffer := make([]byte, 32<<10) // as ReverseProxy reads
	b.ReportAllocs()
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		out = 0
		res, _ := answerOf("text/html; charset=utf-8", coding, -1, piecesOf(doc, arrivalSize)...)
		if known {
			res.ContentLength = int64(len(doc))
		}
		if injected {
			if err := Into(res, new(testEditor)); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := io.CopyBuffer(&out, res.Body, buffer); err != nil {
			b.Fatal(err)
		}
		if err := res.Body.Close(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(out)/float64(len(doc)), "sent/got")
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}

func either(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
