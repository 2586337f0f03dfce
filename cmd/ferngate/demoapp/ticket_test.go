package demoapp

import (
	"net/http"
	"net/url"
	"testing"
)

func TestReplyIsAddedAndRedirectsBack(t *testing.T) {
	h := Handler()
	w := post(t, h, "/tickets/106/comments", url.Values{"text": {"<i>Soon</i>"}}, "Cookie", loggedIn(t, h, "bob"))
	wantStatus(t, w, http.StatusSeeOther)
	if at := w.Header().Get("Location"); at != "/tickets/106" {
		t.Errorf("Location %q", at)
	}
	wantBody(t, get(t, h, "/tickets/106"), "&lt;i&gt;Soon&lt;/i&gt;", "<b>Bob Sawyer</b>")
}

func TestEmptyReplyIsRefusedOnTheTicketsPage(t *testing.T) {
	w := post(t, Handler(), "/tickets/106/comments", url.Values{"text": {" \n"}})
	wantStatus(t, w, http.StatusUnprocessableEntity)
	wantBody(t, w, "Please write something first.", "May we have a help button?", "back=%2ftickets%2f106\"")
}

func TestReplyToNoTicketIsNotFound(t *testing.T) {
	h := Handler()
	wantStatus(t, post(t, h, "/tickets/9999/comments", url.Values{"text": {"Hello?"}}), http.StatusNotFound)
	wantStatus(t, post(t, h, "/tickets/x/comments", url.Values{"text": {""}}), http.StatusNotFound)
}
