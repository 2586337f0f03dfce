package metrics

import "github.com/ferngate/ferngate/auth"

// Sessions count what becomes of session cookies.
type Sessions struct {
	received Counter[auth.CookieOutcome]
	changed  Counter[auth.SessionChange]
}

var _ auth.SessionCounts = (*Sessions)(nil)

func newSessions(s *Site) *Sessions {
	return &Sessions{
		received: newCounter(s, "ferngate_session_cookies_total", "Session cookies that came with a request, as far as anything depended on them.",
			"outcome", auth.CookieOutcomes()),
		changed: newCounter(s, "ferngate_session_changes_total", "Sessions that were started, changed or ended.",
			"change", auth.SessionChanges()),
	}
}

// Expect is that of Counter.
func (c *Sessions) Expect() {
	c.received.Expect()
	c.changed.Expect()
}

// Received implements auth.SessionCounts.
func (c *Sessions) Received(o auth.CookieOutcome) { c.received.Add(o) }

// Changed implements auth.SessionCounts.
func (c *Sessions) Changed(what auth.SessionChange) { c.changed.Add(what) }
