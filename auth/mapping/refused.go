package mapping

// RefusedError says why values make no identity, or no path.
type RefusedError struct {
	// Field is the field of the identity that cannot be made; "identity" where it is all of it, "path" for a path.
	Field string
	// Reason says why. It names values, and does not hold any.
	Reason string
}

// Error implements error.
func (e *RefusedError) Error() string { return e.Field + ": " + e.Reason }
