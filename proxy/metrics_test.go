package proxy

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOutcomesAreDocumented compares the reasons in the code with the table for
// operators.
func TestOutcomesAreDocumented(t *testing.T) {
	var inCode, inTable []string
	for _, file := range []string{"injector.go", "inject/reason.go", "csp/csp.go"} {
		for _, m := range regexp.MustCompile(`(?m)^\t\w+ +(?:\w+ )?= "([a-z-]+)" *(?://.*)?$`).FindAllSubmatch(fileContent(t, file), -1) {
			inCode = append(inCode, string(m[1]))
		}
	}
	_, table, _ := bytes.Cut(fileContent(t, "../deploy/metrics/README.md"), []byte("| outcome |"))
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z-]+)` \\|").FindAllSubmatch(table, -1) {
		inTable = append(inTable, string(m[1]))
	}
	slices.Sort(inCode)
	slices.Sort(inTable)
	if diff := cmp.Diff(inCode, inTable); diff != "" || len(inCode) < 20 {
		t.Errorf("in the code, and in deploy/metrics: %s", diff)
	}
}

func fileContent(t *testing.T, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return content
}
