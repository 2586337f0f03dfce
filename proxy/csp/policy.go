package csp

import (
	"strings"
)

// whitespace is what separates the words of a policy.
const whitespace = " \t\n\f\r"

// policy is one serialized policy in its parts between the semicolons, so that
// a part that is not extended stays as it came.
type policy struct {
	text  string // as it came
	kind  kind
	parts []directive
	added []string // directives that are new
}

// directive is one part of a policy: before + value + after is its text.
type directive struct {
	before, value, after string
	name                 string // in lower case; "" in an empty part
}

func parsePolicy(text string, k kind) *policy {
	p := &policy{text: text, kind: k}
	for part := range strings.SplitSeq(text, ";") {
		start := len(part) - len(strings.TrimLeft(part, whitespace))
		end := len(strings.TrimRight(part, whitespace))
		if end < start {
			start, end = len(part), len(part) // nothing but white space
		}
		nameEnd := end
		if n := strings.IndexAny(part[start:end], whitespace); n >= 0 {
			nameEnd = start + n
		}
		valueStart := end - len(strings.TrimLeft(part[nameEnd:end], whitespace))
		p.parts = append(p.parts, directive{
			before: part[:valueStart],
			value:  part[valueStart:end],
			after:  part[end:],
			name:   strings.ToLower(part[start:nameEnd]),
		})
	}
	return p
}

// find returns the directive of a name, or nil. Where there are several the
// first one counts.
func (p *policy) find(name string) *directive {
	for i := range p.parts {
		if p.parts[i].name == name {
			return &p.parts[i]
		}
	}
	return nil
}

// String is the policy's text.
func (p *policy) String() string {
	var b strings.Builder
	for i, d := range p.parts {
		if i > 0 {
			b.WriteByte(';')
		}
		b.WriteString(d.before)
		b.WriteString(d.value)
		b.WriteString(d.after)
	}
	if len(p.added) == 0 {
		return b.String()
	}
	text := b.String()
	end := len(strings.TrimRight(text, whitespace))
	separator := "; "
	if strings.HasSuffix(text[:end], ";") {
		separator = " "
	}
	return text[:end] + separator + strings.Join(p.added, "; ") + text[end:]
}

func joinPolicies(ps []*policy) string {
	texts := make([]string, len(ps))
	for i, p := range ps {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}

// list is the source expressions of a directive's value.
func list(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return strings.ContainsRune(whitespace, r) })
}

// contains reports whether a list has a word, in any case.
func contains(list []string, word string) bool {
	for _, w := range list {
		if strings.EqualFold(w, word) {
			return true
		}
	}
	return false
}

// add appends source expressions to a directive's value. 'none' goes, since it
// means nothing beside others.
func add(value string, sources []string) string {
	words := list(value)
	if !contains(words, "'none'") {
		if value == "" {
			return strings.Join(sources, " ")
		}
		return value + " " + strings.Join(sources, " ")
	}
	var kept []string
	for _, w := range words {
		if !strings.EqualFold(w, "'none'") {
			kept = append(kept, w)
		}
	}
	return strings.Join(append(kept, sources...), " ")
}

// set gives a directive a value, which it may have had none of.
func (d *directive) set(value string) {
	if d.value == "" {
		d.before += " "
	}
	d.value = value
}
