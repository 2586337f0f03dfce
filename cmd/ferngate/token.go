package main

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// tokenRun is one run of the command token.
type tokenRun struct {
	config, site *string
	userID       string
	email        string
	name         string
	attributes   []string
	ttl          string
}

func newToken() *cobra.Command {
	var m tokenRun
	c := &cobra.Command{
		Use:   "token",
		Short: "Make a token to try out, as the token endpoint would",
		Long: `Make one token for a person of whom the flags tell, as the token endpoint would
make it for them, and print it: signed with the site's jwt_secret, with the
site's token_ttl and custom_attributes. Whoever has the token is that person to
the help centre until it ends, so keep it to yourself.

Of a token that is there already, "ferngate token inspect" tells whether Ferndesk
would take it.`,
		Example: `  ferngate token --user-id 1001 --email alice@example.com --name "Alice Liddell"
  ferngate token --site app.example.com --user-id 1001 --email alice@example.com --attribute plan=pro
  ferngate token --user-id 1001 --email alice@example.com | ferngate token inspect`,
		Args: m.refuseArguments,
	}
	c.SuggestionsMinimumDistance = 2 // cobra's own, which it sets for the root alone
	m.config = addConfigFlag(c)
	m.site = addSiteFlag(c, hasFerndesk)
	f := c.Flags()
	f.StringVar(&m.userID, "user-id", "", "the person's stable `id`: the claims sub and userId")
	f.StringVar(&m.email, "email", "", "the person's email `address`: the claim email")
	f.StringVar(&m.name, "name", "", "the person's `name`: the claim name")
	f.StringArrayVar(&m.attributes, "attribute", nil, "an attribute of the identity, as `name=value`, for custom_attributes to send; may be repeated")
	f.StringVar(&m.ttl, "ttl", "", "the `time` that the token is good for, such as 90s or 1h; the site's token_ttl by default")
	completeNothing(c, "user-id", "email", "name", "attribute", "ttl")
	c.RunE = func(c *cobra.Command, _ []string) error { return m.run(c) }
	c.AddCommand(newTokenInspect())
	return c
}

// refuseArguments tells a misspelt command and a token to inspect from what
// people mean by --config.
func (m *tokenRun) refuseArguments(c *cobra.Command, args []string) error {
	switch {
	case len(args) == 0:
		return nil
	case slices.ContainsFunc(args, looksLikeToken):
		return errTokenArgument
	case len(c.SuggestionsFor(args[0])) > 0:
		return fmt.Errorf("unknown command %q for %q: did you mean %s?", args[0], c.CommandPath(), c.SuggestionsFor(args[0])[0])
	}
	return configByFlag(c, args)
}

// run prints the token alone on standard output, and what else there is to say
// on standard error.
func (m *tokenRun) run(c *cobra.Command) error {
	cfg, _, err := config.Load(*m.config)
	if err != nil {
		return err
	}
	site, err := ferndeskSite(cfg.Sites, *m.site)
	if err != nil {
		return err
	}
	identity := &auth.Identity{UserID: m.userID, Email: m.email, Name: m.name}
	if identity.Attributes, err = m.identityAttributes(); err != nil {
		return err
	}
	token, err := m.mint(c, cfg, *site.Ferndesk, identity)
	if missing, ok := errors.AsType[*auth.MissingClaimError](err); ok {
		flag := map[string]string{"sub": "--user-id", "email": "--email"}[missing.Claim]
		return fmt.Errorf("%w, so the endpoint would answer 403: give it with %s", missing, flag)
	}
	if err != nil {
		return err
	}
	for _, hint := range notSent(site.Ferndesk.CustomAttributes, identity.Attributes) {
		fmt.Fprintf(c.ErrOrStderr(), "warning: %s\n", hint)
	}
	_, err = fmt.Fprintln(c.OutOrStdout(), token)
	return err
}

// mint makes the token, which ends with a session that begins now, at the latest.
func (m *tokenRun) mint(c *cobra.Command, cfg *config.Config, ferndesk config.Ferndesk, identity *auth.Identity) (string, error) {
	if m.ttl != "" {
		ttl, err := config.ParseDuration(m.ttl)
		if err != nil {
			return "", fmt.Errorf("--ttl: %w", err)
		}
		ferndesk.TokenTTL = ttl
	}
	if ferndesk.TokenTTL > cfg.Session.Lifetime {
		fmt.Fprintln(c.ErrOrStderr(), "warning: the token ends after session.lifetime, which is shorter: no token outlives a session")
	}
	tokens, err := auth.NewTokens(ferndesk)
	if err != nil {
		return "", err
	}
	token, err := tokens.Mint(identity, time.Now().Add(cfg.Session.Lifetime))
	if errors.Is(err, auth.ErrEnding) {
		return "", errors.New("no token is made for less than a minute: give --ttl 60s or more")
	}
	return token, err
}

// identityAttributes are those that the flags give.
func (m *tokenRun) identityAttributes() (map[string]string, error) {
	attributes := map[string]string{}
	for _, given := range m.attributes {
		name, value, found := strings.Cut(given, "=")
		if !found || name == "" {
			return nil, fmt.Errorf("--attribute: want 'name=value', got %q", given)
		}
		if _, twice := attributes[name]; twice {
			return nil, fmt.Errorf("--attribute: %s is given twice", name)
		}
		attributes[name] = value
	}
	return attributes, nil
}

// notSent says which attributes are no part of the token, and why.
func notSent(sent, given map[string]string) []string {
	var hints []string
	sending := slices.Sorted(maps.Values(sent))
	for _, name := range slices.Sorted(maps.Keys(given)) {
		switch {
		case slices.Contains(sending, name) && given[name] != "":
		case slices.Contains(sending, name):
			hints = append(hints, fmt.Sprintf("the attribute %s is empty, and so is left out of the token", name))
		case sent[name] != "":
			hints = append(hints, fmt.Sprintf("the attribute %s is not sent: %s is the claim, and the attribute that it is filled from %s", name, name, sent[name]))
		case len(sending) == 0:
			hints = append(hints, fmt.Sprintf("the attribute %s is not sent: the site has no ferndesk.custom_attributes", name))
		default:
			hints = append(hints, fmt.Sprintf("the attribute %s is not sent: ferndesk.custom_attributes names %s", name, strings.Join(sending, ", ")))
		}
	}
	return hints
}
