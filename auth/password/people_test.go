package password

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// counting makes a method note the cost of every hash that it computes.
func counting(m *Method) (costs func() []string) {
	var mu sync.Mutex
	var noted []string
	m.matches = func(h hash, password string) bool {
		mu.Lock()
		noted = append(noted, fmt.Sprintf("%T%v", h.cost(), h.cost()))
		mu.Unlock()
		return h.matches(password)
	}
	return func() []string {
		mu.Lock()
		defer mu.Unlock()
		taken := noted
		noted = nil
		return slices.Sorted(slices.Values(taken))
	}
}

func TestUnknownLoginCostsTheSame(t *testing.T) {
	m := methodOf(t,
		entry("alice", cheapHash("a")),
		entry("anna", cheapHash("b")),
		entry("bob", "$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW"),
		entry("carol", newArgon2(argon2Cost{memory: 16, passes: 1, threads: 1}, "c").String()))
	costs := counting(m)
	for _, login := range []string{"alice", "anna", "bob", "carol", "nobody", ""} {
		if _, err := m.SignIn(t.Context(), office, login, "wrong"); err != ErrWrong {
			t.Fatal(err)
		}
		want := []string{"password.argon2Cost{16 1 1}", "password.argon2Cost{8 1 1}", "password.bcryptCost4"}
		if got := costs(); !slices.Equal(got, want) {
			t.Errorf("%q computes %q, want %q", login, got, want)
		}
	}
	if _, err := m.SignIn(t.Context(), office, "alice", "a"); err != nil || len(costs()) != 1 {
		t.Errorf("the right password: %v, or more than one hash", err)
	}
}

func TestAnEmptyFileCostsAsMuchAsOneOfHash(t *testing.T) {
	dummies := methodOf(t).people.dummies
	if len(dummies) != 1 || dummies[0].cost() != recommended {
		t.Errorf("got %+v", dummies)
	}
}
