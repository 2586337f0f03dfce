package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/ferngate/ferngate/config"
)

// noArguments refuses arguments, and does not repeat them: one may be a secret.
func noArguments(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, only flags: see %s --help", c.CommandPath(), c.CommandPath())
	}
	return nil
}

// configByFlag refuses arguments: a file name among them is what people mean by --config.
func configByFlag(c *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments: name the config with --config %s", c.CommandPath(), args[0])
	}
	return nil
}

// knownCommand refuses a command that there is not, and says which one is meant.
func knownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if meant := c.SuggestionsFor(args[0]); len(meant) > 0 {
		return fmt.Errorf("unknown command %q: did you mean %s %s?", args[0], c.CommandPath(), meant[0])
	}
	return fmt.Errorf("unknown command %q: see %s --help", args[0], c.CommandPath())
}

// flagError says which flag is meant, or where they are listed.
func flagError(c *cobra.Command, err error) error {
	see := fmt.Sprintf("see %s --help", c.CommandPath())
	if wrong, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return fmt.Errorf("--%s: %q is no value that it takes: %s", wrong.GetFlag().Name, wrong.GetValue(), see)
	}
	unknown, ok := errors.AsType[*pflag.NotExistError](err)
	switch {
	case !ok:
		return fmt.Errorf("%w: %s", err, see)
	case !c.HasParent():
		return fmt.Errorf("%w: flags follow a command, as in %s serve --config ferngate.yaml", err, c.CommandPath())
	}
	var known []string
	c.Flags().VisitAll(func(f *pflag.Flag) { known = append(known, f.Name) })
	if meant, near := config.Nearest(unknown.GetSpecifiedName(), known); near {
		return fmt.Errorf("%w: did you mean --%s?", err, meant)
	}
	return fmt.Errorf("%w: %s", err, see)
}
