package main

import (
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// Whole apps that nobody here wrote are walked through page by page, by
// somebody who is signed in and by a stranger, directly and through ferngate.
// Every difference is explained, or the test fails.
func TestComparedApps(t *testing.T) {
	allowed := append(ofTheWidget(), ofAnyGate()...)
	var walking sync.Mutex // an app is walked through while the next one starts
	var compared int
	apps := []struct {
		name  string
		start func(*testing.T) *comparedApp
	}{
		{"Redmine", startComparedRedmine},
		{"Tomcat", startComparedTomcat},
		{"DokuWiki", startComparedWiki},
		{"Django", startComparedDjango},
		{"Express", startComparedExpress},
	}
	t.Run("to", func(t *testing.T) {
		for _, tt := range apps {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				app := tt.start(t)
				walking.Lock()
				defer walking.Unlock()
				app.compare(t, allowed)
				compared++
			})
		}
	})
	for _, a := range allowed {
		if compared == len(apps) && a.used == 0 {
			t.Errorf("never needed: %s", a.why)
		}
	}
}

// comparedApp is an app, and what there is to know for a walk through it.
type comparedApp struct {
	*legacyApp
	seeds   []string       // where the walk begins
	avoid   *regexp.Regexp // addresses that are not asked for: they sign out, or change something
	posts   []post         // forms that change nothing
	differs []*explanation // between two answers of the app itself
	bare    []*bare        // pages that get no widget
}

// enough is how many pages there must be to a walk.
const enough = 30

const comparedConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
session: { keys: [file:session.key] }
sites:
  - upstream: {upstream}
    ferndesk: { jwt_secret: file:jwt.secret, token_path: [{tokens}]{widget} }
    sign_in:
`

// gateOf runs ferngate in front of the app, with more settings of the widget, if any.
func (c *comparedApp) gateOf(t *testing.T, widget string) string {
	t.Helper()
	config := strings.NewReplacer("{upstream}", c.url, "{tokens}", strings.Join(c.tokens, ", "), "{widget}", widget).Replace(comparedConfig)
	for line := range strings.Lines(deployed(t, c.mapping)) {
		config += "      " + line
	}
	return serveGate(t, config, map[string]string{"people.csv": peopleTable(t)})
}

func (c *comparedApp) compare(t *testing.T, allowed []*allowance) {
	gate := c.gateOf(t, "")
	widget := c.gateOf(t, fmt.Sprintf(", help_center: %s, widget_id: %s", helpHost, testWidget))
	var found []string
	for _, who := range []string{"somebody signed in", "a stranger"} {
		w := &comparison{
			comparedApp: c, who: who, allowed: allowed,
			first:  newSide(t, "directly", c.url),
			again:  newSide(t, "directly again", c.url),
			gates:  []*side{newSide(t, "through ferngate", gate), newSide(t, "with the widget", widget)},
			proven: map[*step][]*explanation{},
		}
		if who != "a stranger" {
			for _, s := range w.sides() { // all of them now: an app may show when somebody last did
				for _, browser := range []*visitor{s.plain, s.gzip} {
					browser.follow(c.login(browser, threePeople()[0]))
				}
			}
		}
		found = w.run(t, found) // a stranger asks for what there is for others, too
	}
	for _, e := range c.differs {
		if e.used == 0 {
			t.Errorf("explains nothing: %s", e.why)
		}
	}
	for _, b := range c.bare {
		if b.used == 0 {
			t.Errorf("no such page without a widget: %s", b.why)
		}
	}
}
