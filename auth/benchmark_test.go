package auth

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"go.uber.org/zap"

	"github.com/ferngate/ferngate/config"
)

// one is a method with one person.
type one struct{ identity *Identity }

func (o one) Identity(Session) (*Identity, bool) { return o.identity, true }

func benchmarkIdentity() *Identity {
	return &Identity{
		UserID: "1001", Email: "alice@corp.test", Name: "Alice Liddell", Groups: []string{"staff", "printers"},
		Attributes: map[string]string{"plan": "pro"},
	}
}

// BenchmarkOpen is a request's look at its session cookie: as the first with
// this cookie, and as every later one.
func BenchmarkOpen(b *testing.B) {
	key := config.NewSecret([]byte("dGVzdHMgb25seTogYSBzZXNzaW9uIGtleSBvZiA2NCBieXRlcyBvciBzbw"))
	cfg := config.Session{Keys: []config.Secret{key}, IdleTimeout: time.Hour, Lifetime: 24 * time.Hour}
	s, err := NewSessions(cfg, "app.test", map[string]Method{"password": one{benchmarkIdentity()}}, NewEnded(), uncounted{}, zap.NewNop())
	if err != nil {
		b.Fatal(err)
	}
	h := http.Header{}
	r, err := http.NewRequest(http.MethodGet, "https://app.test/", nil)
	if err != nil {
		b.Fatal(err)
	}
	if _, err := s.Start(h, r, true, Session{Method: "password", Login: "alice", Fingerprint: "0123456789abcdefghijkl"}); err != nil {
		b.Fatal(err)
	}
	cookie := (&http.Response{Header: h}).Cookies()[0]
	r.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
	b.Run("first", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, _, err := s.secure.sealer.open(cookie.Value); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if s.Open(r, true) == nil {
				b.Fatal("did not open")
			}
		}
	})
}

// BenchmarkMint is a token, beside what golang-jwt makes of the same claims by itself.
func BenchmarkMint(b *testing.B) {
	secret := []byte("a help centre's secret, only for tests")
	id, until := benchmarkIdentity(), time.Now().Add(24*time.Hour)
	b.Run("golang-jwt", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			now := time.Now()
			_, err := jwt.NewWithClaims(jwt.SigningMethodHS256, jwt.MapClaims{
				"sub": id.UserID, "userId": id.UserID, "email": id.Email, "name": id.Name,
				"customAttributes": map[string]string{"plan": id.Attributes["plan"]},
				"iat":              now.Unix(), "exp": now.Add(time.Hour).Unix(),
			}).SignedString(secret)
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ferngate", func(b *testing.B) {
		tokens, err := NewTokens(config.Ferndesk{
			JWTSecret: config.NewSecret(secret), TokenTTL: time.Hour, CustomAttributes: map[string]string{"plan": "plan"},
		})
		if err != nil {
			b.Fatal(err)
		}
		b.ReportAllocs()
		for b.Loop() {
			if _, err := tokens.Mint(id, until); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkJudge is a request's path under more and more rules.
func BenchmarkJudge(b *testing.B) {
	readings, err := Readings("/area-7/reports/2026/summary")
	if err != nil {
		b.Fatal(err)
	}
	for _, n := range []int{1, 100, 1000} {
		rules := make([]config.Rule, n)
		for i := range rules {
			rules[i] = config.Rule{Path: fmt.Sprintf("/area-%d/", i*7%n), Require: config.Public}
		}
		access := NewAccess(rules)
		b.Run(fmt.Sprintf("rules=%d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				access.Judge("GET", readings)
			}
		})
	}
}
