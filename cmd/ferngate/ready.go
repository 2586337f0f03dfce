package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"time"

	"github.com/spf13/cobra"
)

// readyTimeout is how long ready waits for an answer: longer than ferngate itself
// waits for an app (sites[].upstream.timeouts.dial).
const readyTimeout = 10 * time.Second

// maxReadiness is the longest answer that ready prints, in bytes.
const maxReadiness = 64 << 10

func newReady() *cobra.Command {
	c := &cobra.Command{
		Use:   "ready",
		Short: "Ask a gateway that runs whether people can be sent to it",
		Long: `Ask the /readyz of a gateway on this machine, or in this container, print what it
says, and exit with 0 if it is ready, else with 1: for health checks where there is
no curl. It reads no config, so that it tells the truth also while a faulty one is
refused.`,
		Example: `  ferngate ready
  ferngate ready --admin 127.0.0.1:9902`,
		Args: noArguments,
	}
	admin := c.Flags().String("admin", "127.0.0.1:9901", "the `address` that admin.listen has")
	c.RunE = func(c *cobra.Command, _ []string) error {
		ctx, cancel := context.WithTimeout(c.Context(), readyTimeout)
		defer cancel()
		return askReady(ctx, *admin, c.OutOrStdout())
	}
	return c
}

// askReady prints what /readyz at an address says; an error if that is not 200.
func askReady(ctx context.Context, admin string, out io.Writer) error {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("--admin: %q is no address: write host:port or :port, as admin.listen has it", admin)
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer res.Body.Close()
	if _, err := io.Copy(out, io.LimitReader(res.Body, maxReadiness)); err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: /readyz answers %s", res.Status)
	}
	return nil
}
