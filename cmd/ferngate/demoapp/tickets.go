package demoapp

import (
	"slices"
	"strings"
	"sync"
	"time"
)

// Bounds on what visitors can make the app remember.
const (
	maxTickets  = 200
	maxComments = 20
	maxLine     = 120
	maxText     = 2000
)

// ticket is one report and what was said about it.
type ticket struct {
	ID       int
	Subject  string
	Text     string
	By       string
	Status   string // open, waiting or closed
	Opened   time.Time
	Comments []comment
}

type comment struct {
	By   string
	Text string
	At   time.Time
}

// tickets keeps the newest maxTickets tickets, oldest first.
type tickets struct {
	now func() time.Time

	mu   sync.Mutex
	last int // the last id given out; ids are not used twice
	all  []ticket
}

// add opens a ticket, forgetting the oldest where there are too many.
func (t *tickets) add(subject, text, by string) (id int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last++
	t.all = append(t.all, ticket{
		ID: t.last, Subject: clip(subject, maxLine), Text: clip(text, maxText), By: by, Status: "open", Opened: t.now(),
	})
	t.all = newest(t.all, maxTickets)
	return t.last
}

// comment adds to a ticket and tells whether there is one with this id.
func (t *tickets) comment(id int, text, by string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.index(id)
	if i < 0 {
		return false
	}
	c := comment{By: by, Text: clip(text, maxText), At: t.now()}
	t.all[i].Comments = newest(append(t.all[i].Comments, c), maxComments)
	return true
}

// find returns a copy that later comments do not change.
func (t *tickets) find(id int) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := t.index(id)
	if i < 0 {
		return ticket{}, false
	}
	found := t.all[i]
	found.Comments = slices.Clone(found.Comments)
	return found, true
}

// newestFirst returns every ticket, as the list shows them.
func (t *tickets) newestFirst() []ticket {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := slices.Clone(t.all)
	for i := range list {
		list[i].Comments = slices.Clone(list[i].Comments)
	}
	slices.Reverse(list)
	return list
}

func (t *tickets) index(id int) int {
	return slices.IndexFunc(t.all, func(k ticket) bool { return k.ID == id })
}

// newest keeps the last n of s.
func newest[E any](s []E, n int) []E {
	return slices.Delete(s, 0, max(0, len(s)-n))
}

// clip keeps the first n characters of s, whole, and makes broken UTF-8 plain.
func clip(s string, n int) string {
	s = strings.TrimSpace(strings.ToValidUTF8(s, "\uFFFD"))
	if runes := []rune(s); len(runes) > n {
		return string(runes[:n])
	}
	return s
}
