package auth

// SessionCounts is told what becomes of session cookies, for those who run the
// gateway. It is nothing of any one person.
type SessionCounts interface {
	// Received is told of each cookie of ours that came, where it mattered.
	Received(CookieOutcome)
	// Changed is told of each session that was started, changed or ended.
	Changed(SessionChange)
}

// CookieOutcome is what a session cookie that came was found to be.
type CookieOutcome string

// The outcomes.
const (
	cookieOpened     CookieOutcome = "opened"
	cookieFollows    CookieOutcome = "follows"    // it opened, but only what it remembers of the app's own session counts
	cookieUnreadable CookieOutcome = "unreadable" // garbage, or sealed by a key that is not configured
	cookieEnded      CookieOutcome = "ended"      // the session was ended before its time
	cookieGone       CookieOutcome = "gone"       // its person or its method is gone, or the person's password another
	cookieOver       CookieOutcome = "over"       // its time is over
	cookieDiffers    CookieOutcome = "differs"    // from another that came with it: neither counts
)

// CookieOutcomes returns all that there are.
func CookieOutcomes() []CookieOutcome {
	return []CookieOutcome{cookieOpened, cookieFollows, cookieUnreadable, cookieEnded, cookieGone, cookieOver, cookieDiffers}
}

// SessionChange is what became of a session.
type SessionChange string

// The changes.
const (
	sessionStarted SessionChange = "started" // somebody signed in here, or the app's person is first seen
	sessionRenewed SessionChange = "renewed" // by use, or because a key moved
	sessionUpdated SessionChange = "updated" // with what is remembered of the app's
	sessionEnded   SessionChange = "ended"   // by sign-out, or because another took its place
	sessionTooBig  SessionChange = "too-large"
)

// SessionChanges returns all that there are.
func SessionChanges() []SessionChange {
	return []SessionChange{sessionStarted, sessionRenewed, sessionUpdated, sessionEnded, sessionTooBig}
}
