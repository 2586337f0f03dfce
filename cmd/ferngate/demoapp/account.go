package demoapp

import "net/http"

func (a *app) account(w http.ResponseWriter, r *http.Request) {
	a.render(w, r, http.StatusOK, "account.html", view{Title: "My account", Tab: "account", Data: receivedHeaders(r)})
}
