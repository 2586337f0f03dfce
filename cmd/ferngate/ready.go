package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
)

// readyTimeout is how long ready waits for an answer: longer than ferngate itself
// waits for an app (sites[].upstream.timeouts.dial).
const readyTimeout = 10 * time.Second

// maxReadiness is the most that ready reads of an answer, in bytes.
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
	if !isHostPort(admin) {
		return fmt.Errorf("--admin: %q is no address: write host:port or :port, as admin.listen has it", admin)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+admin+"/readyz", nil)
	if err != nil {
		return fmt.Errorf("--admin: %w", err)
	}
	res, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(r)
	if errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("not ready: nobody listens at %s: start ferngate with admin.listen, and name its address with --admin", admin)
	}
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, maxReadiness))
	if err != nil {
		return fmt.Errorf("not ready: %w", err)
	}
	if !isReadiness(body) {
		return fmt.Errorf("not ready: what listens at %s is not ferngate's admin.listen: name that with --admin", admin)
	}
	if _, err := out.Write(body); err != nil {
		return fmt.Errorf("write what /readyz says: %w", err)
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("not ready: /readyz answers %s", res.Status)
	}
	return nil
}

// isHostPort tells whether an address is one to connect to, and no URL.
func isHostPort(address string) bool {
	host, port, err := net.SplitHostPort(address)
	if err != nil || strings.ContainsAny(host, "/?#@") {
		return false
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0
}

// isReadiness tells whether an answer is of a gateway's /readyz. Whatever else
// there may be is not printed: it may be a page of another program's.
func isReadiness(body []byte) bool {
	var answer struct {
		Status string            `json:"status"`
		Config string            `json:"config"`
		Sites  map[string]string `json:"sites"`
	}
	return json.Unmarshal(body, &answer) == nil && answer.Status != "" && answer.Config != "" && answer.Sites != nil
}
