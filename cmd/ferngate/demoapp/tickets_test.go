package demoapp

import (
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"
)

func TestOnlyTheNewestTicketsAreKept(t *testing.T) {
	ts := seededTickets(time.Now)
	for range maxTickets + 10 {
		ts.add("One more", "", "Guest")
	}
	list := ts.newestFirst()
	if len(list) != maxTickets {
		t.Errorf("%d tickets, want %d", len(list), maxTickets)
	}
	if _, ok := ts.find(101); ok {
		t.Error("the oldest ticket is still there")
	}
	if want := 106 + maxTickets + 10; list[0].ID != want {
		t.Errorf("the newest is %d, want %d: ids are never used twice", list[0].ID, want)
	}
}

func TestOnlyTheNewestRepliesAreKept(t *testing.T) {
	ts := seededTickets(time.Now)
	for range maxComments {
		ts.comment(101, "Again", "Guest")
	}
	ts.comment(101, "The last", "Guest")
	got, _ := ts.find(101)
	if n := len(got.Comments); n != maxComments {
		t.Errorf("%d replies, want %d", n, maxComments)
	}
	if last := got.Comments[maxComments-1].Text; last != "The last" {
		t.Errorf("the last reply is %q", last)
	}
}

func TestLongAndBrokenTextIsCutWhole(t *testing.T) {
	ts := seededTickets(time.Now)
	got, _ := ts.find(ts.add(strings.Repeat("ü", maxLine+1), strings.Repeat("x", maxText)+"\xff", "Guest"))
	if n := utf8.RuneCountInString(got.Subject); n != maxLine {
		t.Errorf("subject of %d characters, want %d", n, maxLine)
	}
	if !utf8.ValidString(got.Subject) || !utf8.ValidString(got.Text) || len(got.Text) != maxText {
		t.Errorf("%q, %d bytes of text", got.Subject, len(got.Text))
	}
}

func TestWhatWasFoundDoesNotChange(t *testing.T) {
	ts := seededTickets(time.Now)
	before, _ := ts.find(101)
	ts.comment(101, "Later", "Guest")
	if n := len(before.Comments); n != 2 {
		t.Errorf("the earlier copy has %d replies, want 2", n)
	}
}

func TestManyPeopleAtOnce(t *testing.T) {
	ts := seededTickets(time.Now)
	var people sync.WaitGroup
	for range 8 {
		people.Go(func() {
			for range 50 {
				id := ts.add("Together", "", "Guest")
				ts.comment(id, "Me too", "Guest")
				ts.newestFirst()
			}
		})
	}
	people.Wait()
	if want := 106 + 8*50; ts.newestFirst()[0].ID != want {
		t.Errorf("the newest is %d, want %d", ts.newestFirst()[0].ID, want)
	}
}
