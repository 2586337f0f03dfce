package visit

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// form is one of a page's, with the fields that a browser would send.
type form struct {
	method  string // in lower case
	action  string // as written
	enctype string // in lower case
	fields  []field
}

// field is one input. Its kind is the type attribute, "select" or "submit".
type field struct{ kind, name, value string }

// readForms reads the forms of a page, and the address that <base> says its
// links start from. It takes the page tag by tag: that is bounded by the page's
// length, which a tree of it would not be.
func readForms(page []byte) (forms []form, base string) {
	r := formReader{}
	for z := html.NewTokenizer(bytes.NewReader(page)); ; {
		switch z.Next() {
		case html.ErrorToken:
			return r.forms, r.base
		case html.StartTagToken, html.SelfClosingTagToken:
			r.start(z.Token())
		case html.EndTagToken:
			r.end(z.Token())
		}
	}
}

type formReader struct {
	forms  []form
	base   string
	inside bool   // a form
	list   *field // the open select's
	chosen bool   // whether list has a value
}

func (r *formReader) start(t html.Token) {
	a := attributes(t)
	switch t.DataAtom {
	case atom.Base:
		if r.base == "" {
			r.base = a["href"]
		}
	case atom.Form:
		if r.inside {
			return // forms do not nest: the inner tag is nothing
		}
		r.inside = true
		r.forms = append(r.forms, form{method: strings.ToLower(a["method"]), action: a["action"], enctype: strings.ToLower(a["enctype"])})
	case atom.Input:
		r.input(a)
	case atom.Button:
		if kind := strings.ToLower(a["type"]); kind == "" || kind == "submit" {
			r.add(a, "submit", a["value"])
		}
	case atom.Select:
		r.list, r.chosen = r.add(a, "select", ""), false
	case atom.Option:
		r.option(a)
	}
}

func (r *formReader) end(t html.Token) {
	switch t.DataAtom {
	case atom.Form:
		r.inside = false
	case atom.Select:
		r.list = nil
	}
}

// input adds an input's field, unless a browser would not send it.
func (r *formReader) input(a map[string]string) {
	kind := strings.ToLower(a["type"])
	_, checked := a["checked"]
	value, valued := a["value"]
	switch kind {
	case "checkbox", "radio":
		if !checked {
			return
		}
		if !valued {
			value = "on"
		}
	case "button", "reset", "image", "file":
		return
	}
	r.add(a, kind, value)
}

// option gives the open select the value of its selected option, or of its first.
func (r *formReader) option(a map[string]string) {
	_, selected := a["selected"]
	if r.list != nil && (selected || !r.chosen) {
		r.list.value, r.chosen = a["value"], true
	}
}

// add adds a field to the open form, and returns it; nil if there is none that takes it.
func (r *formReader) add(a map[string]string, kind, value string) *field {
	if _, disabled := a["disabled"]; disabled || !r.inside {
		return nil
	}
	f := &r.forms[len(r.forms)-1]
	f.fields = append(f.fields, field{kind, a["name"], value})
	return &f.fields[len(f.fields)-1]
}

// attributes are those of a tag; of two with one name the first counts.
func attributes(t html.Token) map[string]string {
	a := make(map[string]string, len(t.Attr))
	for _, attr := range slices.Backward(t.Attr) {
		a[attr.Key] = attr.Val
	}
	return a
}

// passwords is how many fields of the form are for passwords.
func (f form) passwords() int {
	n := 0
	for _, field := range f.fields {
		if field.kind == "password" && field.name != "" {
			n++
		}
	}
	return n
}

// describe names a page's forms and their fields, and no value of them.
func describe(forms []form) string {
	if len(forms) == 0 {
		return "it has no forms"
	}
	var all []string
	for _, f := range forms {
		var names []string
		for _, field := range f.fields {
			if field.name != "" {
				names = append(names, field.name)
			}
		}
		action, _, _ := strings.Cut(f.action, "?")
		said := fmt.Sprintf("one to %q", action)
		if len(names) > 0 {
			said += " with " + strings.Join(names, ", ")
		}
		all = append(all, said)
	}
	return "it has forms: " + strings.Join(all, "; ")
}
