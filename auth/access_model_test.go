package auth

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// TestAccess_TheMostSpecificOfMany compares what is found by path with a look
// at every rule, for rules and paths of few segments, so that many meet.
func TestAccess_TheMostSpecificOfMany(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	pick := func(of ...string) string { return of[random.IntN(len(of))] }
	path := func() string {
		p := ""
		for range random.IntN(4) {
			p += "/" + pick("a", "A", "b", "ab", "ſ", "s", "")
		}
		return p + pick("", "/", "/a")
	}
	found := 0
	for range 2000 {
		var rules []config.Rule
		for range 1 + random.IntN(8) {
			r := config.Rule{Path: "/" + strings.Trim(path(), "/"), Require: config.Require(pick("public", "optional", "required"))}
			r.Exact = random.IntN(3) == 0
			if random.IntN(3) == 0 {
				r.Methods = []string{pick("GET", "POST")}
			}
			rules = append(rules, r)
		}
		access := NewAccess(rules)
		for range 20 {
			method, asked := pick("GET", "POST", "HEAD"), path()
			got := access.find(method, asked)
			var want *rule
			for _, same := range access.rules {
				for i := range same {
					if r := &same[i]; r.covers(method, asked, fold(asked)) && (want == nil || moreSpecific(r, want)) {
						want = r
					}
				}
			}
			if (got == nil) != (want == nil) || got != nil && moreSpecific(want, got) {
				t.Fatalf("%s %s among %+v: got %+v, want %+v", method, asked, rules, got, want)
			}
			if got != nil {
				found++
			}
		}
	}
	if found < 10_000 {
		t.Errorf("only %d of 40,000 paths met a rule", found)
	}
}

// moreSpecific is the order that the config promises.
func moreSpecific(a, b *rule) bool {
	rank := func(r *rule) [3]bool {
		return [3]bool{r.Exact, len(r.Methods) > 0, r.Require == config.Required}
	}
	if len(a.folded) != len(b.folded) {
		return len(a.folded) > len(b.folded)
	}
	for i, has := range rank(a) {
		if has != rank(b)[i] {
			return has
		}
	}
	return false
}
