package recent

import (
	"errors"
	"strconv"
	"sync"
	"testing"
)

func TestWhatWasAskedForLatelyIsRemembered(t *testing.T) {
	var c Cache[int, string]
	build := func(i int) func() (string, error) {
		return func() (string, error) { return strconv.Itoa(i), nil }
	}
	for i := range 3 * size {
		if v, err := c.Get(i, build(i)); err != nil || v != strconv.Itoa(i) {
			t.Fatal(v, err)
		}
		if v, found := c.Find(0); !found || v != "0" { // asked for again and again
			t.Fatalf("0 was forgotten after %d others", i)
		}
	}
	if _, found := c.Find(1); found {
		t.Error("what nobody asked for is still there: it is not bounded")
	}
	if n := len(c.young) + len(c.old); n > 2*size {
		t.Errorf("it holds %d entries", n)
	}
}

func TestOfAnErrorNothingIsRemembered(t *testing.T) {
	var c Cache[string, int]
	failed := errors.New("failed")
	if _, err := c.Get("a", func() (int, error) { return 1, failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	if _, found := c.Find("a"); found {
		t.Error("it is remembered")
	}
}

func TestUpdatesAreNotLost(t *testing.T) {
	var c Cache[string, int]
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { c.Update("a", func(n int) int { return n + 1 }) })
	}
	wg.Wait()
	if n, _ := c.Find("a"); n != 100 {
		t.Errorf("%d of 100 updates", n)
	}
}

// Whoever finds a key that is about to be forgotten keeps it; what somebody else
// has made of it meanwhile is not undone by that.
func TestFindDoesNotUndoAnUpdate(t *testing.T) {
	const rounds = 20_000
	for i := range rounds {
		c := Cache[int, string]{old: map[int]string{0: "before"}}
		start := make(chan struct{})
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				<-start
				c.Find(0)
			})
		}
		wg.Go(func() {
			<-start
			c.Update(0, func(string) string { return "after" })
		})
		close(start)
		wg.Wait()
		if v, _ := c.Find(0); v != "after" {
			t.Fatalf("round %d: an update was undone", i)
		}
	}
}
