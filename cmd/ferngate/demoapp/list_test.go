package demoapp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestListShowsTheNewestTicketFirst(t *testing.T) {
	h := Handler()
	post(t, h, "/tickets/new", url.Values{"subject": {"A fern has wilted"}})

	w := get(t, h, "/")
	wantStatus(t, w, http.StatusOK)
	body := w.Body.String()
	added, oldest := strings.Index(body, "A fern has wilted"), strings.Index(body, "Printer on the second floor")
	if added < 0 || oldest < 0 || added > oldest {
		t.Errorf("the new ticket is at %d, the oldest at %d", added, oldest)
	}
}

func TestListEscapesSubjects(t *testing.T) {
	w := get(t, Handler(), "/")
	wantBody(t, w, "&lt;b&gt;moss&lt;/b&gt;")
	wantNotInBody(t, w, "<b>moss</b>")
}

func TestEachHandlerHasItsOwnTickets(t *testing.T) {
	one, two := Handler(), Handler()
	wantStatus(t, post(t, one, "/tickets/new", url.Values{"subject": {"Only here"}}), http.StatusSeeOther)
	wantNotInBody(t, get(t, two, "/"), "Only here")
}
