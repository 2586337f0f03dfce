package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/auth/explain"
	"github.com/ferngate/ferngate/auth/visit"
)

// signInTimeout bounds a sign-in to the app, all its pages together.
const signInTimeout = time.Minute

// cookies are those that the flags name.
func (w *whoami) cookies(c *cobra.Command, transport http.RoundTripper) (explain.Cookies, error) {
	in := &typed{from: c.InOrStdin(), prompts: c.ErrOrStderr()}
	switch {
	case w.flags.login:
		jar, err := w.signIn(c.Context(), in, transport)
		if err != nil {
			return explain.Cookies{}, err
		}
		return explain.CookiesIn(jar, []string{strings.ToLower(w.origin.Hostname())}, w.firstPath()), nil
	case w.flags.cookieJar != "":
		return w.cookiesOfFile()
	case w.flags.cookie == "":
		return explain.Cookies{}, nil
	}
	header := w.flags.cookie
	if header == "-" {
		line, err := in.secret("Cookie: ")
		if err != nil {
			return explain.Cookies{}, fmt.Errorf("--cookie -: %w", err)
		}
		header = line
	}
	cookies, err := explain.CookiesOf(header)
	if err != nil {
		return explain.Cookies{}, fmt.Errorf("--cookie: %w", err)
	}
	return cookies, nil
}

// cookiesOfFile are those of the file that belong to the app, under whatever
// host somebody signed in to it.
func (w *whoami) cookiesOfFile() (explain.Cookies, error) {
	file, err := os.Open(w.flags.cookieJar)
	if err != nil {
		return explain.Cookies{}, fmt.Errorf("--cookie-jar: %w", err)
	}
	defer file.Close()
	jar, err := visit.ReadCookieFile(file)
	if err != nil {
		return explain.Cookies{}, fmt.Errorf("--cookie-jar %s: %w", w.flags.cookieJar, err)
	}
	upstream := &w.site.Upstream
	hosts := []string{strings.ToLower(w.origin.Hostname()), w.site.Host, hostname(upstream.HostHeader), strings.ToLower(upstream.Base().Hostname()), "localhost", "127.0.0.1"}
	return explain.CookiesIn(jar, hosts, w.firstPath()), nil
}

// signIn signs in to the app with what a person types.
func (w *whoami) signIn(ctx context.Context, in *typed, transport http.RoundTripper) (*visit.Jar, error) {
	if w.app.SignInURL == "" {
		return nil, errors.New("--login needs sign_in.app.sign_in_url, the path of the app's sign-in page: add it, or give cookies with --cookie or --cookie-jar")
	}
	login, err := in.line("Login: ")
	if err != nil {
		return nil, fmt.Errorf("read the login: %w", err)
	}
	password, err := in.secret("Password: ")
	if err != nil {
		return nil, fmt.Errorf("read the password: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, signInTimeout)
	defer cancel()
	b := visit.New(w.origin, &w.site.Upstream, transport, w.like)
	target, _, _ := strings.Cut(strings.ReplaceAll(w.app.SignInURL, "{return_to}", "%2F"), "#")
	asksAgain, err := b.SignIn(ctx, target, login, password)
	w.asksAgain = asksAgain
	w.report.SignIn(b.Exchanges, asksAgain)
	if err != nil {
		return nil, explain.SignInFailed(err)
	}
	return &b.Jar, nil
}
