package proxy

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/assertion"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
)

// site is one public host: its app, its own endpoints, its ways to sign in and
// its access rules.
type site struct {
	host     string // "" for the site that answers for any
	upstream config.Upstream
	base     *url.URL    // that of requests to the app
	publicly *publicName // as public_url has it; nil: as each request has it

	access   auth.Access
	sessions *auth.Sessions   // nil without a way to sign in
	lifetime time.Duration    // of a session
	app      *app.Method      // nil unless the app is asked who is signed in
	vouching []vouching       // what in a request itself says who sent it
	password *password.Method // nil if not configured
	tokens   *auth.Tokens     // nil without a ferndesk section

	userNames *auth.Pseudonyms // of people, for their own pages; nil where nobody signs in
	injector  *injector        // nil where the app's pages stay as they are

	appSignInURL, appSignOutURL string // "" where the app's own pages are not known

	endpoints   map[string]endpoint
	crossOrigin *http.CrossOriginProtection
	strip       stripHeaders
	identity    identityHeaders
	limits      config.Limits
	transport   *Transport
	proxy       *httputil.ReverseProxy
	pages       *pages
	look        *look
	log         *zap.Logger
}

// siteParts are what all sites of a gateway share.
type siteParts struct {
	session config.Session
	limits  config.Limits
	ended   *auth.Ended
	gate    *password.Gate
	pages   *pages
	metrics *metrics
	log     *zap.Logger
}

func newSite(ctx context.Context, cfg config.Site, parts siteParts) (*site, error) {
	s := &site{
		host:        cfg.Host,
		upstream:    cfg.Upstream,
		base:        cfg.Upstream.Base(),
		access:      auth.NewAccess(cfg.Access),
		crossOrigin: http.NewCrossOriginProtection(),
		identity:    newIdentityHeaders(cfg.IdentityHeaders),
		limits:      cfg.Limits.Over(parts.limits),
		pages:       parts.pages,
		look:        newLook(cfg.Host, cfg.Branding),
	}
	s.log = parts.log.With(zap.String("site", s.label()))
	s.lifetime = parts.session.Lifetime
	if cfg.PublicURL != nil {
		var err error
		if s.publicly, err = newPublicName(cfg.PublicURL); err != nil {
			return nil, fmt.Errorf("public_url: %w", err)
		}
		if err := s.crossOrigin.AddTrustedOrigin(s.publicly.origin); err != nil {
			return nil, fmt.Errorf("public_url: %w", err)
		}
	}
	if cfg.Ferndesk != nil {
		tokens, err := auth.NewTokens(*cfg.Ferndesk)
		if err != nil {
			return nil, err
		}
		s.tokens = tokens
	}
	var err error
	if s.injector, err = newInjector(cfg, parts.metrics.injectionsOf(s.label()), s.log.Named("inject")); err != nil {
		return nil, fmt.Errorf("inject: %w", err)
	}
	if s.transport, err = NewTransport(cfg.Upstream); err != nil {
		return nil, fmt.Errorf("upstream: %w", err)
	}
	s.proxy = s.newReverseProxy()
	asserting, err := s.buildSignIn(ctx, cfg, parts)
	if err != nil {
		return nil, err
	}
	s.strip = newStripHeaders(s.identity.names(), asserting)
	s.endpoints = s.newEndpoints(cfg.Ferndesk)
	return s, nil
}

// buildSignIn builds the configured methods, each of which watches its own
// files, and the sessions that they make. It returns the names of the headers
// that say who somebody is and only a trusted proxy may send.
func (s *site) buildSignIn(ctx context.Context, cfg config.Site, parts siteParts) (asserting []string, err error) {
	if cfg.SignIn == nil {
		return nil, nil
	}
	methods := map[string]auth.Method{}
	if section := cfg.SignIn.App; section != nil {
		if err := s.buildApp(ctx, *section); err != nil {
			return nil, err
		}
	}
	if section := cfg.SignIn.Assertion; section != nil {
		m, err := assertion.New(*section, s.log.Named(assertion.Name))
		if err != nil {
			return nil, err
		}
		go m.Watch(ctx)
		s.vouching = append(s.vouching, vouching{assertion.Name, m.Identify, false})
		asserting = m.ClientHeaders()
	}
	if section := cfg.SignIn.Password; section != nil {
		m, err := password.New(*section, parts.gate, s.log.Named(password.Name))
		if err != nil {
			return nil, err
		}
		go m.Watch(ctx)
		s.password, methods[password.Name] = m, m
	}
	if s.userNames, err = auth.NewPseudonyms(parts.session.Keys[0], "of the people at "+cfg.Host); err != nil {
		return nil, err
	}
	s.sessions, err = auth.NewSessions(parts.session, cfg.Host, methods, parts.ended, s.log.Named("session"))
	return asserting, err
}

// buildApp builds the method app, in the one of its two forms that is configured.
func (s *site) buildApp(ctx context.Context, cfg config.App) error {
	s.appSignInURL, s.appSignOutURL = cfg.SignInURL, cfg.SignOutURL
	log := s.log.Named(app.Name)
	if cfg.CookieJWT != nil {
		m, err := app.NewJWT(cfg, log)
		if err != nil {
			return err
		}
		go m.Watch(ctx)
		s.vouching = append(s.vouching, vouching{app.Name, m.Identify, true})
		return nil
	}
	m, err := app.New(cfg, s.upstream, throughSite{s}, log)
	if err != nil {
		return err
	}
	go m.Watch(ctx)
	s.app = m
	return nil
}

// throughSite sends requests to the app as forwarded ones are sent.
type throughSite struct{ site *site }

// RoundTrip implements http.RoundTripper.
func (t throughSite) RoundTrip(r *http.Request) (*http.Response, error) {
	return t.site.proxy.Transport.RoundTrip(r)
}

// label is the site's name in logs.
func (s *site) label() string {
	switch {
	case s == nil:
		return "" // the host was not ours
	case s.host == "":
		return "any"
	}
	return s.host
}

// secure reports whether the browser speaks HTTPS to the site.
func (s *site) secure(c client) bool {
	if s.publicly != nil {
		return s.publicly.https
	}
	return c.https
}

// own reports whether any reading of a path is one of the gateway's own
// endpoints: such a request never reaches the app (TestK5).
func (s *site) own(readings []string) bool {
	return slices.ContainsFunc(readings, func(path string) bool {
		if strings.HasPrefix(path, ownPrefix) || path == strings.TrimSuffix(ownPrefix, "/") {
			return true
		}
		_, found := s.endpoints[strings.TrimRight(path, "/")]
		return found
	})
}
