package demoapp

import "net/http"

func (a *app) list(w http.ResponseWriter, r *http.Request) {
	a.render(w, r, http.StatusOK, "list.html", view{
		Title: "All tickets", Tab: "list", Data: a.tickets.newestFirst(),
	})
}
