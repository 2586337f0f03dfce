package main

import (
	"github.com/spf13/cobra"
)

func newServe() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway until SIGTERM",
		Long: `Run the gateway until SIGTERM (or Ctrl-C). It refuses to start with a config that
has a fault, and says what "ferngate check" says. The log is on standard error.

When the config changes, or a file that it names (users, tables, secrets,
certificates), and on SIGHUP, all of it is read and built anew. If it is good it
comes into force at once, and nothing that runs is cut off; else the one from
before stays, and the log and /readyz say so.

On SIGTERM /readyz turns 503, and after drain_delay nothing more is accepted; what
runs may finish for drain_timeout. A second signal ends it at once.`,
		Example: `  export FERNGATE_SESSION_KEY=$(ferngate keygen)
  ferngate serve --config ferngate.yaml`,
		Args: configByFlag,
	}
	path := addConfigFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		limitMemory()
		return serve(c.Context(), *path, c.ErrOrStderr(), nil)
	}
	return c
}
