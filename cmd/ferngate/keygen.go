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
		Use:   "keygen",
		Short: "Print a new session key",
		Long: `Print a new session key, for session.keys: base64 of 64 random bytes. All replicas
of a gateway need the same keys. To change a key, add the new one last at every
replica, then move it to the front; take the old one away once session.lifetime is
over.`,
		Example: `  export FERNGATE_SESSION_KEY=$(ferngate keygen)
  install -m 0600 /dev/null session.key
  ferngate keygen > session.key`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			key := make([]byte, keySize)
			rand.Read(key) // never fails (crypto/rand)
			_, err := fmt.Fprintln(c.OutOrStdout(), base64.StdEncoding.EncodeToString(key))
			return err
		},
	}
}
