package mapping

import (
	"strings"
	"testing"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/unicode"
)

func TestPagesAreReadInTheirCharset(t *testing.T) {
	const page = `<html><head>META</head><body><b>Zoë 日本</b></body></html>`
	latin := func(s string) string {
		return must(charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(s, " 日本", "")))
	}
	utf16 := func(order unicode.Endianness, mark unicode.BOMPolicy) string {
		return must(unicode.UTF16(order, mark).NewEncoder().String(page))
	}
	with := func(meta string) string { return strings.Replace(page, "META", meta, 1) }
	filler := "<!--" + strings.Repeat("x", 2000) + "-->"
	for name, c := range map[string]struct{ contentType, body, want string }{
		"UTF-8 by its type":             {"text/html; charset=utf-8", page, "Zoë 日本"},
		"UTF-8 by <meta>":               {"text/html", with(`<meta charset=utf-8>`), "Zoë 日本"},
		"UTF-8 that says nothing":       {"text/html", page, "Zoë 日本"},
		"UTF-8 that shows late":         {"text/html", with(filler), "Zoë 日本"},
		"UTF-8 by its mark":             {"text/html; charset=iso-8859-1", "\ufeff" + page, "Zoë 日本"},
		"Latin-1 by its type":           {"text/html; charset=ISO-8859-1", latin(page), "Zoë"},
		"Latin-1 by <meta>":             {"text/html", latin(with(`<meta http-equiv=Content-Type content="text/html; charset=iso-8859-1">`)), "Zoë"},
		"Latin-1 that says nothing":     {"text/html", latin(page), "Zoë"},
		"Latin-1, quoted":               {`text/html; charset="latin1"`, latin(page), "Zoë"},
		"the type goes before <meta>":   {"text/html; charset=utf-8", with(`<meta charset=iso-8859-1>`), "Zoë 日本"},
		"<meta> goes before a guess":    {"text/html", strings.ReplaceAll(with(`<meta charset=iso-8859-1>`), " 日本", ""), "ZoÃ«"},
		"UTF-16 by its mark":            {"text/html", utf16(unicode.LittleEndian, unicode.UseBOM), "Zoë 日本"},
		"UTF-16 by its mark, big end":   {"text/html", utf16(unicode.BigEndian, unicode.UseBOM), "Zoë 日本"},
		"UTF-16 by its type":            {"text/html; charset=utf-16le", utf16(unicode.LittleEndian, unicode.IgnoreBOM), "Zoë 日本"},
		"Shift JIS":                     {"text/html; charset=Shift_JIS", must(japanese.ShiftJIS.NewEncoder().String("<b>日本</b>")), "日本"},
		"a charset that does not exist": {"text/html; charset=klingon", page, "Zoë 日本"},
		"XHTML":                         {"application/xhtml+xml; charset=iso-8859-1", latin(page), "Zoë"},
		"no type at all":                {"", page, "Zoë 日本"},
	} {
		d := documentOf(t, 200, c.body, "Content-Type", c.contentType)
		if got := shown(findIn(d, css("b", ""))); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestJSONIsUTF8WhateverItsTypeSays(t *testing.T) {
	for _, contentType := range []string{"application/json", "application/json; charset=iso-8859-1", "application/problem+json; charset=utf-16", "text/json; charset=latin1"} {
		for _, mark := range []string{"", "\ufeff"} {
			d := documentOf(t, 200, mark+`{"name":"Zoë"}`, "Content-Type", contentType)
			if got := shown(findIn(d, pointer("/name"))); got != "Zoë" {
				t.Errorf("%s: got %q", contentType, got)
			}
		}
	}
}

// What is invalid must not become the one character that stands for it: two ids could become one.
func TestInvalidTextsAreNoValues(t *testing.T) {
	for name, got := range map[string]Finding{
		"JSON":   findIn(jsonOf(t, "{\"id\":\"a\xff\"}"), pointer("/id")),
		"HTML":   findIn(pageOf(t, "<b>a\xff</b>"), css("b", "")),
		"regex":  findIn(pageOf(t, "id: a\xff."), regex(`id: ([^.]+)`)),
		"header": findIn(documentOf(t, 200, "", "X-User", "a\xff"), header("X-User")),
	} {
		if got.Found || !strings.Contains(got.Problem, "not valid UTF-8") {
			t.Errorf("%s: %q", name, shown(got))
		}
	}
}
