package recent

import ("sync";"testing")

// A Find that promotes from the old generation overwrites an Update that came in between.
func TestZZFindUndoesUpdate(t *testing.T) {
	lost := 0
	for range 3000 {
		var c Cache[int, int]
		c.Put(-1, 1)
		for i := range size { c.Put(i, 0) } // rotates: -1 is in the old generation
		if _, young := c.young[-1]; young { t.Fatal("young") }
		var wg sync.WaitGroup
		for range 4 { wg.Go(func() { c.Find(-1) }) }
		wg.Go(func() { c.Update(-1, func(int) int { return 2 }) })
		wg.Wait()
		if v, _ := c.Find(-1); v != 2 { lost++ }
	}
	if lost > 0 { t.Errorf("%d of 3000 updates were undone by a Find", lost) }
}
