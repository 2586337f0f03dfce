package demoapp

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
)

// ticketView is a ticket, with what is wrong with the comment just sent.
type ticketView struct {
	ticket
	Problem string
}

func (a *app) ticket(w http.ResponseWriter, r *http.Request) {
	a.showTicket(w, r, http.StatusOK, "")
}

func (a *app) addComment(w http.ResponseWriter, r *http.Request) {
	if !parseForm(w, r) {
		return
	}
	text := strings.TrimSpace(r.PostFormValue("text"))
	if text == "" {
		a.showTicket(w, r, http.StatusUnprocessableEntity, "Please write something first.")
		return
	}
	id := ticketID(r)
	if !a.tickets.comment(id, text, a.author(r)) {
		a.notFound(w, r)
		return
	}
	http.Redirect(w, r, ticketPath(id), http.StatusSeeOther)
}

func (a *app) showTicket(w http.ResponseWriter, r *http.Request, status int, problem string) {
	t, ok := a.tickets.find(ticketID(r))
	if !ok {
		a.notFound(w, r)
		return
	}
	a.render(w, r, status, "ticket.html", view{
		Title: fmt.Sprintf("#%d %s", t.ID, t.Subject),
		Tab:   "list",
		Path:  ticketPath(t.ID),
		Data:  ticketView{ticket: t, Problem: problem},
	})
}

// ticketID is the id in the path, or 0, which no ticket has.
func ticketID(r *http.Request) int {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return 0
	}
	return id
}

func ticketPath(id int) string {
	return fmt.Sprintf("/tickets/%d", id)
}
