package main

import (
	"errors"
	"net/http"
	"slices"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"
)

// comparison is one walk through an app, which is done four times: directly,
// directly again, and through the two gates.
type comparison struct {
	*comparedApp
	who     string
	first   *side // finds the way, and is what the others are compared with
	again   *side // shows what the app itself does otherwise the next time
	gates   []*side
	allowed []*allowance

	pages, assets int
	wrong         int                      // differences that were not explained
	remembered    int                      // answers with the cookie of ferngate itself
	proven        map[*step][]*explanation // what the app itself was seen to differ in
}

func (w *comparison) sides() []*side { return append([]*side{w.first, w.again}, w.gates...) }

// run also begins at more addresses, and returns those of all the pages that it asked for.
func (w *comparison) run(t *testing.T, more []string) []string {
	t.Helper()
	steps, pages := w.walk(t, append(slices.Clip(w.seeds), more...))
	steps = w.ask(t, steps)
	var forms []*step
	for i := range w.posts {
		forms = append(forms, &step{method: http.MethodPost, path: w.posts[i].path, page: true, form: &w.posts[i]})
		w.mustSend(t, w.first, forms[i])
	}
	nextSecond(t) // what differs by the second must differ, to be seen to
	w.others(t, steps)
	for _, s := range forms {
		for _, side := range w.sides()[1:] {
			w.mustSend(t, side, s)
		}
	}
	w.judge(t, append(steps, forms...))
	return pages
}

// ask asks for more of what the walk has found, and returns all steps.
func (w *comparison) ask(t *testing.T, walked []*step) []*step {
	t.Helper()
	for _, s := range walked {
		if !s.page { // once more: what the app makes once and keeps has the time of that
			w.mustSend(t, w.first, s)
		}
	}
	probes := w.probes(walked)
	for _, s := range probes {
		w.mustSend(t, w.first, s)
	}
	return append(walked, probes...)
}

func nextSecond(t *testing.T) {
	t.Helper()
	now := time.Now().Unix()
	eventually(t, "the next second", func() error {
		if time.Now().Unix() == now {
			return errors.New("not yet")
		}
		return nil
	})
}

// judge compares what all sides got.
func (w *comparison) judge(t *testing.T, steps []*step) {
	t.Helper()
	most := len(w.gates) * maxRemembered
	for _, s := range steps {
		if w.first.replies[s].header["Location"] != nil {
			most += 2 * len(w.gates) // it may be how a sign-in ends, after which the next page tells whose
		}
		needed, left := compareReplies(w.differs, w.first.replies[s], w.again.replies[s])
		if left != "" {
			w.differ(t, s, "the app itself differs (-first +again):\n"+left)
		}
		w.proven[s] = needed
		for _, side := range w.gates {
			w.through(t, s, side)
		}
	}
	if w.pages < enough {
		t.Errorf("%d pages for %s, want %d", w.pages, w.who, enough)
	}
	if w.remembered > most {
		t.Errorf("%s: ferngate set its cookie %d times, at most %d would do", w.who, w.remembered, most)
	}
	t.Logf("%s, %s: %d pages, %d assets, %d requests on each of %d sides; ferngate set its cookie %d times; %d differences not explained",
		w.mapping, w.who, w.pages, w.assets, len(steps), len(w.sides()), w.remembered, w.wrong)
}

// maxRemembered is how often a gate may set its own cookie in a walk of two
// browsers: when it learns whose they are, and by the forms at the end. After a
// redirect that sets a session cookie it has to learn that once more.
const maxRemembered = 12

// differ fails the test. Of many differences the first ones say enough.
func (w *comparison) differ(t *testing.T, s *step, how string) {
	t.Helper()
	if w.wrong++; w.wrong <= 10 {
		t.Errorf("%s, by %s: %s", s, w.who, how)
	}
}

func (w *comparison) mustSend(t *testing.T, side *side, s *step) {
	t.Helper()
	if err := side.send(s); err != nil {
		t.Fatal(err)
	}
}

// others has the other sides send the same in the same order, at the same time
// as each other: each has its own session.
func (w *comparison) others(t *testing.T, steps []*step) {
	t.Helper()
	var all errgroup.Group
	for _, side := range w.sides()[1:] {
		all.Go(func() error {
			for _, s := range steps {
				if err := side.send(s); err != nil {
					return err
				}
			}
			return nil
		})
	}
	if err := all.Wait(); err != nil {
		t.Fatal(err)
	}
}

// through compares what came through a gate with what came directly.
func (w *comparison) through(t *testing.T, s *step, side *side) {
	t.Helper()
	x := &crossing{step: s, widget: side == w.gates[1], want: w.first.replies[s].clone(), got: side.replies[s].clone()}
	if s.of != nil {
		x.whole = w.first.replies[s.of]
	}
	x.wanted = x.widget && w.wantsWidget(s, x.want)
	for _, a := range w.allowed {
		if (x.widget || !a.widget) && a.undo(x) {
			a.used++
		}
	}
	if x.wanted && !x.placed {
		w.differ(t, s, "the widget is missing")
	}
	if x.asked {
		w.remembered++
	}
	needed, left := compareReplies(w.differs, x.want, x.got)
	if left != "" {
		w.differ(t, s, "(-directly +"+side.name+"):\n"+left)
	}
	for _, e := range needed {
		if e.used++; !w.differsByItself(t, s, e) {
			w.differ(t, s, "directly it is always the same, but not "+side.name+": "+e.why)
		}
	}
}

// differsByItself reports whether the app was seen to differ in what an
// explanation covers. Two answers of five may be the same by chance.
func (w *comparison) differsByItself(t *testing.T, s *step, e *explanation) bool {
	t.Helper()
	for range 4 {
		if slices.Contains(w.proven[s], e) {
			return true
		}
		w.mustSend(t, w.again, s)
		w.proven[s], _ = compareReplies(w.differs, w.first.replies[s], w.again.replies[s])
	}
	return false
}
