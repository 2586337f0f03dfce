package mapping

import (
	"fmt"
	"slices"

	"github.com/andybalholm/cascadia"

	"github.com/ferngate/ferngate/config"
)

// Condition knows an app's answer to a stranger. It may be used by many
// goroutines at once.
type Condition struct{ cfg config.AnonymousWhen }

// NewCondition knows it by what cfg says; without cfg, no answer is one.
func NewCondition(cfg *config.AnonymousWhen) *Condition {
	if cfg == nil {
		return &Condition{}
	}
	return &Condition{*cfg}
}

// Holds reports whether d is the answer to a stranger, and by what it is known.
// Where a selector cannot be tried on a page, or a pointer leads to more than
// one thing, it may be, and so it is.
func (c *Condition) Holds(d *Document) (why string, holds bool) {
	if slices.Contains(c.cfg.Status, d.Status) {
		return fmt.Sprintf("the status is %d", d.Status), true
	}
	if p := c.cfg.JSON; !p.IsZero() {
		found, problem := d.pointed(p)
		if problem == "" && found != nil && found != false {
			return "the answer has " + p.String(), true
		}
	}
	if s := c.cfg.CSS; !s.IsZero() {
		if why := d.shows(s); why != "" {
			return why, true
		}
	}
	if re := c.cfg.Regex; !re.IsZero() && re.Match(d.body) {
		return "the body matches " + re.String(), true
	}
	return "", false
}

// shows tells by what a page is known to have what a selector selects.
func (d *Document) shows(s config.Selector) string {
	root, problem := d.page()
	switch {
	case d.html != nil && d.html.err != nil:
		return problem + ", and may have " + s.String()
	case problem == "" && cascadia.Query(root, s) != nil:
		return "the page has " + s.String()
	}
	return ""
}
