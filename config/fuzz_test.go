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
