package config

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// FuzzParse: whatever the file, it is read and checked whole, or faulted: never
// without saying what is wrong, where in the file, and what to write instead;
// and no text of a secret that it refers to is said. A config without a fault is one.
func FuzzParse(f *testing.F) {
	files, err := filepath.Glob("testdata/faults/*.yaml")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range append(files, "../config.example.yaml") {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Add([]byte("users:\n  - &u { login: a, password: hunter2, groups: [a:b] }\n  - <<: *u\n    work: x\n"))
	file := filepath.Join(faultFiles(f), "ferngate.yaml")
	faultEnvironment(f)
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 16<<10 {
			t.Skip("more of the same")
		}
		// The fuzzer itself has no limit on the time of one input.
		hang := time.AfterFunc(10*time.Second, func() { panic(fmt.Sprintf("it hangs on %q", src)) })
		defer hang.Stop()
		c, warnings, err := Parse(file, src)
		faults, _ := err.(Faults)
		if (c == nil) != (err != nil) || (err != nil) != (len(faults) > 0) {
			t.Errorf("%v, %v", c, err)
		}
		checkSayings(t, string(src), slices.Concat(faults, warnings))

		r := Decode("fuzz.yaml", src, &people{})
		faults, _ = r.Err().(Faults)
		checkSayings(t, string(src), slices.Concat(faults, r.Warnings()))
	})
}

// checkSayings checks what each fault must be, whatever it is about.
func checkSayings(t *testing.T, src string, faults []Fault) {
	t.Helper()
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(strings.TrimPrefix(src, "\ufeff")), "\n")
	for _, fault := range faults {
		said := fault.String()
		if fault.Problem == "" || fault.Mend == "" || strings.Count(said, "\n") > 2 {
			t.Errorf("a fault is a problem, at most one line and a mend: %q", said)
		}
		switch {
		case fault.Line == 0 && fault.Column == 0: // of the whole file
		case fault.Line < 1 || fault.Column < 1 || fault.Line > len(lines):
			t.Errorf("%d:%d is no place in %q", fault.Line, fault.Column, src)
		case fault.Column > utf8.RuneCountInString(lines[fault.Line-1])+1:
			t.Errorf("%d:%d is beyond the end of the line in %q", fault.Line, fault.Column, src)
		}
		if strings.ContainsFunc(fault.Problem+fault.Mend+fault.Source, func(c rune) bool { return !unicode.IsPrint(c) }) {
			t.Errorf("a terminal would act on %q", said)
		}
		// The text of every secret that a file can refer to holds the word.
		if strings.Contains(said, "hunter") && !strings.Contains(src, "hunter") {
			t.Errorf("a secret is said: %q", said)
		}
	}
}

// FuzzExcerpts: whatever stands before and after a secret that was written out, no line shows it.
func FuzzExcerpts(f *testing.F) {
	for _, s := range []string{"x", "\"a\n b\"", "'it''s'", "[a,\n b]", "é\u0301", "\"\\u0041\\\n  b\"", "&a {b: c}", "x\n y", "x\r\n y", "\t x ", "\U0001f642", "? x"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, before, after string) {
		if strings.Contains(before+after, "hunter") {
			return // the secret's own text where a value is shown says nothing
		}
		for _, form := range []string{
			"{ a: %s, session: { keys: [hunter2] }, b: %s }",
			"a: %s\nsession:\n  keys:\n    - hunter2\nb: %s\n",
			"log: { level: %s, session: 1 }\nsession: { keys: { x: hunter2, y: %s }}",
			"log: { level: %s }\nsession: { keys: [ \"hunter2\" ], lifetime: %s }",
		} {
			r := Decode("fuzz.yaml", []byte(fmt.Sprintf(form, before, after)), &Config{})
			if r.stopped || !r.Has("session.keys") || len(r.broken) == 0 {
				continue
			}
			p := r.places["session.keys"]
			if !strings.Contains(strings.Join(r.excerpts.lines[p.line-1:min(p.line+1, len(r.excerpts.lines))], "\n"), "hunter2") {
				continue // the keys are other ones, and hunter2 a part of another value
			}
			for i := range r.excerpts.lines {
				if line := r.excerpts.line(place{i + 1, 1}); strings.Contains(line, "hunter2") {
					t.Errorf("%q: line %d is shown as %s", fmt.Sprintf(form, before, after), i+1, line)
				}
			}
		}
	})
}
