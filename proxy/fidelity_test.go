package proxy

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// The gateway changes nothing that it was not asked to: what a client and an
// app say to each other is the same, byte for byte, with it and without it, but
// for the differences that allowed lists. The scripts are testdata/fidelity.

// plainSite is a site with nothing but an app.
const plainSite = `listen: 127.0.0.1:0
sites:
  - upstream: {upstream}
`

// fullSite has all that a site can have. Nobody is signed in, and nobody opens
// a page that would get the widget.
const fullSite = `listen: 127.0.0.1:0
trusted_proxies: [10.0.0.0/8]
session:
  keys: [file:session.key]
sites:
  - upstream: {upstream}
    ferndesk:
      jwt_secret: file:jwt.secret
      help_center: help.example.com
      widget_id: widget_01
    sign_in:
      password: { users_file: users.yaml }
    identity_headers:
      user_id: X-Remote-User
      groups: Remote-Groups
    access:
      - { path: /, require: optional }
      - { path: /admin/, require: required }
`

func TestFidelity(t *testing.T) {
	files, err := filepath.Glob("testdata/fidelity/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatal("no scripts", err)
	}
	app := startScriptedApp(t)
	gateways := []*gateway{startGateway(t, plainSite, app.url), startGateway(t, fullSite, app.url)}
	scripts, shown := 0, map[string]bool{}
	for _, file := range files {
		for _, s := range readScripts(t, file) {
			scripts++
			t.Run(strings.TrimSuffix(filepath.Base(file), ".txt")+"/"+s.name, func(t *testing.T) {
				for _, rule := range s.compare(t, app, gateways) {
					shown[rule] = true
				}
			})
		}
	}
	for _, r := range allowed {
		if !shown[r.name] {
			t.Errorf("no script needs the rule %q", r.name)
		}
	}
	if scripts < 150 {
		t.Errorf("%d scripts", scripts)
	}
}

// compare plays a script without a gateway and with each, and returns the
// rules that it takes to make no difference of it.
func (s *script) compare(t *testing.T, app *scriptedApp, gateways []*gateway) (needed []string) {
	direct := app.play(t, s, app.url)
	if want := answers(s.steps, requests(s.steps)); fmt.Sprint(direct.answers) != fmt.Sprint(want) || !want[len(want)-1].whole {
		t.Fatalf("the script itself: %s", cmp.Diff(fmt.Sprint(want), fmt.Sprint(direct.answers)))
	}
	for _, g := range gateways {
		g.gw.sites.any.transport.CloseIdleConnections()
		through := app.play(t, s, g.url)
		if want, got := normalise(direct, through, ""); got != want {
			t.Errorf("directly (-), and through the gateway (+):\n%s", cmp.Diff(strings.Split(want, "\n"), strings.Split(got, "\n")))
			continue
		}
		for _, r := range allowed {
			if want, got := normalise(direct, through, r.name); got != want && !slices.Contains(needed, r.name) {
				needed = append(needed, r.name)
			}
		}
	}
	var unusual []string
	for _, r := range allowed {
		if !r.usual && slices.Contains(needed, r.name) {
			unusual = append(unusual, r.name)
		}
	}
	slices.Sort(unusual)
	if !t.Failed() && !slices.Equal(unusual, s.differs) {
		t.Errorf("needs the rules %q, and says %q", unusual, s.differs)
	}
	return needed
}

// normalise applies the rules, without this one, and returns what is left to
// compare.
func normalise(direct, through seen, without string) (string, string) {
	p := pair{direct.clone(), through.clone()}
	for _, r := range allowed {
		if r.name != without {
			r.apply(p)
		}
	}
	return p.direct.String(), p.through.String()
}

func (s seen) clone() *seen {
	c := &seen{early: s.early}
	for _, m := range s.requests {
		c.requests = append(c.requests, m.clone())
	}
	for _, m := range s.answers {
		c.answers = append(c.answers, m.clone())
	}
	return c
}

// String is all that is compared.
func (s *seen) String() string {
	var b strings.Builder
	for n, m := range s.requests {
		fmt.Fprintf(&b, "request %d: %s", n+1, m)
	}
	for n, m := range s.answers {
		fmt.Fprintf(&b, "answer %d: %s", n+1, m)
	}
	return b.String()
}
