// Command ferngate is a reverse-proxy gateway that tells the Ferndesk help
// widget who is signed in to the app behind it.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
)

func main() { os.Exit(run()) }

// run returns the exit code: 0 when the command did what it says, else 1.
func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second signal ends the process at once, but for serve, which says so
	if err := newRoot().ExecuteContext(ctx); err != nil {
		if !errors.Is(err, errReported) {
			fmt.Fprintln(os.Stderr, err)
		}
		return 1
	}
	return 0
}

// errReported is the error of a command that did its work and has said on
// standard output what is wrong: there is nothing to add.
var errReported = errors.New("see the report")

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:   "ferngate",
		Short: "A gateway that tells the Ferndesk widget who is signed in to an app that nobody touches",
		Long: `ferngate stands in front of a web app that nobody wants to touch, puts the
Ferndesk help widget into its pages, and tells it who is signed in. One YAML file
says how; serve runs it, and the other commands help to write it.`,
		Args:    knownCommand,
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
		Version: version(),
		// One line an error is printed by run; the usage only when it is asked for.
		SilenceErrors: true,
		SilenceUsage:  true,

		SuggestionsMinimumDistance: 2,
		DisableFlagsInUseLine:      true,
	}
	root.SetVersionTemplate(versionLine() + "\n") // --version
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true // there is one of our own
	root.AddCommand(newServe(), newReady(), newCheck(), newDemo(), newKeygen(), newHashPassword(), newWhoami(), newToken(),
		newSchema(), newCompletion(), newVersion())
	for _, c := range root.Commands() {
		if len(c.ValidArgs) == 0 {
			c.ValidArgsFunction = cobra.NoFileCompletions // none takes a file as an argument
		}
	}
	return root
}
