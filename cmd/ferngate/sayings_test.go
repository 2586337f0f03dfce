package main

import (
	"bufio"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// worded are the files whose texts are what check and serve say of a config, and
// of the files that it names.
var worded = []string{
	"config/*.go", "config/watch/file.go", "auth/mapping/table*.go",
	"auth/password/users.go", "auth/password/checks.go", "auth/password/hash.go", "auth/password/argon2.go", "auth/password/bcrypt.go",
	"cmd/ferngate/main.go", "cmd/ferngate/check.go", "cmd/ferngate/serve.go", "cmd/ferngate/listen.go", "cmd/ferngate/privileged.go", "cmd/ferngate/systemd/sockets.go",
}

// unsaid are the texts in those files that no golden case can have, and why.
var unsaid = map[string]string{
	"this is not valid YAML":                      "for what the parser may find wrong in a later version",
	"check indentation, quotes and brackets here": "for what the parser may find wrong in a later version",
	"is not a regular expression":                 "for what package regexp may find wrong in a later version",
	"write one in the syntax of RE2":              "for what package regexp may find wrong in a later version",
	"is not a CSS selector":                       "for what the parser may find wrong in a later version",
	`write one such as "input[name=login]"`:       "for what the parser may find wrong in a later version",
	"malformed template":                          "of ParseTemplate, and of a text that is in no config",
	"malformed regular expression":                "of ParsePattern, and of a text that is in no config",
	"%w: it %s":                                   "of the two, and ParsePointer and ParseSelector",
	"the password is empty":                       "hash-password says it: testdata/script/hash-password.txtar",
	"the password is longer than 1,024 bytes":     "hash-password says it",
	"see the report":                              "of a command whose report has said it: never printed",
	"report in JSON on standard output":           "of --help, as deploy/commands has it",
}

// TestEverySayingIsGolden: every text that tells an operator what is wrong comes
// out of a golden case, where somebody has read it. The test runs the golden
// cases (each TestFaults…) with coverage, and looks at each text of two words or
// more in the files above: the statement that it stands in has run, and its
// words are in one of the golden files.
//
// Where it fails, add a case that makes ferngate say the text: for a key of the
// config a file in config/testdata/faults, for anything else an archive in
// cmd/ferngate/testdata/faults; write what is said with -update, and read it.
//
// Building and running the cases a second time takes half a minute, which is left
// to the runs in which everything must be proven.
func TestEverySayingIsGolden(t *testing.T) {
	if os.Getenv("FERNGATE_E2E") != "1" {
		t.Skip("missing: FERNGATE_E2E=1, which has the golden cases run again for their coverage")
	}
	ran := coverageOfGoldenCases(t)
	golden := goldenTexts(t)
	unfound := maps.Clone(unsaid)
	for _, pattern := range worded {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			for _, s := range sayingsOf(t, file) {
				delete(unfound, s.text)
				switch {
				case unsaid[s.text] != "":
				case !ran.at(s.file, s.line, s.column):
					t.Errorf("%s:%d: no golden case comes here, where it says %q", s.file, s.line, s.text)
				case slices.ContainsFunc(s.words(), func(words string) bool { return !strings.Contains(golden, words) }):
					t.Errorf("%s:%d: no golden file has the text %q", s.file, s.line, s.text)
				}
			}
		}
	}
	for text := range unfound {
		t.Errorf("%q is nowhere in the source any more: it needs no exception", text)
	}
}

// blocks are the parts of the source that ran, by file.
type blocks map[string][]block

// block is a part of a file, from one line and column up to another.
type block struct{ fromLine, fromColumn, toLine, toColumn, count int }

// at tells whether what stands at a place ran: a text outside of all functions did with its package.
func (b blocks) at(file string, line, column int) bool {
	within := false
	for _, c := range b[file] {
		begun := line > c.fromLine || line == c.fromLine && column >= c.fromColumn
		over := line > c.toLine || line == c.toLine && column >= c.toColumn
		if begun && !over {
			if within = true; c.count > 0 {
				return true
			}
		}
	}
	return !within
}

// coverageOfGoldenCases runs the golden cases in a process of their own.
func coverageOfGoldenCases(t *testing.T) blocks {
	t.Helper()
	profile := filepath.Join(t.TempDir(), "cover.out")
	const module = "github.com/ferngate/ferngate/"
	covered := module + strings.Join([]string{"config", "config/watch", "auth/mapping", "auth/password", "cmd/ferngate", "cmd/ferngate/systemd"}, ","+module)
	run := exec.CommandContext(t.Context(), "go", "test", "-run", "^TestFaults", "-coverpkg", covered, "-coverprofile", profile, "./config", "./config/watch", "./cmd/ferngate", "./cmd/ferngate/systemd")
	run.Dir = "../.."
	if out, err := run.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	in, err := os.Open(profile)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	found := blocks{}
	lines := bufio.NewScanner(in)
	for lines.Scan() {
		file, rest, ok := strings.Cut(strings.TrimPrefix(lines.Text(), module), ":")
		if !ok || file == "mode" {
			continue
		}
		var b block
		var statements int
		if _, err := fmt.Sscanf(rest, "%d.%d,%d.%d %d %d", &b.fromLine, &b.fromColumn, &b.toLine, &b.toColumn, &statements, &b.count); err != nil {
			t.Fatalf("%s: %v", lines.Text(), err)
		}
		found[file] = append(found[file], b)
	}
	if err := lines.Err(); err != nil {
		t.Fatal(err)
	}
	return found
}

// goldenTexts are all golden files, one after the other.
func goldenTexts(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	for _, pattern := range []string{"config/testdata/faults/*.want", "config/watch/testdata/*.want", "cmd/ferngate/systemd/testdata/*.want", "cmd/ferngate/testdata/faults/*.want", "cmd/ferngate/testdata/faults/*.txtar"} {
		files, err := filepath.Glob(filepath.Join("../..", pattern))
		if err != nil || len(files) == 0 {
			t.Fatal(pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			_, said, _ := strings.Cut("\n"+string(text), "\n-- want --\n")
			if strings.HasSuffix(file, ".want") {
				said = string(text)
			}
			all.WriteString(said)
		}
	}
	return all.String()
}
