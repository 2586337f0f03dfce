package auth

import "time"

// Session is how and when a person signed in, and until when that counts. It
// is what the session cookie holds; the identity itself is looked up at every
// use, so that it is never older than what made it.
type Session struct {
	// ID is random and names the session on the list of ended ones.
	ID string
	// Method is the way to sign in that made the session, as the config names it.
	Method string
	// Login is the person's key at the method.
	Login string
	// Fingerprint binds the session to the credential it was made with.
	Fingerprint string
	// SignedIn is when the person signed in, to the second.
	SignedIn time.Time
	// LastUsed is when the cookie was last renewed, to the second.
	LastUsed time.Time
}

// Method is a way to sign in, as the session sees it.
type Method interface {
	// Identity returns whose session s is now; false when it no longer stands for anybody.
	Identity(s Session) (*Identity, bool)
}
