package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ferngate/ferngate/auth/password"
)

// maxPasswordInput bounds what is read of standard input, in bytes.
const maxPasswordInput = 64 << 10

func newHashPassword() *cobra.Command {
	return &cobra.Command{
		Use:   "hash-password",
		Short: "Print a password's hash for a users file",
		Long: `Print the argon2id hash of a password, for password_hash in a users file. The
password is asked for twice, without echo, or read from standard input, where one
line end after it is no part of it. Each hash is another one, even of the same
password.`,
		Example: `  ferngate hash-password
  pwgen -s 20 1 | tee /dev/tty | ferngate hash-password`,
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			plain, err := readPassword(c.InOrStdin(), c.ErrOrStderr())
			if err != nil {
				return err
			}
			hash, err := password.Hash(plain)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(c.OutOrStdout(), hash)
			return err
		},
	}
}

// readPassword asks a person twice, and a pipe once; one newline at its end is
// the pipe's, not the password's.
func readPassword(in io.Reader, prompt io.Writer) (string, error) {
	terminal, ok := in.(*os.File)
	if !ok || !term.IsTerminal(int(terminal.Fd())) {
		content, err := io.ReadAll(io.LimitReader(in, maxPasswordInput))
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r"), nil
	}
	var typed [2]string
	for i, question := range []string{"Password: ", "Again: "} {
		fmt.Fprint(prompt, question)
		answer, err := term.ReadPassword(int(terminal.Fd()))
		fmt.Fprintln(prompt)
		if err != nil {
			return "", fmt.Errorf("read the password: %w", err)
		}
		typed[i] = string(answer)
	}
	if typed[0] != typed[1] {
		return "", errors.New("the two passwords differ: try again")
	}
	return typed[0], nil
}
