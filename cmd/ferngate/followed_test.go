package main

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// Apps that nobody here wrote sign their people in by themselves, and ferngate
// follows. Every app tells the same story.
func TestFollowedApps(t *testing.T) {
	for _, tt := range []struct {
		name  string
		start func(*testing.T) *legacyApp
	}{
		{"Tomcat", startTomcat},
		{"Redmine", startRedmine},
		{"DokuWiki", func(t *testing.T) *legacyApp { return startDokuWiki(t).legacyApp() }},
		{"Django with sessions in its database", func(t *testing.T) *legacyApp { return startDjango(t, "db") }},
		{"Django with sessions in signed cookies", func(t *testing.T) *legacyApp { return startDjango(t, "signed_cookies") }},
		{"Express with sessions in memory", func(t *testing.T) *legacyApp { return startExpress(t, "memory") }},
		{"Express with sessions in Redis", func(t *testing.T) *legacyApp { return startExpress(t, "redis") }},
		{"Express with sessions in the cookie", func(t *testing.T) *legacyApp { return startExpress(t, "cookie") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			app := tt.start(t)
			s := &followed{
				legacyApp: app, people: threePeople(),
				gate: app.gate(t, defaultRecheck.String()), replica: app.gate(t, defaultRecheck.String()), brief: app.gate(t, "1s"),
			}
			t.Run("the app by itself does what the story relies on", s.byItself)
			t.Run("a stranger has no token, and no page for signed-in people", s.stranger)
			t.Run("who signs in to the app has a token", s.signsIn)
			t.Run("three people at once are never mixed up", s.threeAtOnce)
			t.Run("who signs out of the app has no token from then on", s.signsOut)
			t.Run("who signs in as somebody else is somebody else from then on", s.switchesPerson)
			t.Run("whose cookies are gone has no token", s.losesCookies)
			t.Run("two replicas answer as one", s.replicas)
			t.Run("pages are those of the app", s.pagesEqual)
			if s.websocket != "" {
				t.Run("websockets are those of the app", s.websockets)
			}
			t.Run("the app is asked no more than it must be", s.asksLittle)
			if s.expire != nil {
				t.Run("whose session the app ends has no token soon after", s.expires)
			}
			t.Run("the app goes down and comes back", s.downAndUp)
			t.Run("the app never saw our cookie", s.cookieStays)
		})
	}
}

// defaultRecheck is the config's.
const defaultRecheck = 30 * time.Second

// followed is an app with gates in front of it.
type followed struct {
	*legacyApp
	people  []person
	gate    string // remembers a person for long, so that what it forgets, it forgets for a reason
	replica string // another one with its keys
	brief   string // remembers for a second
}

// browser is one of somebody's at a gate. Everybody's sends other headers, to
// which an app may bind its session, and by which its log tells them apart.
func (s *followed) browser(t *testing.T, gate string, p person) *visitor {
	t.Helper()
	v := newVisitor(t, gate)
	v.headers = []string{"User-Agent", "Mozilla/5.0 (" + p.Login + " in " + t.Name() + ")"}
	if p.Login != "alice" {
		v.headers = append(v.headers, "Accept-Language", "en, x-"+p.Login+";q=0.5")
		v.client.Transport = &http.Transport{} // accepts gzip
	}
	return v
}

// signIn uses the app's form and goes where it leads.
func (s *followed) signIn(v *visitor, p person) {
	v.t.Helper()
	a := v.follow(s.login(v, p))
	if a.status != http.StatusOK {
		v.t.Fatalf("sign-in leads %s to %d %s", p.Login, a.status, a.at)
	}
}

// token fetches one as the widget does.
func (v *visitor) token(path string) answer {
	v.t.Helper()
	return v.get(path, "Accept", "*/*")
}

func (s *followed) wantPerson(v *visitor, p person) {
	v.t.Helper()
	for _, path := range s.tokens {
		if err := s.names(v.token(path), p); err != nil {
			v.t.Fatalf("%s: %v", path, err)
		}
	}
}

func (s *followed) wantNobody(v *visitor) {
	v.t.Helper()
	for _, path := range s.tokens {
		if err := v.token(path).nobody(); err != nil {
			v.t.Fatalf("%s: %v", path, err)
		}
	}
}

// wantGreeted wants the app itself to know the person.
func (s *followed) wantGreeted(v *visitor, p person) {
	v.t.Helper()
	v.get(s.page).want(v.t, http.StatusOK, s.greets(p))
}

// names returns nil if the answer is a token for the person.
func (s *followed) names(a answer, p person) error {
	if a.status != http.StatusOK {
		return fmt.Errorf("%d %s, want a token for %s", a.status, a.body, p.Login)
	}
	var claims struct {
		jwt.RegisteredClaims
		UserID string `json:"userId"`
		Email  string `json:"email"`
		Name   string `json:"name"`
	}
	key := func(*jwt.Token) (any, error) { return []byte(gateSecret), nil }
	if _, err := jwt.ParseWithClaims(string(a.body), &claims, key, jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired()); err != nil {
		return fmt.Errorf("a token: %w", err)
	}
	if id := s.userID(p); claims.Subject != id || claims.UserID != id || claims.Email != p.Email || claims.Name != p.Name {
		return fmt.Errorf("a token for %+v, want %s's", claims, p.Login)
	}
	return nil
}

// nobody returns nil if the answer is the one for nobody.
func (a answer) nobody() error {
	if a.status != http.StatusUnauthorized || string(a.body) != `{"error":"Not authenticated"}` {
		return fmt.Errorf("%d %s, want the 401 for nobody", a.status, a.body)
	}
	return nil
}
