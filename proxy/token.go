package proxy

import (
	"errors"
	"net/http"

	"go.uber.org/zap"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// notAuthenticated is the body that Ferndesk's contract fixes for nobody.
const notAuthenticated = `{"error":"Not authenticated"}`

// serveToken answers the page's fetch with a token for the signed-in person. It
// asks the app only where the app is who signs people in, so it works while any
// other is down, and it never redirects (TestR9).
func (s *site) serveToken(x *exchange, r *http.Request) {
	if !s.guardIdentity(x, r) {
		s.counts.Tokens.Add(metrics.TokenFromElsewhere)
		return
	}
	if x.session == nil && x.undecided {
		s.counts.Tokens.Add(metrics.TokenUndecided)
		s.pages.failJSON(x, errUndecided)
		return
	}
	if x.session == nil {
		s.counts.Tokens.Add(metrics.TokenForNobody)
		writeBody(x, http.StatusUnauthorized, jsonType, notAuthenticated)
		return
	}
	token, err := s.tokens.Mint(x.session.Identity, x.session.Until)
	if missing, ok := errors.AsType[*auth.MissingClaimError](err); ok {
		s.counts.Tokens.Add(metrics.TokenMissingClaim)
		s.log.Warn("no token: the person's entry lacks a required value",
			zap.String("request_id", x.id), zap.String("claim", missing.Claim))
		s.pages.fail(x, r, errMissingClaim(missing.Claim))
		return
	}
	if errors.Is(err, auth.ErrEnding) {
		s.counts.Tokens.Add(metrics.TokenEnding)
		x.reason = err.Error()
		writeBody(x, http.StatusUnauthorized, jsonType, notAuthenticated)
		return
	}
	if err != nil {
		s.counts.Tokens.Add(metrics.TokenFailed)
		s.log.Error("no token", zap.String("request_id", x.id), zap.Error(err))
		s.pages.fail(x, r, errInternal)
		return
	}
	s.counts.Tokens.Add(metrics.TokenIssued)
	writeBody(x, http.StatusOK, textType, token)
}

// fromElsewhere reports whether a page of another origin caused the request. A
// navigation to the token itself is none's and harmless.
func fromElsewhere(r *http.Request) bool {
	for _, site := range r.Header["Sec-Fetch-Site"] {
		if site != "same-origin" && site != "none" {
			return true
		}
	}
	return false
}
