package auth

import "time"

// Session is what the session cookie holds: how and when a person signed in,
// and what is remembered of the app's own session. Of a person who signed in
// here it holds no more than the key to look them up by, so that what is known
// of them is never older than what made it.
type Session struct {
	// ID is random and names the session on the list of ended ones.
	ID string
	// Method is the way to sign in that made the session, as the config names
	// it; "" where nobody signed in here and only Followed says something.
	Method string
	// Login is the person's key at the method.
	Login string
	// Fingerprint binds the session to the credential it was made with.
	Fingerprint string
	// SignedIn is when the session began, to the second.
	SignedIn time.Time
	// LastUsed is when the cookie was last renewed, to the second.
	LastUsed time.Time
	// Followed is what is remembered of the app's own session; nil: nothing.
	Followed *Followed
}

// Method is a way to sign in here, as the session sees it.
type Method interface {
	// Identity returns whose session s is now; false when it no longer stands for anybody.
	Identity(s Session) (*Identity, bool)
}
