package proxy

import (
	"fmt"
	"net/http"
	"net/http/httputil"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/auth/assertion"
	"github.com/ferngate/ferngate/auth/password"
	"github.com/ferngate/ferngate/config"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// site is one public host: its app, its own endpoints, its ways to sign in and
// its access rules.
type site struct {
	host     string                // "" for the site that answers for any
	inForce  *atomic.Pointer[site] // the site of this host by the config that is in force; of nil where that has none
	upstream config.Upstream
	base     *url.URL    // that of requests to the app
	publicly *publicName // as public_url has it; nil: as each request has it
	hsts     []string    // the Strict-Transport-Security of its answers; nil: the app's alone

	access    auth.Access
	sessions  *auth.Sessions    // nil without a way to sign in
	lifetime  time.Duration     // of a session
	app       *app.Method       // nil unless the app is asked who is signed in
	appJWT    *app.JWT          // nil unless the app's own JWT says it
	assertion *assertion.Method // nil if not configured
	vouching  []vouching        // what in a request itself says who sent it
	password  *password.Method  // nil if not configured
	tokens    *auth.Tokens      // nil without a ferndesk section

	userNames *auth.Pseudonyms // of people, for their own pages; nil where nobody signs in
	injector  *injector        // nil where the app's pages stay as they are

	forwardAuth config.ForwardAuthSource // "" where no proxy may ask

	appSignInURL, appSignOutURL string // "" where the app's own pages are not known

	endpoints   map[string]endpoint
	crossOrigin *http.CrossOriginProtection
	strip       stripHeaders
	identity    identityHeaders
	limits      config.Limits
	transport   *Transport
	tunnels     *tunnels
	trusted     []netip.Prefix // the proxies in front
	proxy       *httputil.ReverseProxy
	pages       *pages
	look        *look
	counts      *metrics.Site
	log         *zap.Logger
}

// newSite builds a site. The one before it of the same host, nil for none, hands
// over what it has learnt, and its connections.
func newSite(cfg config.Site, parts siteParts, before *site) (*site, error) {
	s := &site{
		host:        cfg.Host,
		inForce:     new(atomic.Pointer[site]),
		upstream:    cfg.Upstream,
		base:        cfg.Upstream.Base(),
		hsts:        hstsPolicy(cfg.HSTS),
		access:      auth.NewAccess(cfg.Access),
		crossOrigin: http.NewCrossOriginProtection(),
		identity:    newIdentityHeaders(cfg.IdentityHeaders),
		limits:      cfg.Limits.Over(parts.limits),
		pages:       parts.pages,
		tunnels:     parts.tunnels,
		trusted:     parts.trusted,
		look:        newLook(cfg.Host, cfg.Branding),
	}
	s.log = parts.log.With(zap.String("site", s.label()))
	s.counts = parts.metrics.Site(s.label())
	s.lifetime = parts.session.Lifetime
	if cfg.ForwardAuth != nil {
		s.forwardAuth = cfg.ForwardAuth.Source
	}
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
	if s.injector, err = newInjector(cfg, s.counts.Injections, s.log.Named("inject")); err != nil {
		return nil, fmt.Errorf("inject: %w", err)
	}
	if s.transport, err = NewTransport(cfg.Upstream); err != nil {
		return nil, fmt.Errorf("upstream: %w", err)
	}
	if before == nil {
		before = &site{}
		s.inForce.Store(s)
	} else {
		s.inForce = before.inForce
		s.transport = s.transport.or(before.transport)
	}
	s.proxy = s.newReverseProxy()
	asserting, err := s.buildSignIn(cfg, parts, before)
	if err != nil {
		return nil, err
	}
	s.strip = newStripHeaders(s.identity.names(), asserting)
	s.endpoints = s.newEndpoints(cfg.Ferndesk)
	s.expectCounts()
	return s, nil
}

// expectCounts has the metrics show, from the start, what can be counted here.
func (s *site) expectCounts() {
	if s.tokens != nil {
		s.counts.Tokens.Expect()
		s.counts.WidgetWhoami.Expect()
	}
	if s.sessions != nil {
		s.counts.Sessions.Expect()
		s.counts.SignOuts.Expect()
	}
	if s.password != nil {
		s.counts.PasswordSignIns.Expect()
	}
	if s.app != nil {
		s.counts.AppWhoami.Expect()
	}
}

// buildSignIn builds the configured methods and the sessions that they make. It
// returns the names of the headers that say who somebody is and only a trusted
// proxy may send.
func (s *site) buildSignIn(cfg config.Site, parts siteParts, before *site) (asserting []string, err error) {
	if cfg.SignIn == nil {
		return nil, nil
	}
	methods := map[string]auth.Method{}
	if section := cfg.SignIn.App; section != nil {
		if err := s.buildApp(*section, before); err != nil {
			return nil, err
		}
	}
	if section := cfg.SignIn.Assertion; section != nil {
		m, err := assertion.New(*section, before.assertion, s.log.Named(assertion.Name))
		if err != nil {
			return nil, err
		}
		s.assertion = m
		s.vouching = append(s.vouching, vouching{assertion.Name, m.Identify, false, m.Basis()})
		asserting = m.ClientHeaders()
	}
	if section := cfg.SignIn.Password; section != nil {
		m, err := password.New(*section, parts.gate, before.password)
		if err != nil {
			return nil, err
		}
		s.password, methods[password.Name] = m, m
	}
	if s.userNames, err = auth.NewPseudonyms(parts.session.Keys[0], "of the people at "+cfg.Host); err != nil {
		return nil, err
	}
	s.sessions, err = auth.NewSessions(parts.session, cfg.Host, methods, parts.ended, s.counts.Sessions, s.log.Named("session"))
	return asserting, err
}

// buildApp builds the method app, in the one of its two forms that is configured.
func (s *site) buildApp(cfg config.App, before *site) error {
	s.appSignInURL, s.appSignOutURL = cfg.SignInURL, cfg.SignOutURL
	log := s.log.Named(app.Name)
	if cfg.CookieJWT != nil {
		m, err := app.NewJWT(cfg, before.appJWT, log)
		if err != nil {
			return err
		}
		s.appJWT = m
		s.vouching = append(s.vouching, vouching{app.Name, m.Identify, true, m.Basis()})
		return nil
	}
	m, err := app.New(cfg, s.upstream, s.transport, before.app, s.counts.AppWhoami.Add, log)
	if err != nil {
		return err
	}
	s.app = m
	return nil
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
