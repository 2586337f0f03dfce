package app

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"time"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/auth/jwks"
	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/config"
)

// JWT is the method app of one site whose app keeps its session in a JWT: who
// it is is read from the request, and the app is never asked. Nothing of it is
// remembered, so that whoever has lost the cookie is nobody at once.
type JWT struct {
	section    config.CookieJWT
	cookie     string // its name; "" where only bearer counts
	bearer     bool
	verifier   *jwks.Verifier
	extraction *mapping.Extraction // nil: every claim is a value
	composer   *mapping.Composer
	refusals   seldom
	log        *zap.Logger
}

// NewJWT builds the method of a config with cookie_jwt. Keys that the method before
// it (nil for none) has fetched from where this one would are kept. The error is
// config.Faults, with every fault in the table of enrich, or says what is wrong
// with that file or with the keys.
func NewJWT(cfg config.App, before *JWT, log *zap.Logger) (*JWT, error) {
	section := cfg.CookieJWT
	verifier, err := jwks.New(section.Keys, jwks.Claims{Issuer: section.Issuer, Audience: section.Audience}, nil, log)
	if err != nil {
		return nil, fmt.Errorf("sign_in.app.cookie_jwt: %w", err)
	}
	if before != nil && reflect.DeepEqual(before.section, *section) && before.verifier.SameKeys(verifier) {
		verifier = before.verifier
	}
	m := &JWT{section: *section, cookie: section.Cookie, bearer: section.Bearer, verifier: verifier, log: log}
	if len(section.Extract) > 0 {
		m.extraction = mapping.NewExtraction(section.Extract)
	}
	var table *mapping.Table
	if cfg.Enrich != nil {
		if table, err = mapping.NewTable(*cfg.Enrich, extracted(cfg)); err != nil {
			return nil, err
		}
	}
	m.composer = mapping.NewComposer(cfg.Identity, table)
	return m, nil
}

// Basis is what the method goes by. It is the same value as that of the method
// before, where that believed the same in the same way.
func (m *JWT) Basis() any { return m.verifier }

// Identify returns who the JWT of a request with these headers says it is, and
// until when that counts; nil without one that does. The error is
// jwks.ErrUndecided.
func (m *JWT) Identify(ctx context.Context, h http.Header, _ bool) (*auth.Identity, time.Time, error) {
	token := m.token(h)
	if token == "" {
		return nil, time.Time{}, nil
	}
	claims, until, err := m.verifier.Verify(ctx, token)
	if errors.Is(err, jwks.ErrInvalid) {
		if m.refusals.due(time.Now()) {
			m.log.Info("the app's JWT does not count", zap.Error(err))
		}
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, err
	}
	values := mapping.ClaimValues(claims)
	if m.extraction != nil {
		values = mapping.Values{}
		for _, f := range m.extraction.From(mapping.ClaimsDocument(claims), values) {
			if !f.Found && !f.Optional {
				m.log.Debug("the app's JWT names nobody", zap.String("value", f.Name), zap.String("reason", f.Problem))
				return nil, time.Time{}, nil
			}
		}
	}
	id, err := m.composer.Compose(values)
	if err != nil {
		m.log.Warn("no identity", zap.String("reason", err.Error()))
		return nil, time.Time{}, nil
	}
	return id, until, nil
}

// token is the JWT in a request, "" for none. Two that differ are none: which
// one the app goes by is not known.
func (m *JWT) token(h http.Header) string {
	found := ""
	add := func(token string) bool {
		if found != "" && found != token {
			return false
		}
		found = token
		return true
	}
	if m.cookie != "" {
		for name, pair := range pairs(h["Cookie"]) {
			if name != m.cookie {
				continue
			}
			_, value, _ := strings.Cut(pair, "=")
			if !add(strings.Trim(value, ` "`)) {
				return ""
			}
		}
	}
	for _, line := range h["Authorization"] {
		scheme, token, _ := strings.Cut(line, " ")
		if m.bearer && strings.EqualFold(scheme, "Bearer") && !add(strings.TrimSpace(token)) {
			return ""
		}
	}
	return found
}
