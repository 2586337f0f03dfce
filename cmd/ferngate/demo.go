package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"text/template"
	"time"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/cmd/ferngate/demoapp"
	"github.com/ferngate/ferngate/config"
)

// demoPassword is what both people of the demo sign in with.
const demoPassword = "fernwood"

// demoConfig is a config as an operator would write it.
const demoConfig = `listen: {{.Listen}}
admin: { listen: "" }
log: { format: console }
session:
  keys: [file:session.key]
sites:
  - upstream: {{.Upstream}}
    ferndesk:
      jwt_secret: file:jwt.secret
      custom_attributes: { plan: plan }
    sign_in:
      password: { users_file: users.yaml }
    identity_headers:
      user_id: X-Forwarded-User
      email: X-Forwarded-Email
      name: X-Forwarded-Name
      groups: X-Forwarded-Groups
    access:
      - { path: /account, require: required }
`

const demoUsers = `users:
  - login: alice
    user_id: "1001"
    email: alice@fernwood.example
    name: Alice Liddell
    groups: [staff]
    attributes: { plan: pro }
    password_hash: {{.Hash}}
  - login: bob
    user_id: "1002"
    email: bob@fernwood.example
    name: Bob Sawyer
    attributes: { plan: free }
    password_hash: {{.Hash}}
`

func newDemo() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the gateway in front of a small app, without config or network",
		Long: `Run the gateway on this machine alone, in front of a small app that knows
nothing of it, with two people to sign in as. Nothing is kept.`,
		Example: "  ferngate demo",
		Args:    cobra.NoArgs,
	}
	addr := c.Flags().String("listen", "127.0.0.1:8080", "the address to serve at; keep it on this machine")
	c.RunE = func(c *cobra.Command, _ []string) error {
		return runDemo(c.Context(), *addr, c.OutOrStdout(), c.ErrOrStderr())
	}
	return c
}

func runDemo(ctx context.Context, addr string, out, errOut io.Writer) error {
	app, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("demo app: %w", err)
	}
	server := &http.Server{Handler: demoapp.Handler(), ReadHeaderTimeout: time.Minute}
	defer server.Close()
	go server.Serve(app)

	dir, err := os.MkdirTemp("", "ferngate-demo-")
	if err != nil {
		return fmt.Errorf("demo config: %w", err)
	}
	defer os.RemoveAll(dir)
	path, err := writeDemo(dir, addr, "http://"+app.Addr().String())
	if err != nil {
		return fmt.Errorf("demo config: %w", err)
	}
	cfg, _, err := config.Load(path)
	if err != nil {
		return err
	}
	log, flush := newLog(cfg.Log, errOut)
	defer flush()
	return serve(ctx, cfg, log, func(at net.Addr) {
		fmt.Fprintf(out, `Fernwood Tickets, an app that knows nothing of ferngate, is behind ferngate at

    http://%s/help

Sign in there as alice or bob, password %s. The page shows the token
that Ferndesk would get, and what the app is told about the person.
The config is %s while this runs; end it with Ctrl-C.

`, at, demoPassword, path)
	})
}

// writeDemo writes the config and the files that it names, and returns its path.
func writeDemo(dir, listen, upstream string) (string, error) {
	hash, err := password.Hash(demoPassword)
	if err != nil {
		return "", err
	}
	secret := make([]byte, keySize)
	rand.Read(secret)
	values := struct{ Listen, Upstream, Hash string }{listen, upstream, hash}
	files := map[string]string{
		"jwt.secret":    rand.Text() + rand.Text(),
		"session.key":   base64.StdEncoding.EncodeToString(secret),
		"users.yaml":    demoUsers,
		"ferngate.yaml": demoConfig,
	}
	for name, content := range files {
		var text strings.Builder
		if err := template.Must(template.New(name).Parse(content)).Execute(&text, values); err != nil {
			return "", err
		}
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text.String()), 0o600); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "ferngate.yaml"), nil
}
