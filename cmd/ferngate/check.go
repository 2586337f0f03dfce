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
		Use:     "check",
		Short:   "Validate the config and all that it names, and warn",
		Long:    "Validate the config: every fault with its place and its mend, exit code 1 if there is one.\nSecrets, certificates and users files are read; nothing is started.",
		Example: "  ferngate check --config ferngate.yaml",
		Args:    configByFlag,
	}
	path := addConfigFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, warnings, err := config.Load(*path)
		for _, w := range warnings {
			fmt.Fprintf(c.ErrOrStderr(), "warning: %v\n", w)
		}
		if err != nil {
			return err
		}
		if err := proxy.Check(cfg, zap.NewNop()); err != nil {
			return err
		}
		fmt.Fprintf(c.OutOrStdout(), "%s is valid: %d site(s), %d warning(s)\n", *path, len(cfg.Sites), len(warnings))
		return nil
	}
	return c
}
