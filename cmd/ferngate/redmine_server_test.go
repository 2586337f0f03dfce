package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// redmine is Debian's on puma, with a copy of its files, in which an instance
// and a database of its own can lie.
type redmine struct {
	*appServer
	sources string // testdata/apps/redmine
}

// startRedmine runs it, or skips the test where it is not installed.
func startRedmine(t *testing.T) *legacyApp {
	t.Helper()
	needRedmine(t)
	sources, err := filepath.Abs("testdata/apps/redmine")
	if err != nil {
		t.Fatal(err)
	}
	s := &redmine{newAppServer(t, "redmine"), sources}
	s.install()
	s.launch = func() []*process {
		args := s.bundle("exec", "puma", "--environment", "production", "--bind", "tcp://127.0.0.1:"+s.port, "--threads", "2:4", filepath.Join(sources, "logged.ru"))
		puma := start(t, s.dir, args[0], args[1:]...)
		puma.answers(t, s.url)
		return []*process{puma}
	}
	s.start()
	return s.legacyApp()
}

// legacyApp describes it to the story of the apps that are followed.
func (s *redmine) legacyApp() *legacyApp {
	return &legacyApp{
		appServer:     s.appServer,
		mapping:       "redmine",
		numbered:      true,
		whoami:        "/my/account",
		tokens:        []string{"/api/ferndesk-token"},
		page:          "/",
		private:       "/my/page",
		asset:         "/stylesheets/application.css",
		greets:        func(p person) string { return fmt.Sprintf(`href="/users/%d">%s</a>`, p.ID, p.Login) },
		login:         loginToRedmine,
		logout:        logoutOfRedmine,
		expire:        func() { s.run(s.bundle("exec", "ruby", filepath.Join(s.sources, "expire.rb"))...) },
		keepsSessions: true,
		switches:      true,
		pages:         []string{"/", "/login", "/my/account", "/projects", "/issues", "/nothing/here", "/robots.txt"},
		varying: []varying{
			{"CSRF tokens are masked anew each time", regexp.MustCompile(`(name="(?:csrf-token|authenticity_token)" (?:content|value)=")[^"]*`)},
			{"forms have random names", regexp.MustCompile(`( name="[a-z_-]*form-)[0-9a-f]+`)},
			{"the session is encrypted anew each time", regexp.MustCompile(`(Set-Cookie: Redmine=)[^;]*`)},
			{"of a page with that", regexp.MustCompile(`(\nEtag: ).*`)},
			{"a number for each request", regexp.MustCompile(`(\nX-Request-Id: ).*`)},
			{"how long it took", regexp.MustCompile(`(\nX-Runtime: ).*`)},
		},
	}
}

// install lays it out and makes its database, with the people in it.
func (s *redmine) install() {
	s.t.Helper()
	people, err := json.Marshal(threePeople())
	if err != nil {
		s.t.Fatal(err)
	}
	for _, step := range [][]string{
		// Without what belongs to the machine's own instance, and not everybody may read.
		{"tar", "-C", "/usr/share/redmine", "--exclude=./instances", "--exclude=./config/database.yml", "--exclude=./Gemfile.lock", "-chf", "redmine.tar", "."},
		{"mkdir", "-p", "www/log", "www/tmp", "www/instances/own/config", "www/instances/own/log", "www/instances/own/tmp"},
		{"tar", "-C", "www", "-xf", "redmine.tar"},
	} {
		s.run(step...)
	}
	database := fmt.Sprintf("production:\n  adapter: sqlite3\n  database: %s\n  timeout: 20000\n", s.path("redmine.sqlite3"))
	writeFiles(s.t, s.dir, map[string]string{
		"people.json":                             string(people),
		"www/Gemfile.local":                       "gem 'puma'\n",
		"www/config/database.yml":                 database, // which gems there must be
		"www/instances/own/config/database.yml":   database,
		"www/instances/own/config/secret_key.txt": strings.Repeat("only for tests ", 4),
	})
	s.run(s.bundle("install", "--local", "--quiet")...)
	s.run(s.bundle("exec", "rails", "runner", filepath.Join(s.sources, "seed.rb"))...)
}

// bundle is the command line of a program of Redmine's.
func (s *redmine) bundle(args ...string) []string {
	return append([]string{
		"env", "--chdir=" + s.path("www"), "HOME=" + s.dir, "LC_ALL=C.UTF-8", "RAILS_ENV=production", "REDMINE_INSTANCE=own", "BUNDLE_SILENCE_ROOT_WARNING=1",
		"PEOPLE=" + s.path("people.json"), "LOG=" + s.path("requests.log"), "DATABASE=" + s.path("redmine.sqlite3"), "bundle",
	}, args...)
}

func needRedmine(t *testing.T) {
	t.Helper()
	var missing []string
	for _, name := range []string{"bundle", "puma"} {
		if _, err := exec.LookPath(name); err != nil {
			missing = append(missing, name)
		}
	}
	if _, err := os.Stat("/usr/share/redmine/config.ru"); err != nil {
		missing = append(missing, "redmine")
	}
	need(t, strings.Join(missing, ", "))
}

func loginToRedmine(v *visitor, p person) answer {
	v.t.Helper()
	token := v.open("/").field(v.t, "csrf-token")
	a := v.post("/login", url.Values{"authenticity_token": {token}, "username": {p.Login}, "password": {appPassword}})
	a.want(v.t, http.StatusFound, "")
	return a
}

func logoutOfRedmine(v *visitor) answer {
	v.t.Helper()
	token := v.open("/").field(v.t, "csrf-token")
	a := v.post("/logout", url.Values{"authenticity_token": {token}})
	a.want(v.t, http.StatusFound, "")
	return a
}
