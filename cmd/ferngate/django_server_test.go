package main

import (
	"encoding/json"
	"net/http"
	"net/url"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"
)

// python is Debian's, for which its packages are; another may come first on the path.
const python = "/usr/bin/python3"

// startDjango runs the app of testdata/apps/django with its sessions in db or
// signed_cookies.
func startDjango(t *testing.T, engine string) *legacyApp {
	t.Helper()
	err := exec.CommandContext(t.Context(), python, "-c", "import django").Run()
	need(t, unless(err == nil, "python3-django"))
	s := newAppServer(t, "django")
	settings, err := json.Marshal(map[string]any{
		"port": s.port, "engine": engine, "database": s.path("django.sqlite3"), "people": threePeople(), "log": s.path("requests.log"),
	})
	if err != nil {
		t.Fatal(err)
	}
	writeFiles(t, s.dir, map[string]string{"settings.json": string(settings)})
	program, err := filepath.Abs("testdata/apps/django/app.py")
	if err != nil {
		t.Fatal(err)
	}
	s.run(python, program, "settings.json", "seed")
	s.launch = func() []*process {
		django := start(t, s.dir, python, program, "settings.json", "serve")
		django.answers(t, s.url)
		return []*process{django}
	}
	app := djangoApp(s)
	if engine == "db" {
		app.expire = func() { s.run(python, program, "settings.json", "expire") }
	}
	s.start()
	return app
}

// djangoApp describes it to the story of the apps that are followed.
func djangoApp(s *appServer) *legacyApp {
	return &legacyApp{
		appServer: s,
		mapping:   "django",
		whoami:    "/admin/password_change/",
		tokens:    []string{"/api/ferndesk-token"},
		page:      "/",
		private:   "/admin/password_change/",
		asset:     "/static/admin/css/base.css",
		greets:    func(p person) string { return "Hello, " + p.Login + "." },
		login:     loginToDjango,
		logout: func(v *visitor) answer {
			v.t.Helper()
			token := v.open("/admin/password_change/").field(v.t, "csrfmiddlewaretoken")
			return v.post("/admin/logout/", url.Values{"csrfmiddlewaretoken": {token}})
		},
		keepsSessions: true,
		switches:      true,
		pages:         []string{"/", "/admin/", "/admin/login/?next=/admin/", "/static/admin/img/icon-yes.svg", "/nothing/here"},
		varying: []varying{
			{"the form's copy of the CSRF token is masked anew each time", regexp.MustCompile(`(name="csrfmiddlewaretoken" value=")[^"]*`)},
			{"a stranger's CSRF cookie is random", regexp.MustCompile(`(Set-Cookie: csrftoken=)[^;]*`)},
			{"a cookie's end, in seconds from now", regexp.MustCompile(`(Set-Cookie: csrftoken=.*; expires=)[^;]*`)},
			{"of a page with that", regexp.MustCompile(`(?i)(\nETag: ).*`)},
			{"an Expires of now", regexp.MustCompile(`(\nExpires: ).*`)},
		},
	}
}

func loginToDjango(v *visitor, p person) answer {
	v.t.Helper()
	// Leads to the login form whoever is nobody, and has a form of its own for all others.
	token := v.open("/admin/password_change/").field(v.t, "csrfmiddlewaretoken")
	a := v.post("/admin/login/?next=/", url.Values{"csrfmiddlewaretoken": {token}, "username": {p.Login}, "password": {appPassword}})
	a.want(v.t, http.StatusFound, "")
	return a
}
