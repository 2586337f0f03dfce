package inject

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// document is one of the corpus. Where its text has {{widget}} the element
// goes; {{policy:OLD=>NEW}} is the value of an attribute, quotes included, that
// is OLD before and says NEW afterwards, however that is written.
type document struct {
	name, contentType string
	text              []byte
	outcome           string
}

// TestDocuments is the golden corpus: testdata/documents.txt says what becomes
// of each document and why.
func TestDocuments(t *testing.T) {
	testDocuments(t, storedDocuments(t))
}

// TestBuiltDocuments are those too large, or too particular, for files.
func TestBuiltDocuments(t *testing.T) {
	testDocuments(t, builtDocuments())
}

func testDocuments(t *testing.T, documents []document) {
	element, outcome := injectDocument(t, []byte("<head>"), "text/html", 0)
	element, ok := bytes.CutPrefix(element, []byte("<head>"))
	if !ok || outcome != "injected" || !bytes.HasPrefix(element, []byte("<script ")) || !bytes.HasSuffix(element, []byte("></script>")) {
		t.Fatalf("a bare head: %s, %q", outcome, element)
	}
	for _, d := range documents {
		t.Run(d.name, func(t *testing.T) {
			parts := d.parts(t)
			input := inputOf(parts)
			check := func(how string, out []byte, outcome string) {
				t.Helper()
				if outcome != d.outcome {
					t.Fatalf("%s: %s, want %s\nout: %.600q", how, outcome, d.outcome, out)
				}
				if err := matches(parts, out, element); err != nil {
					t.Fatalf("%s: %v\nout: %.600q", how, err, out)
				}
			}
			sizes := []int{0, 1, 2, 3, 7, 16, 64}
			switch {
			case len(input) > 1<<18:
				sizes = []int{0, 1000, 1 << 16}
			case len(input) > 8<<10:
				sizes = []int{0, 7, 64, 1000, 4 << 10}
			}
			for _, size := range sizes {
				out, outcome := injectDocument(t, input, d.contentType, size)
				check(fmt.Sprintf("in pieces of %d", size), out, outcome)
			}
			if len(input) > 2<<10 {
				return
			}
			for i := range input {
				out, outcome := injectPieces(t, [][]byte{input[:i], input[i:]}, d.contentType)
				check(fmt.Sprintf("cut at %d", i), out, outcome)
			}
		})
	}
}

// part is a piece of a document: bytes that stay, the place of the element, or
// the value of an attribute that is changed.
type part struct {
	stays     []byte
	element   bool
	old, says string
}

// parts takes a document apart at its marks.
func (d document) parts(t *testing.T) []part {
	t.Helper()
	if n := bytes.Count(d.text, []byte("{{widget}}")); n > 1 || (n == 1) != (d.outcome == "injected") {
		t.Fatalf("%d marks of the element in a document that is %s", n, d.outcome)
	}
	var parts []part
	rest := d.text
	for {
		stays, after, ok := bytes.Cut(rest, []byte("{{"))
		parts = append(parts, part{stays: stays})
		if !ok {
			return parts
		}
		mark, after, ok := bytes.Cut(after, []byte("}}"))
		policy, isPolicy := strings.CutPrefix(string(mark), "policy:")
		old, says, isChange := strings.Cut(policy, "=>")
		switch {
		case ok && string(mark) == "widget":
			parts = append(parts, part{element: true})
		case ok && isPolicy && isChange:
			parts = append(parts, part{old: old, says: says})
		default:
			t.Fatalf("no mark: %q", mark)
		}
		rest = after
	}
}

// inputOf is the document as the app sends it.
func inputOf(parts []part) []byte {
	var input []byte
	for _, p := range parts {
		input = append(append(input, p.stays...), p.old...)
	}
	return input
}

// matches compares what was sent with what should have been. That every byte
// between element and policies stayed is part of it: without them it is the input.
func matches(parts []part, out, element []byte) error {
	for i, p := range parts {
		switch {
		case p.element:
			after, ok := bytes.CutPrefix(out, element)
			if !ok {
				return fmt.Errorf("no element where it should be, before %.80q", out)
			}
			out = after
		case p.old != "":
			next := parts[i+1].stays
			end := bytes.Index(out, next)
			if end < 0 {
				return fmt.Errorf("after a policy there is no %.80q in %.200q", next, out)
			}
			if got, ok := valueOf(out[:end]); !ok || got != p.says {
				return fmt.Errorf("a policy is written %q, which says %q, want %q", out[:end], got, p.says)
			}
			out = out[end:]
		default:
			after, ok := bytes.CutPrefix(out, p.stays)
			if !ok {
				return fmt.Errorf("part %d: got %.200q, want %.200q", i, out, p.stays)
			}
			out = after
		}
	}
	if len(out) > 0 {
		return fmt.Errorf("after the end there is %.200q", out)
	}
	return nil
}

