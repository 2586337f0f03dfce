package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/ferngate/ferngate/auth/explain"
	"github.com/ferngate/ferngate/auth/inspect"
	"github.com/ferngate/ferngate/config"
)

// maxPasted bounds what is read of standard input or a file, in bytes: a page
// that came in a token's place may be long.
const maxPasted = 1 << 20

// errTokenArgument keeps tokens off command lines, and repeats none.
var errTokenArgument = errors.New("a token is never an argument: every process list shows it, and the shell keeps it; give it on standard input, or in a file")

func newTokenInspect() *cobra.Command {
	c := &cobra.Command{
		Use:   "inspect [FILE]",
		Short: "Tell whether Ferndesk would take a token, and if not, why",
		Long: `Tell whether Ferndesk would take a token for a site: its form, its signature by
the site's jwt_secret, its times, the person whom it names, and whether the site's
pages may identify anybody to the help centre. What is wrong is told with what to
do about it, and with the message that Ferndesk writes to the browser's console.

The token is read from a file, or from standard input, as whatever the token path
answered: quotes, "Bearer", the head of the answer and line breaks around it do no
harm, and what is an error or a page instead is said to be one. The report shows
the claims, but neither the token nor a secret. Exit code 0 if Ferndesk would take
the token, 1 if not.`,
		Example: `  ferngate token inspect --config ferngate.yaml token.txt
  pbpaste | ferngate token inspect --site app.example.com
  curl -si --cookie cookies.txt https://app.example.com/api/ferndesk-token | ferngate token inspect`,
		Args: oneTokenFile,
	}
	path := addConfigFlag(c)
	host := addSiteFlag(c, hasFerndesk)
	c.RunE = func(c *cobra.Command, args []string) error {
		cfg, _, err := config.Load(*path)
		if err != nil {
			return err
		}
		site, err := ferndeskSite(cfg.Sites, *host)
		if err != nil {
			return err
		}
		pasted, err := readPasted(c, args)
		if err != nil {
			return err
		}
		verdict := inspect.Inspect(pasted, termsOf(cfg, site, *host))
		report := explain.NewReport(c.OutOrStdout())
		report.Inspection(verdict, siteName(site))
		if err := report.Flush(); err != nil {
			return err
		}
		if !verdict.Accepted() {
			return errReported
		}
		return nil
	}
	return c
}

// termsOf are what a token of the site is judged by.
func termsOf(cfg *config.Config, site *config.Site, named string) inspect.Terms {
	terms := inspect.Terms{
		Host:       hostname(named),
		HelpCenter: site.Ferndesk.HelpCenter,
		Secret:     site.Ferndesk.JWTSecret,
		SignIn:     site.SignIn,
		Now:        time.Now(),
	}
	switch {
	case site.Host != "":
		terms.Host = site.Host
	case site.PublicURL != nil:
		terms.Host = hostname(site.PublicURL.Host)
	}
	for i := range cfg.Sites {
		other := &cfg.Sites[i]
		if hasFerndesk(other) {
			terms.Others = append(terms.Others, inspect.Key{Name: "jwt_secret of the site for " + siteName(other), Secret: other.Ferndesk.JWTSecret})
		}
		if hasApp(other) && other.SignIn.App.CookieJWT != nil {
			terms.Others = append(terms.Others, inspect.Key{Name: "that of the app's own JWT (cookie_jwt of the site for " + siteName(other) + ")", Secret: other.SignIn.App.CookieJWT.Keys.Secret})
		}
	}
	return terms
}

// oneTokenFile takes the name of a file at most, and no token.
func oneTokenFile(c *cobra.Command, args []string) error {
	for _, arg := range args {
		if _, err := os.Stat(arg); err != nil && looksLikeToken(arg) {
			return errTokenArgument
		}
	}
	if len(args) > 1 {
		return fmt.Errorf("%s takes one file at most, or - for standard input", c.CommandPath())
	}
	return nil
}

// looksLikeToken tells whether an argument is, or may hold, a token.
func looksLikeToken(arg string) bool {
	return inspect.ContainsToken(arg) || strings.EqualFold(arg, "Bearer") || len(arg) > 60 && strings.Count(arg, ".") >= 2
}

// readPasted reads the file that is named, or standard input.
func readPasted(c *cobra.Command, args []string) (string, error) {
	in, name := c.InOrStdin(), "standard input"
	if len(args) == 1 && args[0] != "-" {
		file, err := os.Open(args[0])
		if errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%s: no such file: name a file with a token in it, or give the token on standard input", args[0])
		}
		if err != nil {
			return "", fmt.Errorf("read the token: %w", err)
		}
		defer file.Close()
		in, name = file, args[0]
	}
	if file, ok := in.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		fmt.Fprintln(c.ErrOrStderr(), "Paste the token, and end with Ctrl-D on a line of its own:")
	}
	pasted, err := io.ReadAll(io.LimitReader(in, maxPasted))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return string(pasted), nil
}
