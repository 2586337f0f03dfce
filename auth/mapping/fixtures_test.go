package mapping

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// must is for texts of the tests themselves.
func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func pointer(text string) config.Extractor {
	return config.Extractor{JSON: must(config.ParsePointer(text))}
}

// css selects an element, and its attribute unless attr is empty.
func css(text, attr string) config.Extractor {
	return config.Extractor{CSS: must(config.ParseSelector(text)), Attr: attr}
}

func regex(text string) config.Extractor {
	return config.Extractor{Regex: must(config.ParsePattern(text))}
}

func header(name string) config.Extractor { return config.Extractor{Header: name} }

func cookie(name string) config.Extractor { return config.Extractor{Cookie: name} }

// matching is an extractor with a match.
func matching(e config.Extractor, text string) config.Extractor {
	e.Match = must(config.ParsePattern(text))
	return e
}

// template is a template; of an empty text, the absent one.
func template(text string) config.Template {
	if text == "" {
		return config.Template{}
	}
	return must(config.ParseTemplate(text))
}

// responseOf is an answer with headers of alternating names and values.
func responseOf(status int, body string, nameAndValue ...string) *http.Response {
	h := http.Header{}
	for i := 0; i < len(nameAndValue); i += 2 {
		h.Add(nameAndValue[i], nameAndValue[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// documentOf is such an answer, read.
func documentOf(t testing.TB, status int, body string, nameAndValue ...string) *Document {
	t.Helper()
	d, err := Read(responseOf(status, body, nameAndValue...))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func jsonOf(t testing.TB, body string) *Document {
	t.Helper()
	return documentOf(t, 200, body, "Content-Type", "application/json")
}

func pageOf(t testing.TB, body string) *Document {
	t.Helper()
	return documentOf(t, 200, body, "Content-Type", "text/html; charset=utf-8")
}

// findIn looks for one value.
func findIn(d *Document, places ...config.Extractor) Finding {
	return NewExtraction(map[string][]config.Extractor{"v": places}).From(d, Values{})[0]
}

// shown is what a finding comes to, in one line: the text, the list in brackets, or the problem after a -.
func shown(f Finding) string {
	switch {
	case !f.Found:
		return "- " + f.Problem
	case f.Value.IsList:
		return "[" + strings.Join(f.Value.List, "|") + "]"
	}
	return f.Value.Text
}

// texts makes values of alternating names and texts.
func texts(nameAndText ...string) Values {
	values := Values{}
	for i := 0; i < len(nameAndText); i += 2 {
		values[nameAndText[i]] = Value{Text: nameAndText[i+1]}
	}
	return values
}

// compressed is a text as a writer leaves it.
func compressed(text string, wrap func(io.Writer) io.WriteCloser) string {
	var b bytes.Buffer
	w := wrap(&b)
	must(io.WriteString(w, text))
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}
