package assertion

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth/jwks"
	"github.com/ferngate/ferngate/auth/mapping"
	"github.com/ferngate/ferngate/config"
)

// signed reads a JWT that the proxy signs. Who has sent it on does not matter.
type signed struct {
	header     string // in its canonical form
	verifier   *jwks.Verifier
	extraction *mapping.Extraction // nil: every claim is a value
}

var _ source = (*signed)(nil)

func newSigned(cfg config.Assertion, client *http.Client, log *zap.Logger) (*signed, error) {
	cfg = withPreset(cfg)
	if len(cfg.Audience) == 0 || cfg.Issuer == "" {
		return nil, errors.New("sign_in.assertion: issuer and audience must be given")
	}
	var verifier *jwks.Verifier
	var err error
	claims := jwks.Claims{Issuer: cfg.Issuer, Audience: cfg.Audience}
	if cfg.Preset == awsALB {
		verifier, err = jwks.NewALB(cfg.Keys.JWKSURL, claims, client, log)
	} else {
		verifier, err = jwks.New(cfg.Keys, claims, client, log)
	}
	if err != nil {
		return nil, fmt.Errorf("sign_in.assertion: %w", err)
	}
	s := &signed{header: http.CanonicalHeaderKey(cfg.Header), verifier: verifier}
	if len(cfg.Extract) > 0 {
		s.extraction = mapping.NewExtraction(cfg.Extract)
	}
	return s, nil
}

// read implements source.
func (s *signed) read(ctx context.Context, h http.Header, _ bool) (*said, error) {
	switch lines := h[s.header]; {
	case len(lines) == 0, len(lines) == 1 && lines[0] == "":
		return nil, nil
	case len(lines) > 1:
		return nil, &nobodyError{s.header + " is there more than once"}
	}
	claims, until, err := s.verifier.Verify(ctx, h[s.header][0])
	switch {
	case errors.Is(err, jwks.ErrInvalid):
		return nil, &nobodyError{err.Error()}
	case err != nil:
		return nil, err
	case s.extraction == nil:
		return &said{mapping.ClaimValues(claims), until}, nil
	}
	values := mapping.Values{}
	for _, f := range s.extraction.From(mapping.ClaimsDocument(claims), values) {
		if !f.Found && !f.Optional {
			return nil, &nobodyError{f.Name + " was not found: " + f.Problem}
		}
	}
	return &said{values, until}, nil
}

// clientHeaders implements source: a JWT needs no trust in who has sent it.
func (s *signed) clientHeaders() []string { return nil }
