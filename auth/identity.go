// Package auth answers who is asking: the identity, the session cookie that
// remembers it, the rules about which path asks for what, and the token that
// tells Ferndesk. Each folder below it is one way to sign in.
package auth

// Identity is a signed-in person, as the site's method knows them. It is
// immutable once made: requests share it.
type Identity struct {
	// UserID is the person's stable id: the key of their Ferndesk identity.
	UserID string
	// Email is the person's address; a token cannot be made without one.
	Email string
	// Name is for display; empty when unknown.
	Name string
	// Groups are what access rules ask about.
	Groups []string
	// Attributes are further facts by name, for headers and token claims.
	Attributes map[string]string
}
