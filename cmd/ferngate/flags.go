package main

import (
	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/config"
)

// addConfigFlag adds the flag that names the config file.
func addConfigFlag(c *cobra.Command) *string {
	path := c.Flags().StringP("config", "c", "ferngate.yaml", "the config `file`")
	completeYAML(c, "config")
	return path
}

// addSiteFlag adds the flag that names a site by its host, one of the wanted
// sites of the config that --config names.
func addSiteFlag(c *cobra.Command, wanted func(*config.Site) bool) *string {
	host := c.Flags().String("site", "", "the site's `host`, where the config has several")
	complete(c, "site", func(c *cobra.Command, _ []string, _ string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return hostsIn(c.Flag("config").Value.String(), wanted), cobra.ShellCompDirectiveNoFileComp
	})
	return host
}
