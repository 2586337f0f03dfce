// Package explain shows an operator, step by step, how ferngate finds out who is
// signed in to an app: what was asked, what came back, what each extractor made
// of it. Secrets are masked, and nothing that came from the app reaches the
// terminal as it is.
package explain

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// width is how long lines become, in characters, where they can be broken.
const width = 96

// Report is written section by section, as plain text.
type Report struct {
	out   *bufio.Writer
	begun bool
}

// NewReport writes a report to w, by the end of which Flush is called.
func NewReport(w io.Writer) *Report { return &Report{out: bufio.NewWriter(w)} }

// Flush writes what is still held back. The error is the first of all writing.
func (r *Report) Flush() error {
	if err := r.out.Flush(); err != nil {
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}

// section begins a new part of the report.
func (r *Report) section(format string, args ...any) {
	if r.begun {
		r.out.WriteByte('\n')
	}
	r.begun = true
	r.text("", "", format, args...)
}

// line writes one line of a section.
func (r *Report) line(format string, args ...any) { r.text("  ", "      ", format, args...) }

// note writes what somebody should do something about.
func (r *Report) note(format string, args ...any) {
	r.text("  Note: ", "        ", format, args...)
}

// text writes a text in lines of at most width where spaces allow it: after
// first, and the further ones after rest. It is the only way to the output, so
// that nothing reaches a terminal that could steer it.
func (r *Report) text(first, rest, format string, args ...any) {
	line := first
	length := utf8.RuneCountInString(first)
	fresh := true
	for word := range strings.SplitSeq(Visible(fmt.Sprintf(format, args...)), " ") {
		n := utf8.RuneCountInString(word)
		switch {
		case fresh:
		case length+1+n > width:
			fmt.Fprintln(r.out, strings.TrimRight(line, " "))
			line, length = rest, utf8.RuneCountInString(rest)
		default:
			line, length = line+" ", length+1
		}
		fresh = false
		line, length = line+word, length+n
	}
	fmt.Fprintln(r.out, strings.TrimRight(line, " "))
}

// Visible writes control characters, line breaks, what turns the direction of
// writing and what is no UTF-8 as Go's escapes do: \x1b, \u202e.
func Visible(s string) string {
	var b strings.Builder
	for i, c := range s {
		switch {
		case c == utf8.RuneError && !strings.HasPrefix(s[i:], "\ufffd"):
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case unicode.IsPrint(c):
			b.WriteRune(c)
		default:
			escaped := strconv.QuoteRuneToASCII(c)
			b.WriteString(escaped[1 : len(escaped)-1])
		}
	}
	return b.String()
}
