package config

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// hidden stands for what an excerpt does not show.
const hidden = "…"

// maxExcerpt is the longest excerpt, in characters.
const maxExcerpt = 120

// credentials finds the user name and password of a URL, and more rather than less.
var credentials = regexp.MustCompile(`//(\S*)@`)

// excerpts are a file's lines as they may be shown. Comments are never shown: a
// secret that was once tried is often still in one.
type excerpts struct {
	lines []string
	spans []span
	// starts are where the file's tokens begin, in order: what a token holds ends before the next one.
	starts []place
	// unsure is whether places may be wrong: nothing is shown then.
	unsure bool
}

// span is a part of the file to hide, or to cut when it is a comment: from one place up to another.
type span struct {
	from, to place
	comment  bool
}

func newExcerpts(src string) excerpts {
	return excerpts{lines: strings.Split(src, "\n")}
}

// hide hides what stands from one place to the end of the token that begins at another.
func (e *excerpts) hide(from, last place) {
	to := place{len(e.lines) + 1, 1}
	next, _ := slices.BinarySearchFunc(e.starts, place{last.line, last.column + 1}, place.compare)
	if next < len(e.starts) {
		to = e.starts[next]
	}
	e.spans = append(e.spans, span{from: from, to: to})
}

// cutComment leaves out the comment that begins at a place.
func (e *excerpts) cutComment(from place) {
	e.spans = append(e.spans, span{from: from, to: place{from.line + 1, 1}, comment: true})
}

// inside moves a place beyond the end of its line, or of the file, there: a value
// that is not written has its place behind what is. That of the whole file stays.
func (e *excerpts) inside(p place) place {
	if p.line == 0 {
		return p
	}
	p.line = min(p.line, len(e.lines))
	p.column = min(p.column, utf8.RuneCountInString(e.lines[p.line-1])+1)
	return p
}

// line returns the line of a place, as it may be shown.
func (e *excerpts) line(at place) string {
	number := at.line
	if e.unsure || number < 1 || number > len(e.lines) {
		return ""
	}
	text := []rune(e.lines[number-1])
	for _, s := range e.spans {
		from, to := 0, len(text)
		if s.from.line > number || s.to.line < number {
			continue
		}
		if s.from.line == number {
			from = min(max(s.from.column-1, 0), len(text))
		}
		if s.to.line == number {
			to = min(max(s.to.column-1, from), len(text))
		}
		blot(text[from:to], s.comment)
	}
	for _, m := range credentials.FindAllStringSubmatchIndex(e.lines[number-1], -1) {
		from := utf8.RuneCountInString(e.lines[number-1][:m[2]])
		blot(text[from:from+utf8.RuneCountInString(e.lines[number-1][m[2]:m[3]])], false)
	}
	// Of a long line the part around the place is shown.
	from := min(max(at.column-maxExcerpt/2, 0), max(len(text)-maxExcerpt, 0))
	to := min(from+maxExcerpt, len(text))
	head, tail := "", ""
	if from > 0 {
		head = hidden + " "
	}
	if to < len(text) {
		tail = " " + hidden
	}
	return head + show(text[from:to]) + tail
}

// blotted marks a character to hide; it is no character that a file can hold.
const blotted = rune(-2)

// blot marks the characters to hide, but for the white space after them; those of a comment are left out.
func blot(text []rune, comment bool) {
	end := len(text)
	for !comment && end > 0 && unicode.IsSpace(text[end-1]) {
		end--
	}
	for i := range end {
		text[i] = blotted
		if comment {
			text[i] = ' '
		}
	}
}

// show writes each run of hidden characters as one sign.
func show(text []rune) string {
	var b strings.Builder
	for i, c := range text {
		switch {
		case c != blotted:
			b.WriteRune(c)
		case i == 0 || text[i-1] != blotted:
			b.WriteString(hidden)
		}
	}
	return strings.TrimSpace(printable(b.String()))
}

// printable leaves out what a terminal would act on.
func printable(s string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case unicode.IsSpace(c):
			return ' '
		case unicode.IsPrint(c):
			return c
		}
		return unicode.ReplacementChar
	}, s)
}
