package metrics

// TokenAnswer is what became of a request for a token.
type TokenAnswer string

// The values of the label outcome of ferngate_tokens_total.
const (
	TokenIssued        TokenAnswer = "issued"
	TokenForNobody     TokenAnswer = "not-signed-in"
	TokenUndecided     TokenAnswer = "undecided"     // who asks cannot be told at the moment
	TokenEnding        TokenAnswer = "ending"        // the session is over too soon
	TokenMissingClaim  TokenAnswer = "missing-claim" // the person has no value for a required one
	TokenFromElsewhere TokenAnswer = "cross-origin"  // a page of another origin asked
	TokenFailed        TokenAnswer = "error"
)

func newTokens(s *Site) Counter[TokenAnswer] {
	return newCounter(s, "ferngate_tokens_total", "Answers to those who asked for a token.", "outcome",
		[]TokenAnswer{TokenIssued, TokenForNobody, TokenUndecided, TokenEnding, TokenMissingClaim, TokenFromElsewhere, TokenFailed})
}

// WhoamiAnswer is what a page was told that asked who is signed in.
type WhoamiAnswer string

// The values of the label outcome of ferngate_widget_whoami_total.
const (
	WhoamiPerson        WhoamiAnswer = "person"
	WhoamiNobody        WhoamiAnswer = "nobody"
	WhoamiNoToken       WhoamiAnswer = "no-token" // a person who would get none
	WhoamiUndecided     WhoamiAnswer = "undecided"
	WhoamiFromElsewhere WhoamiAnswer = "cross-origin"
)

func newWidgetWhoami(s *Site) Counter[WhoamiAnswer] {
	return newCounter(s, "ferngate_widget_whoami_total", "Answers to pages that asked who is signed in.", "outcome",
		[]WhoamiAnswer{WhoamiPerson, WhoamiNobody, WhoamiNoToken, WhoamiUndecided, WhoamiFromElsewhere})
}