// valueOf is what an attribute's value says, quotes and all, if it is one value.
func valueOf(written []byte) (string, bool) {
	tokens := html.NewTokenizer(bytes.NewReader(fmt.Appendf(nil, "<meta content=%s>", written)))
	tokens.Next()
	tag := tokens.Token()
	whole := tokens.Next() == html.ErrorToken
	return tag.Attr[0].Val, whole && len(tag.Attr) == 1
}

// storedDocuments are those of testdata/documents, as testdata/documents.txt names them.
func storedDocuments(t *testing.T) []document {
	t.Helper()
	index, err := os.ReadFile("testdata/documents.txt")
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir("testdata/documents")
	if err != nil {
		t.Fatal(err)
	}
	var documents []document
	for line := range strings.Lines(string(index)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		name, rest, _ := strings.Cut(line, ": ")
		outcome, why, _ := strings.Cut(rest, ": ")
		text, err := os.ReadFile(filepath.Join("testdata/documents", name))
		if err != nil || why == "" {
			t.Fatalf("documents.txt: %q: no document, or no reason: %v", line, err)
		}
		contentType := "text/html"
		if filepath.Ext(name) == ".xhtml" {
			contentType = "application/xhtml+xml"
		}
		documents = append(documents, document{name, contentType, text, outcome})
	}
	if len(documents) != len(files) {
		t.Fatalf("%d files and %d lines of documents.txt", len(files), len(documents))
	}
	return documents
}

