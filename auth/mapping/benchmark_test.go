package mapping

import (
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// BenchmarkHTML is reading three values from a page of 30 KB.
func BenchmarkHTML(b *testing.B) {
	const row = `<tr class="issue"><td class="id"><a href="/issues/1">1</a></td><td><b>Bug</b></td><td>An issue &amp; its subject</td></tr>` + "\n"
	page := strings.Replace(profile, "<p></p>", "<table>"+strings.Repeat(row, 30_000/len(row))+"</table>", 1)
	benchmark(b, page, "text/html; charset=utf-8", map[string][]config.Extractor{
		"login": {css("input[name=login]", "value")}, "email": {css("input[name=email]", "value")}, "name": {css("#user", "")},
	})
}

// BenchmarkJSON is reading four values from an answer of 1 KB.
func BenchmarkJSON(b *testing.B) {
	body := `{"data":{"user":{"id":1017,"login":"alice","email":"alice@example.com","groups":["staff","editors"],"about":"` + strings.Repeat("x", 850) + `"}}}`
	benchmark(b, body, "application/json", map[string][]config.Extractor{
		"id": {pointer("/data/user/id")}, "login": {pointer("/data/user/login")}, "email": {pointer("/data/user/email")}, "groups": {pointer("/data/user/groups")},
	})
}

func benchmark(b *testing.B, body, contentType string, cfg map[string][]config.Extractor) {
	e := NewExtraction(cfg)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		values := Values{}
		e.From(documentOf(b, 200, body, "Content-Type", contentType), values)
		if len(values) != len(cfg) {
			b.Fatalf("found %v", values)
		}
	}
}
