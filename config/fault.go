package config

import (
	"fmt"
	"strings"
)

// Fault is one thing that is wrong in a file: where, what, and what to write instead.
type Fault struct {
	// File is the file's name as it was given.
	File string
	// Line and Column count from 1, a column being one character; both are 0 for a fault of the whole file.
	Line, Column int
	// Source is the offending line, without values that may be secret; empty where it cannot be told what is.
	Source string
	// Problem is the key and what is wrong with it.
	Problem string
	// Mend is what to do about it, such as "write 90s".
	Mend string
	// Key is the key that Problem begins with, as sites[0].host; empty where the fault is of no one key.
	Key string
}

// String is the fault as an operator reads it: the place and the problem, then
// the offending line and the mend, each indented on a line of its own.
func (f Fault) String() string {
	var b strings.Builder
	b.WriteString(f.File)
	if f.Line > 0 {
		fmt.Fprintf(&b, ":%d:%d", f.Line, f.Column)
	}
	b.WriteString(": " + f.Problem)
	for _, s := range []string{f.Source, f.Mend} {
		if s != "" {
			b.WriteString("\n    " + s)
		}
	}
	return b.String()
}

// Faults are all that is wrong in a file, in the file's order. It is the error
// that Load, Parse and Report.Err return.
type Faults []Fault

// Error implements error: every fault, one below the other.
func (fs Faults) Error() string {
	texts := make([]string, len(fs))
	for i, f := range fs {
		texts[i] = f.String()
	}
	return strings.Join(texts, "\n")
}

// FaultLines are the faults that an error of Load is made of, a line each, without
// the lines of the file that are at fault: in those there may be people. Any other
// error is one line.
func FaultLines(err error) []string {
	faults, ok := err.(Faults)
	if !ok {
		return []string{err.Error()}
	}
	lines := make([]string, len(faults))
	for i, f := range faults {
		lines[i] = fmt.Sprintf("%s:%d:%d: %s: %s", f.File, f.Line, f.Column, f.Problem, f.Mend)
	}
	return lines
}
