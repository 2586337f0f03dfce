package main

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"
)

// commandsPage is the page about all commands, which -update writes.
const commandsPage = "../../deploy/commands/README.md"

// deploy/commands says what the commands' own --help says.
func TestCommandsPageIsCurrent(t *testing.T) {
	page := writeCommandsPage(newRoot())
	if *update {
		if err := os.WriteFile(commandsPage, []byte(page), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(commandsPage)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(got), page); diff != "" {
		t.Errorf("go test ./cmd/ferngate -run %s -update would change\n%s", t.Name(), diff)
	}
}

// Every command says in a line what it does, at length what there is to know,
// and shows how it is called.
func TestEveryCommandIsExplained(t *testing.T) {
	for _, c := range commandsBelow(newRoot()) {
		switch {
		case c.Short == "" || strings.HasSuffix(c.Short, ".") || len(c.Short) > 80:
			t.Errorf("%s: its short text is %q", c.CommandPath(), c.Short)
		case c.Long == "" || !strings.HasSuffix(strings.TrimRight(c.Long, "\n"), "."):
			t.Errorf("%s: its long text is %q", c.CommandPath(), c.Long)
		case !strings.Contains(c.Example, "  "+c.CommandPath()):
			t.Errorf("%s: its example is %q", c.CommandPath(), c.Example)
		}
	}
}

// writeCommandsPage is the page in Markdown: a table of the commands, and a section
// for each. (cobra's own generator is not used: it repeats the commands below every
// section, and brings in three modules.)
func writeCommandsPage(root *cobra.Command) string {
	var page strings.Builder
	fmt.Fprintf(&page, "# Commands\n\n%s This page is their --help.\n\n| command | what it does |\n| --- | --- |\n", root.Long)
	commands := commandsBelow(root)
	for _, c := range commands {
		anchor := strings.ReplaceAll(c.CommandPath(), " ", "-")
		fmt.Fprintf(&page, "| [%s](#%s) | %s |\n", c.CommandPath(), anchor, c.Short)
	}
	for _, c := range commands {
		fmt.Fprintf(&page, "\n## %s\n\n%s\n", c.CommandPath(), c.Long)
		fmt.Fprintf(&page, "\n```sh\n%s\n```\n", strings.ReplaceAll(c.Example[2:], "\n  ", "\n"))
		fmt.Fprintf(&page, "\n```\n%s\n", c.UseLine())
		if flags := c.NonInheritedFlags(); flags.HasAvailableFlags() {
			fmt.Fprintf(&page, "\n%s", flags.FlagUsages())
		}
		page.WriteString("```\n")
	}
	return page.String()
}

// commandsBelow are the commands below one, each before those below itself.
func commandsBelow(c *cobra.Command) []*cobra.Command {
	var all []*cobra.Command
	for _, below := range c.Commands() {
		all = append(append(all, below), commandsBelow(below)...)
	}
	return all
}
