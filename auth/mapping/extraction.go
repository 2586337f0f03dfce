package mapping

import (
	"maps"
	"slices"
	"strings"

	"github.com/ferngate/ferngate/config"
)

// Extraction finds named values in documents. It may be used by many
// goroutines at once.
type Extraction struct {
	names  []string // in order
	places map[string][]config.Extractor
}

// NewExtraction finds what cfg names, by extractors of a valid config.
func NewExtraction(cfg map[string][]config.Extractor) *Extraction {
	return &Extraction{slices.Sorted(maps.Keys(cfg)), cfg}
}

// Finding is what came of looking for one value, as an operator is shown it.
type Finding struct {
	// Name is the value's name.
	Name string
	// Value is what was found, if Found.
	Value Value
	Found bool
	// Optional tells that the value may be missing.
	Optional bool
	// Source is the extractor that found it, such as "css input[name=login], value".
	Source string
	// Problem says for each extractor that was tried why it found nothing and
	// what is there instead. It names keys, elements, headers and titles, and
	// holds no value of a cookie or of an input.
	Problem string
}

// From looks for every value in d, puts those that are found into values, and
// returns what came of it, sorted by name.
func (e *Extraction) From(d *Document, values Values) []Finding {
	findings := make([]Finding, len(e.names))
	for i, name := range e.names {
		findings[i] = find(d, name, e.places[name])
		if findings[i].Found {
			values[name] = findings[i].Value
		}
	}
	return findings
}

// find tries the extractors of one value until one of them finds something.
func find(d *Document, name string, places []config.Extractor) Finding {
	f := Finding{Name: name}
	var problems []string
	for _, place := range places {
		f.Optional = f.Optional || place.Optional
		if f.Found {
			continue
		}
		value, problem := extract(d, place)
		if problem == "" {
			f.Found, f.Value, f.Source = true, value, sourceOf(place)
			continue
		}
		problems = append(problems, sourceOf(place)+": "+problem)
	}
	if !f.Found {
		f.Problem = strings.Join(problems, "; ")
	}
	return f
}

// extract is one extractor: the value that it finds, or why there is none.
func extract(d *Document, place config.Extractor) (v Value, problem string) {
	found, problem := look(d, place)
	if problem != "" {
		return Value{}, problem
	}
	v, problem = valueOf(found)
	if problem == "" && !place.Match.IsZero() {
		v, problem = matched(v, place.Match.Regexp)
	}
	if problem != "" {
		return Value{}, "the value " + problem
	}
	return v, ""
}

// look finds what is at an extractor's place: a string, or what parseJSON makes.
func look(d *Document, place config.Extractor) (found any, problem string) {
	switch {
	case !place.JSON.IsZero():
		return d.pointed(place.JSON)
	case !place.CSS.IsZero():
		return d.selected(place.CSS, place.Attr)
	case place.Header != "":
		return d.header(place.Header)
	case place.Cookie != "":
		return d.cookie(place.Cookie)
	case !place.Regex.IsZero():
		return d.matching(place.Regex.Regexp)
	}
	return nil, "it names no place to look at"
}

// sourceOf names an extractor as the config writes it.
func sourceOf(place config.Extractor) string {
	switch {
	case !place.JSON.IsZero():
		return "json " + place.JSON.String()
	case !place.CSS.IsZero() && place.Attr != "":
		return "css " + place.CSS.String() + ", " + place.Attr
	case !place.CSS.IsZero():
		return "css " + place.CSS.String()
	case place.Header != "":
		return "header " + place.Header
	case place.Cookie != "":
		return "cookie " + place.Cookie
	case !place.Regex.IsZero():
		return "regex " + place.Regex.String()
	}
	return "extractor"
}
