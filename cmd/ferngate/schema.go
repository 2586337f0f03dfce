package main

import (
	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/config"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of the config",
		Long:    "Print the JSON Schema of the config, for editors that complete and check YAML by one.",
		Example: "  ferngate schema > ferngate.schema.json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(config.Schema())
			return err
		},
	}
}
