package demoapp

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestNewTicketRedirectsToItsPage(t *testing.T) {
	h := Handler()
	w := post(t, h, "/tickets/new", url.Values{"subject": {"Broken pot"}, "text": {"It fell."}})
	wantStatus(t, w, http.StatusSeeOther)
	if at := w.Header().Get("Location"); at != "/tickets/107" {
		t.Fatalf("Location %q", at)
	}
	wantBody(t, get(t, h, "/tickets/107"), "Broken pot", "It fell.", "Opened by <b>Guest</b>")
}

func TestNewTicketIsSignedByWhoIsLoggedIn(t *testing.T) {
	h := Handler()
	alice := loggedIn(t, h, "alice")
	post(t, h, "/tickets/new", url.Values{"subject": {"Broken pot"}}, "Cookie", alice, "X-Forwarded-Name", "Ada Fern")
	wantBody(t, get(t, h, "/tickets/107"), "Opened by <b>Alice Liddell</b>")
}

func TestNewTicketEscapesEverything(t *testing.T) {
	h := Handler()
	evil := `"><script>alert(1)</script>`
	post(t, h, "/tickets/new", url.Values{"subject": {evil}, "text": {evil}})
	for _, path := range []string{"/", "/tickets/107"} {
		wantNotInBody(t, get(t, h, path), "<script>alert(1)")
	}
}

func TestNewTicketNeedsASubjectAndKeepsTheText(t *testing.T) {
	w := post(t, Handler(), "/tickets/new", url.Values{"subject": {"  "}, "text": {"A <long> story"}})
	wantStatus(t, w, http.StatusUnprocessableEntity)
	wantBody(t, w, "Please give the ticket a subject.", "A &lt;long&gt; story")
}

func TestFormsOfUnreasonableSizeAreRefused(t *testing.T) {
	w := post(t, Handler(), "/tickets/new", url.Values{"subject": {strings.Repeat("x", maxForm)}})
	wantStatus(t, w, http.StatusBadRequest)
}
