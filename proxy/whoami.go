package proxy

import (
	"encoding/json"
	"net/http"

	"github.com/ferngate/ferngate/auth/app"
	"github.com/ferngate/ferngate/proxy/metrics"
)

// asker is what whoami answers: whether a token would be had, and whether it
// would be the same person's as before.
type asker struct {
	// User is opaque and stable for one person under one session key; nil: nobody.
	User *string `json:"user"`
	// Until is when the session ends, in seconds since 1970.
	Until int64 `json:"until,omitempty"`
	// Undecided says that somebody may be signed in, but the app that knows cannot tell at the moment.
	Undecided bool `json:"undecided,omitempty"`
}

// serveWhoami tells a page who is signed in, without a name and always with
// 200: an error would be noted in the browser's console. It is guarded like the token.
func (s *site) serveWhoami(x *exchange, r *http.Request) {
	if !s.guardIdentity(x, r) {
		s.counts.WidgetWhoami.Add(metrics.WhoamiFromElsewhere)
		return
	}
	answer, told := asker{}, metrics.WhoamiNobody
	if x.session == nil && x.undecided {
		answer.Undecided, told = true, metrics.WhoamiUndecided
	}
	if x.session != nil {
		told = metrics.WhoamiNoToken
		if _, err := s.tokens.Expiry(x.session.Identity, x.session.Until); err == nil {
			told = metrics.WhoamiPerson
			user := s.userNames.Of(x.session.Identity.UserID)
			answer = asker{User: &user, Until: x.session.Until.Unix()}
		} else {
			x.reason = err.Error()
		}
	}
	s.counts.WidgetWhoami.Add(told)
	body, err := json.Marshal(answer)
	if err != nil {
		panic(err) // two texts and a number always marshal
	}
	writeBody(x, http.StatusOK, jsonType, string(body))
}

// guardIdentity sets the headers of an answer that tells of a person and finds
// out who asks. It reports false if it has answered: a page of another origin.
func (s *site) guardIdentity(x *exchange, r *http.Request) bool {
	h := x.Header()
	ownAnswer(h)
	h["Cross-Origin-Resource-Policy"] = sameOrigin
	h["Vary"] = varyCookie
	if fromElsewhere(r) {
		s.pages.fail(x, r, errCrossOrigin)
		return false
	}
	if s.sessions != nil {
		s.whoAsks(x, r, app.Exact)
		s.remember(x, h)
	}
	return true
}
