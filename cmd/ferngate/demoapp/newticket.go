package demoapp

import (
	"net/http"
	"strings"
)

// maxForm bounds the forms with text in them, far above what they keep.
const maxForm = 64 << 10

// draft is a ticket being written, with what is wrong with it so far.
type draft struct {
	Subject, Text, Problem string
}

func (a *app) newTicketForm(w http.ResponseWriter, r *http.Request) {
	a.showDraft(w, r, http.StatusOK, draft{})
}

func (a *app) addTicket(w http.ResponseWriter, r *http.Request) {
	if !parseForm(w, r) {
		return
	}
	d := draft{Subject: strings.TrimSpace(r.PostFormValue("subject")), Text: strings.TrimSpace(r.PostFormValue("text"))}
	if d.Subject == "" {
		d.Problem = "Please give the ticket a subject."
		a.showDraft(w, r, http.StatusUnprocessableEntity, d)
		return
	}
	id := a.tickets.add(d.Subject, d.Text, a.author(r))
	http.Redirect(w, r, ticketPath(id), http.StatusSeeOther)
}

func (a *app) showDraft(w http.ResponseWriter, r *http.Request, status int, d draft) {
	a.render(w, r, status, "newticket.html", view{Title: "New ticket", Tab: "new", Data: d})
}

// parseForm reads a posted form and answers for one that cannot be read.
func parseForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "Fernwood Tickets could not read this form.", http.StatusBadRequest)
		return false
	}
	return true
}
