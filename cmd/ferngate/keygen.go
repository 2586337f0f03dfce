package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/spf13/cobra"
)

// keySize is that of a new session key, in bytes.
const keySize = 64

func newKeygen() *cobra.Command {
	return &cobra.Command{
		Use:     "keygen",
		Short:   "Print a new session key",
		Long:    "Print a new session key: base64 of 64 random bytes, for session.keys.",
		Example: "  ferngate keygen > session.key",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			key := make([]byte, keySize)
			rand.Read(key) // never fails (crypto/rand)
			_, err := fmt.Fprintln(c.OutOrStdout(), base64.StdEncoding.EncodeToString(key))
			return err
		},
	}
}
