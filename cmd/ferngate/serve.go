package main

import (
	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/config"
)

func newServe() *cobra.Command {
	c := &cobra.Command{
		Use:   "serve",
		Short: "Run the gateway until SIGTERM",
		Example: `  export FERNGATE_SESSION_KEY=$(ferngate keygen)
  ferngate serve --config ferngate.yaml`,
		Args: cobra.NoArgs,
	}
	path := addConfigFlag(c)
	c.RunE = func(c *cobra.Command, _ []string) error {
		cfg, warnings, err := config.Load(*path)
		if err != nil {
			return err
		}
		log, flush := newLog(cfg.Log, c.ErrOrStderr())
		defer flush()
		for _, w := range warnings {
			log.Warn(w.Problem, placeOf(w)...)
		}
		limitMemory()
		return serve(c.Context(), cfg, log, nil)
	}
	return c
}
