package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/cmd/ferngate/demoapp"
	"github.com/ferngate/ferngate/cmd/ferngate/standin"
)

// demoConfig is a config as an operator would write it, for a listen address, an
// upstream and the SDK's address. The last differs: Ferndesk itself is not here.
const demoConfig = `listen: %s
admin: { listen: "" }
log: { format: console }
session:
  keys: [file:session.key]
sites:
  - upstream: %s
    ferndesk:
      jwt_secret: file:jwt.secret
      help_center: 127.0.0.1
      widget_id: widget_demo
      custom_attributes: { plan: plan }
    sign_in:
      app: # the app's own login: its session cookie, and the page that shows whose it is
        session_cookies: [FWSESSID]
        whoami:
          - path: /account
            extract:
              id: { css: "dl.profile .id" }
              email: { css: "dl.profile .email" }
              name: { css: "dl.profile .name" }
              plan: { css: "dl.profile .plan" }
              groups: { css: "dl.profile .groups", optional: true }
        identity:
          user_id: "{id}"
          email: "{email}"
          name: "{name}"
          groups: "{groups}"
          attributes: { plan: "{plan}" }
        sign_in_url: /login?back={return_to}
        sign_out_url: /logout
        sign_in_requests: [{ method: POST, path: /login }]
        sign_out_requests: [{ path: /logout }]
    identity_headers:
      user_id: X-Forwarded-User
      email: X-Forwarded-Email
      name: X-Forwarded-Name
      groups: X-Forwarded-Groups
    access:
      - { path: /upload, require: required } # the app itself lets everybody in
    inject:
      sdk_url: %s
`

func newDemo() *cobra.Command {
	c := &cobra.Command{
		Use:   "demo",
		Short: "Run the gateway in front of a small app, without config or network",
		Long: `Run the gateway in front of a small app that knows nothing of it and has a login
of its own, with a stand-in for Ferndesk. All of it is on this machine alone, and
nothing is kept. The config that it runs with can be read while it does.`,
		Example: `  ferngate demo
  ferngate demo --listen 127.0.0.1:8090`,
		Args: noArguments,
	}
	addr := c.Flags().String("listen", "127.0.0.1:8080", "the `address` to serve at; keep it on this machine")
	completeNothing(c, "listen")
	c.RunE = func(c *cobra.Command, _ []string) error {
		if err := checkDemoAddress(*addr); err != nil {
			return err
		}
		err := runDemo(c.Context(), *addr, c.OutOrStdout(), c.ErrOrStderr())
		if taken, ok := errors.AsType[*listenError](err); ok {
			taken.key = "--listen"
		}
		return err
	}
	return c
}

func runDemo(ctx context.Context, addr string, out, errOut io.Writer) error {
	app, closeApp, err := serveLocally(demoapp.Handler())
	if err != nil {
		return fmt.Errorf("demo app: %w", err)
	}
	defer closeApp()
	secret := rand.Text() + rand.Text()
	ferndesk, closeFerndesk, err := serveLocally(standin.Handler([]byte(secret), "127.0.0.1"))
	if err != nil {
		return fmt.Errorf("demo help centre: %w", err)
	}
	defer closeFerndesk()

	dir, err := os.MkdirTemp("", "ferngate-demo-")
	if err != nil {
		return fmt.Errorf("demo config: %w", err)
	}
	defer os.RemoveAll(dir)
	path, err := writeDemo(dir, secret, fmt.Sprintf(demoConfig, addr, app, ferndesk+standin.SDKPath))
	if err != nil {
		return fmt.Errorf("demo config: %w", err)
	}
	return serve(ctx, path, errOut, func(at net.Addr) {
		fmt.Fprintf(out, `Fernwood Tickets, an app that knows nothing of ferngate, is behind ferngate at

    http://%s/help
%s
Log in to the app there as alice or bob, password fernwood: ferngate follows the
app's own login, and its logout. The button at the bottom right is the help
widget, which ferngate puts into every page; it knows you by then. (A stand-in
for Ferndesk serves it, so nothing leaves this machine.) The page shows the token
that the widget gets, and what the app is told about the person. /upload is for
people who are logged in, because ferngate says so: the app itself lets
everybody in.
The config is %s while this runs; end it with Ctrl-C.

`, shownAt(at), elsewhere(at), path)
	})
}

// serveLocally serves at an address that only this machine reaches, which it
// returns as the beginning of a URL, until it is closed.
func serveLocally(h http.Handler) (url string, closeServer func() error, err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
	go server.Serve(l)
	return "http://" + l.Addr().String(), server.Close, nil
}

// writeDemo writes the config and the files that it names, and returns its path.
func writeDemo(dir, secret, config string) (string, error) {
	key := make([]byte, keySize)
	rand.Read(key)
	files := map[string]string{
		"jwt.secret":    secret,
		"session.key":   base64.StdEncoding.EncodeToString(key),
		"ferngate.yaml": config,
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			return "", err
		}
	}
	return filepath.Join(dir, "ferngate.yaml"), nil
}
