package main

import (
	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/config"
)

func newSchema() *cobra.Command {
	return &cobra.Command{
		Use:   "schema",
		Short: "Print the JSON Schema of the config",
		Long: `Print the JSON Schema of the config, by which editors complete keys, explain them and
mark mistakes. Those with the YAML language server look for it where the config's
first line says "# yaml-language-server: $schema=ferngate.schema.json".`,
		Example: "  ferngate schema > ferngate.schema.json",
		Args:    noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := c.OutOrStdout().Write(config.Schema())
			return err
		},
	}
}
