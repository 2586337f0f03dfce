package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/explain"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy"
)

// whoami is one run of the command.
type whoami struct {
	flags  whoamiFlags
	cfg    *config.Config
	site   *config.Site
	app    *config.App
	origin *url.URL    // of the site, as the browser shows it
	like   http.Header // what a browser's request says of it
	report *explain.Report

	asksAgain bool // after the sign-in the app asked for a password once more
}

type whoamiFlags struct {
	config    *string
	site      *string
	cookieJar string
	cookie    string
	login     bool
	headers   []string
}

func newWhoami() *cobra.Command {
	var w whoami
	c := &cobra.Command{
		Use:   "whoami",
		Short: "Ask the app who is signed in, and show each step of the answer",
		Long: `Ask the app who is signed in, as ferngate does with the method app, and show it
step by step: what was asked, what came back, what each extractor found or what
was there instead, the identity, the token's claims and the headers that the app
would get. Secrets are masked. Exit code 1 if nobody is signed in.

The person is the one whose cookies they are: of a cookie file (Netscape's format,
which curl writes), of a Cookie header (--cookie - reads it from standard input,
which keeps it out of the shell's history), or of a sign-in with the app's own form.`,
		Example: `  ferngate whoami --config ferngate.yaml --login
  ferngate whoami --site app.example.com --cookie-jar cookies.txt
  pbpaste | ferngate whoami --cookie - --header "User-Agent: $BROWSER"`,
		Args: configByFlag,
	}
	w.flags.config = addConfigFlag(c)
	w.flags.site = addSiteFlag(c, hasApp)
	c.Flags().StringVar(&w.flags.cookieJar, "cookie-jar", "", "a cookie `file` with the app's cookies")
	c.Flags().StringVar(&w.flags.cookie, "cookie", "", "a Cookie `header` with the app's cookies; - reads it from standard input")
	c.Flags().BoolVar(&w.flags.login, "login", false, "ask for a login and a password, and sign in to the app at sign_in_url")
	c.Flags().StringArrayVar(&w.flags.headers, "header", nil, "a header as `'Name: value'`, in place of the one that a browser sends: User-Agent, Accept-Language, Accept-Encoding, X-Forwarded-For, -Proto, -Host; may be repeated")
	c.MarkFlagsMutuallyExclusive("cookie-jar", "cookie", "login")
	c.RunE = func(c *cobra.Command, _ []string) error {
		w.report = explain.NewReport(c.OutOrStdout())
		err := w.run(c)
		return errors.Join(w.report.Flush(), err)
	}
	return c
}

// run asks, and returns nil if somebody is signed in.
func (w *whoami) run(c *cobra.Command) error {
	cfg, _, err := config.Load(*w.flags.config)
	if err != nil {
		return err
	}
	w.cfg = cfg
	if err := w.chooseSite(); err != nil {
		return err
	}
	transport, err := proxy.NewTransport(w.site.Upstream)
	if err != nil {
		return err
	}
	defer transport.CloseIdleConnections()
	cookies, err := w.cookies(c, transport)
	if err != nil {
		return err
	}
	if cookies.Header != "" {
		w.like["Cookie"] = []string{cookies.Header}
	}
	w.report.Cookies(cookies, w.app.SessionCookies, w.tokenPaths())
	identity, until, err := w.ask(c.Context(), cookies, transport)
	if identity != nil {
		w.showIdentity(identity, until)
	}
	if err == nil && w.app.CookieJWT == nil && !cookies.Match(w.app.SessionCookies) {
		err = explain.NoSessionCookie(cookies, w.app.SessionCookies)
	}
	return err
}

// ask finds out who is signed in, and until when a token could count, in the
// one of its two forms in which the method app is configured.
func (w *whoami) ask(ctx context.Context, cookies explain.Cookies, transport http.RoundTripper) (*auth.Identity, time.Time, error) {
	until := time.Now().Add(w.cfg.Session.Lifetime)
	ctx, cancel := context.WithTimeout(ctx, w.app.Timeout)
	defer cancel()
	if w.app.CookieJWT != nil {
		return w.verify(ctx, cookies, until)
	}
	asking, err := app.NewWhoami(*w.app, w.site.Upstream, transport)
	if err != nil {
		return nil, until, err
	}
	host := w.site.Upstream.HostFor(w.origin.Host)
	answer, err := asking.Ask(ctx, host, w.like)
	if answer != nil {
		w.report.Answer(host, answer)
	}
	switch {
	case err != nil:
		return nil, until, explain.Undecided(err, w.app.Timeout)
	case answer.Identity == nil && w.asksAgain:
		return nil, until, explain.RefusedSignIn()
	case answer.Identity == nil:
		return nil, until, explain.Nobody(answer)
	}
	return answer.Identity, until, nil
}

// verify reads who is signed in from the app's JWT.
func (w *whoami) verify(ctx context.Context, cookies explain.Cookies, until time.Time) (*auth.Identity, time.Time, error) {
	w.report.JWT(cookies, w.like.Get("Authorization"), w.app.CookieJWT)
	var reasons explain.Reasons
	method, err := app.NewJWT(*w.app, nil, reasons.Log())
	if err != nil {
		return nil, until, err
	}
	identity, expires, err := method.Identify(ctx, w.like, false)
	switch {
	case err != nil:
		return nil, until, fmt.Errorf("it cannot be told who is signed in: %w", err)
	case identity == nil && w.asksAgain:
		return nil, until, explain.RefusedSignIn()
	case identity == nil:
		return nil, until, reasons.NoJWT()
	case !expires.IsZero() && expires.Before(until):
		until = expires
	}
	return identity, until, nil
}

// showIdentity reports what follows from an identity.
func (w *whoami) showIdentity(identity *auth.Identity, until time.Time) {
	w.report.Identity(identity, w.app)
	if w.site.Ferndesk == nil {
		w.report.NoToken()
	} else {
		tokens, err := auth.NewTokens(*w.site.Ferndesk)
		token := ""
		if err == nil {
			token, err = tokens.Mint(identity, until)
		}
		w.report.Token(token, err)
	}
	w.report.Headers(proxy.IdentityHeaders(w.site.IdentityHeaders, identity))
}

// tokenPaths are those of the site; none without Ferndesk.
func (w *whoami) tokenPaths() []string {
	if w.site.Ferndesk == nil {
		return nil
	}
	return w.site.Ferndesk.TokenPath
}

// firstPath is the path by which cookies are chosen: that of the first step, or
// of the token where the app is not asked.
func (w *whoami) firstPath() string {
	if len(w.app.Whoami) > 0 {
		path, _, _ := strings.Cut(w.app.Whoami[0].Path, "?")
		return path
	}
	if paths := w.tokenPaths(); len(paths) > 0 {
		return paths[0]
	}
	return "/"
}
