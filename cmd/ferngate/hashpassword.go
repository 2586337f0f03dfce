package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

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
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			plain, err := readPassword(c.InOrStdin(), c.ErrOrStderr())
			if err == nil {
				err = checkTypable(plain)
			}
			if err != nil {
				return err
			}
			if strings.TrimSpace(plain) != plain && plain != "" {
				fmt.Fprintln(c.ErrOrStderr(), "warning: the password begins or ends with a blank, which is part of it")
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

// checkTypable refuses what nobody could type on the sign-in page, whose form
// sends one line of UTF-8: such a hash would lock its person out.
func checkTypable(password string) error {
	switch {
	case strings.ContainsAny(password, "\r\n"):
		return errors.New("the password has more than one line: give one line alone")
	case !utf8.ValidString(password):
		return errors.New("the password is not UTF-8, as the sign-in page sends it: give it in UTF-8")
	case strings.ContainsFunc(password, unicode.IsControl):
		return errors.New("the password has a control character in it, which nobody can type on the sign-in page")
	}
	return nil
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
