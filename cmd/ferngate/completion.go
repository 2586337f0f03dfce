package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/config"
)

// maxCompletedConfig is the most of a config that is read to complete from, in bytes.
const maxCompletedConfig = 1 << 20

func newCompletion() *cobra.Command {
	scripts := map[string]func(*cobra.Command, io.Writer) error{
		"bash":       func(root *cobra.Command, w io.Writer) error { return root.GenBashCompletionV2(w, true) },
		"zsh":        (*cobra.Command).GenZshCompletion,
		"fish":       func(root *cobra.Command, w io.Writer) error { return root.GenFishCompletion(w, true) },
		"powershell": (*cobra.Command).GenPowerShellCompletionWithDesc,
	}
	return &cobra.Command{
		Use:   "completion {bash|zsh|fish|powershell}",
		Short: "Print a script that completes commands, flags and sites in a shell",
		Long: `Print the script with which a shell completes ferngate's commands and flags, YAML
files after --config, and the hosts of the config's sites after --site. For bash
the package bash-completion must be there.`,
		Example: `  source <(ferngate completion bash)                                        # this shell alone
  ferngate completion bash > /etc/bash_completion.d/ferngate
  ferngate completion zsh > "${fpath[1]}/_ferngate"
  ferngate completion fish > ~/.config/fish/completions/ferngate.fish
  ferngate completion powershell | Out-String | Invoke-Expression`,
		Args:                  oneShell,
		ValidArgs:             []string{"bash", "zsh", "fish", "powershell"},
		DisableFlagsInUseLine: true,
		RunE: func(c *cobra.Command, args []string) error {
			return scripts[args[0]](c.Root(), c.OutOrStdout())
		},
	}
}

// oneShell takes the name of a shell for which there is a script.
func oneShell(c *cobra.Command, args []string) error {
	switch {
	case len(args) != 1:
		return errors.New("which shell? bash, zsh, fish or powershell")
	case !slices.Contains(c.ValidArgs, args[0]):
		return fmt.Errorf("there is no completion for %q, but for bash, zsh, fish and powershell", args[0])
	}
	return nil
}

// hostsIn are the hosts of a config's wanted sites, as far as the file can be
// read: it may be half written, and its secrets not at hand.
func hostsIn(path string, wanted func(*config.Site) bool) []string {
	file, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer file.Close()
	src, err := io.ReadAll(io.LimitReader(file, maxCompletedConfig))
	if err != nil {
		return nil
	}
	var cfg config.Config
	config.Decode(path, src, &cfg)
	var hosts []string
	for i := range cfg.Sites {
		if s := &cfg.Sites[i]; s.Host != "" && wanted(s) {
			hosts = append(hosts, s.Host)
		}
	}
	return hosts
}

// completeYAML completes a flag by YAML files.
func completeYAML(c *cobra.Command, flag string) {
	complete(c, flag, func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
	})
}

// completeNothing keeps a shell from offering files for what is none.
func completeNothing(c *cobra.Command, flags ...string) {
	for _, flag := range flags {
		complete(c, flag, cobra.NoFileCompletions)
	}
}

// complete completes a flag that the command has.
func complete(c *cobra.Command, flag string, by cobra.CompletionFunc) {
	if err := c.RegisterFlagCompletionFunc(flag, by); err != nil {
		panic(err) // no such flag: every run of every command would show it
	}
}
