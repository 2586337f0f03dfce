package password

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ferngate/ferngate/auth"
)

func TestSignIn(t *testing.T) {
	stored := cheapHash("wonderland")
	m := methodOf(t, entry("alice", stored), entry("bob", "$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW"))

	s, err := m.SignIn(t.Context(), office, "alice", "wonderland")
	if err != nil {
		t.Fatal(err)
	}
	if want := (auth.Session{Method: "password", Login: "alice", Fingerprint: fingerprint("alice", stored)}); s != want {
		t.Errorf("got %+v, want %+v", s, want)
	}
	id, ok := m.Identity(s)
	if !ok || id.UserID != "id-alice" || id.Email != "alice@example.com" {
		t.Errorf("got %+v, %v", id, ok)
	}
	if again, _ := m.Identity(s); again != id {
		t.Error("the identity is another pointer the second time")
	}
	if _, err := m.SignIn(t.Context(), office, "bob", "swordfish"); err != nil {
		t.Errorf("bcrypt: %v", err)
	}
}

func TestWrongLoginAndWrongPasswordAreOneError(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("wonderland")))
	for _, c := range []struct{ login, password string }{
		{"alice", "Wonderland"},
		{"alice", ""},
		{"alice", "wonderland" + strings.Repeat(" ", maxPassword)},
		{"Alice", "wonderland"},
		{"nobody", "wonderland"},
		{"", ""},
		{strings.Repeat("x", 1<<20), "wonderland"},
	} {
		if s, err := m.SignIn(t.Context(), office, c.login, c.password); err != ErrWrong || s != (auth.Session{}) {
			t.Errorf("%.20q, %.20q: got %+v, %v", c.login, c.password, s, err)
		}
	}
}

// TestTwoPeopleSigningInAtOnce is S5, tinyauth CVE-2026-33544.
func TestTwoPeopleSigningInAtOnce(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("a")), entry("bob", cheapHash("b")))
	for range 200 {
		var wg sync.WaitGroup
		for login, password := range map[string]string{"alice": "a", "bob": "b"} {
			wg.Go(func() {
				s, err := m.SignIn(t.Context(), office, login, password)
				if err != nil {
					t.Error(err)
					return
				}
				if id, ok := m.Identity(s); !ok || id.UserID != "id-"+login {
					t.Errorf("%s got the identity %+v", login, id)
				}
			})
		}
		wg.Wait()
	}
}

// TestNobodyLocksOthersOut is S7, tinyauth CVE-2026-77561.
func TestNobodyLocksOthersOut(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("a")))
	var limited int
	for i := range 1000 {
		login := fmt.Sprint("random", i)
		if i%2 == 0 {
			login = "alice"
		}
		_, err := m.SignIn(t.Context(), someone, login, "guess")
		if _, ok := errors.AsType[*LimitedError](err); ok {
			limited++
		}
	}
	if limited < 900 {
		t.Errorf("of 1,000 guesses from one address only %d were limited", limited)
	}
	if _, err := m.SignIn(t.Context(), office, "alice", "a"); err != nil {
		t.Errorf("alice, from her own address: %v", err)
	}
	if _, err := m.SignIn(t.Context(), someone, "alice", "a"); err == nil {
		t.Error("the guesser's address is not limited")
	}
	for i := range 2 * maxBuckets {
		_, _ = m.attempts.take(someone, fmt.Sprint("more", i))
	}
	if n := len(m.attempts.pairs.byKey); n > maxBuckets {
		t.Errorf("%d buckets", n)
	}
}

func TestParallelGuessesDoNotSlipPast(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("a")))
	m.gate = newGate(100)
	costs := counting(m)
	var wg sync.WaitGroup
	var wrong atomic.Int32
	for i := range 50 {
		wg.Go(func() {
			if _, err := m.SignIn(t.Context(), someone, "alice", fmt.Sprint("guess", i)); err == ErrWrong {
				wrong.Add(1)
			}
		})
	}
	wg.Wait()
	if n := len(costs()); n != pairBurst || wrong.Load() != pairBurst {
		t.Errorf("%d guesses were hashed, %d answered, want %d", n, wrong.Load(), pairBurst)
	}
}

func TestBusyGatewaySaysSoAndCountsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := methodOf(t, entry("alice", cheapHash("a")))
		m.gate = newGate(1)
		m.matches = func(hash, string) bool { time.Sleep(time.Hour); return false }
		go func() { _, _ = m.SignIn(t.Context(), café, "bob", "x") }()
		synctest.Wait()

		for range 2 * pairBurst {
			if _, err := m.SignIn(t.Context(), office, "alice", "a"); err != ErrBusy {
				t.Fatalf("got %v, want ErrBusy", err)
			}
			ctx, leave := context.WithTimeout(t.Context(), time.Second)
			if _, err := m.SignIn(ctx, office, "alice", "a"); !errors.Is(err, context.DeadlineExceeded) {
				t.Fatalf("got %v, want the context's error", err)
			}
			leave()
		}
		time.Sleep(2 * time.Hour)
	})
}

func TestSessionsOfAnotherCredentialStandForNobody(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("a")), entry("bob", cheapHash("b")))
	s, err := m.SignIn(t.Context(), office, "alice", "a")
	if err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*auth.Session){
		"another login":           func(s *auth.Session) { s.Login = "bob" },
		"an unknown login":        func(s *auth.Session) { s.Login = "nobody" },
		"another method":          func(s *auth.Session) { s.Method = "oidc" },
		"no fingerprint":          func(s *auth.Session) { s.Fingerprint = "" },
		"a longer fingerprint":    func(s *auth.Session) { s.Fingerprint += "A" },
		"another hash's":          func(s *auth.Session) { s.Fingerprint = fingerprint("alice", cheapHash("a")) },
		"nothing":                 func(s *auth.Session) { *s = auth.Session{} },
		"the hash without login":  func(s *auth.Session) { s.Fingerprint = fingerprint("", cheapHash("a")) },
		"a fingerprint cut short": func(s *auth.Session) { s.Fingerprint = s.Fingerprint[:21] },
	} {
		spoiled := s
		spoil(&spoiled)
		if id, ok := m.Identity(spoiled); ok || id != nil {
			t.Errorf("%s: got %+v", name, id)
		}
	}
}

func TestIdentityAllocatesNothing(t *testing.T) {
	m := methodOf(t, entry("alice", cheapHash("a")))
	s, err := m.SignIn(t.Context(), office, "alice", "a")
	if err != nil {
		t.Fatal(err)
	}
	if n := testing.AllocsPerRun(100, func() { m.Identity(s) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
