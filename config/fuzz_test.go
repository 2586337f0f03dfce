package config

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// FuzzDecode: whatever the file, it is read or faulted, and every fault has its one source line.
func FuzzDecode(f *testing.F) {
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
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 16<<10 {
			t.Skip("more of the same")
		}
		// The fuzzer itself has no limit on the time of one input.
		hang := time.AfterFunc(10*time.Second, func() { panic(fmt.Sprintf("Decode hangs on %q", src)) })
		defer hang.Stop()
		for _, into := range []any{&Config{}, &people{}} {
			r := Decode("fuzz.yaml", src, into)
			if c, ok := into.(*Config); ok {
				validate(c, r)
			}
			faults, _ := r.Err().(Faults)
			for _, fault := range append(faults, r.Warnings()...) {
				if strings.Count(fault.String(), "\n") > 2 || fault.Problem == "" || fault.Mend == "" {
					t.Errorf("a fault is a problem, at most one line and a mend: %q", fault.String())
				}
			}
		}
	})
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
