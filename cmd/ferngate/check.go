package main

import (
	"fmt"

	"github.com/spf13/cobra"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy"
)

func newCheck() *cobra.Command {
	c := &cobra.Command{
		Use:   "check",
		Short: "Validate the config and all that it names, and warn",
		Long: `Validate the config, and print every fault with its place and its mend; exit code 1
if there is one. Secrets, certificates, users files and tables are read; nothing is
started, and nothing is asked over the network. It warns of a port that
needs a capability which check is run without.

With --json the report is one JSON object on standard output, for editors and CI:

    valid     whether there is no fault
    file      the config file
    sites     how many sites it has; 0 unless it is valid
    findings  the faults, then the warnings; in each
      severity  "fault" or "warning"
      file      where it is: the config, or a file that it names
      line      from 1; 0 where it is about a whole file
      column    from 1, in characters; 0 where line is
      key       such as "sites[0].host"; "" where it is about no one key
      problem   what is wrong
      mend      what to do about it; "" where problem says that, too
      source    the line, without secrets; "" where none is shown

Members may be added in later versions.`,
		Example: `  ferngate check --config ferngate.yaml
  ferngate check --json | jq -r '.findings[] | "\(.file):\(.line): \(.problem)"'`,
		Args: configByFlag,
	}
	path := addConfigFlag(c)
	asJSON := c.Flags().Bool("json", false, "report in JSON on standard output")
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, warnings, err := check(*path)
		if *asJSON {
			return writeCheckJSON(c.OutOrStdout(), *path, cfg, warnings, err)
		}
		for _, w := range warnings {
			fmt.Fprintf(c.ErrOrStderr(), "warning: %v\n", w)
		}
		if err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%s is valid: %s, %s\n", *path, counted(len(cfg.Sites), "site"), counted(len(warnings), "warning"))
		return nil
	}
	return c
}

// check reads the config and all that it names. The warnings come with an error, too.
func check(path string) (*config.Config, []config.Fault, error) {
	cfg, warnings, err := config.Load(path, proxy.CheckFiles, ownPrivileges().check)
	if err == nil {
		err = proxy.Check(cfg, zap.NewNop())
	}
	return cfg, warnings, err
}

// counted is a number of things: no warnings, 1 warning, 2 warnings.
func counted(n int, thing string) string {
	switch n {
	case 0:
		return "no " + thing + "s"
	case 1:
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