// builtDocuments are made here. What lies beyond the first 16 KiB is not seen,
// but for policies.
func builtDocuments() []document {
	const (
		page   = "<!doctype html><html><head>{{widget}}<title>A page</title></head><body>Text.</body></html>"
		plain  = "<!doctype html><html><head><title>A page</title></head><body>Text.</body></html>"
		policy = `<meta http-equiv="Content-Security-Policy" content={{policy:"script-src 'self'"=>script-src https://static.ferndesk.com 'self'}}>`
		// One behind a token that is not held back whole stays as it is.
		latePolicy = `<meta http-equiv="Content-Security-Policy" content="script-src 'self'">`
		// In ISO-2022-JP the bytes --> may be the halves of other signs: only
		// a browser knows that the comment goes on.
		japanese = "<!doctype html><!-- \x1b$B!!-->!\x1b(B --><html><head><title>A page</title></head></html>"
	)
	long := func(text string, size int) string { return strings.Repeat(text, size/len(text)+1) }
	noise := make([]byte, 64<<10)
	random := rand.New(rand.NewPCG(4, 4))
	for i := range noise {
		noise[i] = byte(random.Uint32())
	}
	noise = bytes.ReplaceAll(noise, []byte("{"), []byte("<")) // no marks
	rows := []struct{ name, contentType, text, outcome string }{
		{"10 MB of head", "text/html", "<!doctype html><html><head>{{widget}}" + long("<meta name=a content=b>\n", 10<<20), "injected"},
		{"10 MB of script", "text/html", "<!doctype html><html><head>{{widget}}<script>" + long("var a = '<head>';\n", 10<<20), "injected"},
		{"2 MB of NUL", "text/html", "<html><head>{{widget}}" + long("\x00", 2<<20), "injected"},
		{"2 MB of one attribute", "text/html", `<html><head>{{widget}}<link title="` + long("a > b ", 2<<20), "injected"},
		{"2 MB of comment", "text/html", "<html><head>{{widget}}<!--" + long("- > ", 2<<20), "injected"},
		{"deep", "text/html", "<!doctype html>{{widget}}" + long("<div>", 1<<20), "injected"},
		{"noise in the body", "text/html", page + string(noise), "injected"},
		{"noise", "text/html", "a" + string(noise), "no-document"},
		{"10 MB of text", "text/html", long("Text. ", 10<<20), "no-document"},

		{"15 KiB of comment", "text/html", "<!--" + long(" a", 15<<10) + "-->" + page, "injected"},
		{"15 KiB of blanks", "text/html", long(" \r\n", 15<<10) + page, "injected"},
		{"15 KiB of html", "text/html", `<html title="` + long(">", 15<<10) + `"><head>{{widget}}</head></html>`, "injected"},
		{"5000 attributes", "text/html", "<html><head" + long(" a", 10000) + ">{{widget}}</head></html>", "injected"},
		{"20 KiB of comment", "text/html", "<!--" + long(" a", 20<<10) + "-->" + plain, "no-place"},
		{"20 KiB of comments", "text/html", long("<!-- a -->\n", 20<<10) + plain, "no-place"},
		{"20 KiB of blanks", "text/html", long(" \r\n", 20<<10) + plain, "no-place"},
		{"20 KiB of comments after the doctype", "text/html", "<!doctype html>" + long("<!-- a -->\n", 20<<10) + plain, "no-place"},
		{"20 KiB of blanks after html", "text/html", "<html>" + long("\n", 20<<10) + "<head></head>", "no-place"},
		{"20 KiB of instruction", "text/html", "<?" + long("php ", 20<<10) + "?>" + plain, "no-place"},
		{"17 KiB of html", "text/html", `<html title="` + long(">", 17<<10) + `"><head></head></html>`, "no-place"},
		{"17 KiB of head", "text/html", "<html><head" + long(" a", 17<<10) + "></head></html>", "no-place"},
		{"17 KiB of doctype", "text/html", "<!doctype html" + long(" a", 17<<10) + "><html><head></head></html>", "no-place"},
		{"17 KiB of body", "text/html", "<html><body" + long(" a", 17<<10) + "></body></html>", "no-place"},

		{"late policy after 20 KiB of style", "text/html", "<html><head>{{widget}}<style>" + long("p {} ", 20<<10) + "</style>" + latePolicy + "<title>A page</title></head>", "injected"},
		{"policy after 20 KiB of links", "text/html", "<html><head>{{widget}}" + long("<link rel=a>\n", 20<<10) + policy + "<title>A page</title></head>", "injected"},
		{"late policy after 20 KiB of comment", "text/html", "<html><head>{{widget}}<!--" + long(" >", 20<<10) + "-->" + latePolicy + "<title>A page</title></head>", "injected"},
		{"policy across 16 KiB", "text/html", "<html><head>{{widget}}<!--" + long("a", 16<<10-90) + "-->" + policy + "<title>A page</title></head>", "injected"},
		{"policy of 8 KiB", "text/html", `<html><head>{{widget}}<meta http-equiv="Content-Security-Policy" content={{policy:"script-src` + long(" https://a.example", 8<<10) +
			`"=>script-src https://static.ferndesk.com` + long(" https://a.example", 8<<10) + "}}><title>A page</title></head>", "injected"},
		{"no policy after 20 KiB of body", "text/html", "<html><head>{{widget}}</head><body>" + long("<p>", 20<<10) + latePolicy, "injected"},
		{"opted out after 20 KiB", "text/html", "<html><head>{{widget}}<style>" + long("p {} ", 20<<10) + `</style><meta name="ferngate" content="off"></head>`, "injected"},
		{"opted out after 15 KiB", "text/html", "<html><head><style>" + long("p {} ", 15<<10) + `</style><meta name="ferngate" content="off"></head>`, "opted-out"},
		{"SDK after 20 KiB", "text/html", "<html><head>{{widget}}</head><body>" + long("<p>", 20<<10) + `<script id="ferndesk-sdk"></script></body>`, "injected"},
		{"SDK after 15 KiB", "text/html", "<html><head>" + long("<link rel=a>\n", 15<<10) + `<script id="ferndesk-sdk"></script></head>`, "own-sdk"},
		{"frameset after 20 KiB", "text/html", "<html><head>{{widget}}<script>" + long("a() ", 20<<10) + "</script></head><frameset></frameset></html>", "injected"},
		{"frameset after 15 KiB", "text/html", "<html><head><script>" + long("a() ", 15<<10) + "</script></head><frameset></frameset></html>", "frameset"},

		{"said to be UTF-8", "text/html; charset=utf-8", page, "injected"},
		{"said to be UTF-8 in quotes", `Text/HTML;Charset="UTF-8"`, page, "injected"},
		{"said to be ISO-8859-1", "text/html;charset=iso-8859-1", "<html title=\xe9><head>{{widget}}</head></html>", "injected"},
		{"said to be Windows-1252", "text/html; charset=cp1252", "<html title=\x80><head>{{widget}}</head></html>", "injected"},
		{"said to be Shift_JIS", "text/html; charset=Shift_JIS", "<html title=\x83\x5c><head>{{widget}}</head></html>", "injected"},
		{"said to be something", "text/html; charset=potato", page, "injected"},
		{"said to be UTF-16", "text/html; charset=utf-16", "<\x00h\x00t\x00m\x00l\x00>\x00<\x00h\x00e\x00a\x00d\x00>\x00", "charset"},
		{"said to be UTF-16 and ASCII", "text/html; charset=UTF-16LE", plain, "charset"},
		{"said to be UTF-16, the other way round", `text/html; charset="utf-16be"`, "\x00<\x00h\x00t\x00m\x00l\x00>", "charset"},
		{"said to be UCS-2", "text/html; charset=ucs-2", plain, "charset"},
		{"said to be ISO-2022-JP", "text/html; charset=iso-2022-jp", japanese, "charset"},
		{"said to be UTF-16, marked as UTF-8", "text/html; charset=utf-16", "\ufeff" + page, "injected"},
		{"said to be UTF-8, marked as UTF-16", "text/html; charset=utf-8", "\xff\xfe<\x00h\x00t\x00m\x00l\x00>\x00", "charset"},
		{"XHTML in UTF-8", "application/xhtml+xml; charset=utf-8", `<html xmlns="http://www.w3.org/1999/xhtml"><head>{{widget}}<title>A page</title></head></html>`, "injected"},
		{"XHTML in UTF-16", "application/xhtml+xml", "\xfe\xff\x00<\x00h\x00t\x00m\x00l\x00>", "charset"},
	}
	var documents []document
	for _, r := range rows {
		documents = append(documents, document{r.name, r.contentType, []byte(r.text), r.outcome})
	}
	return documents
}
