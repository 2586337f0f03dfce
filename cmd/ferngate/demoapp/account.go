package demoapp

import "net/http"

func (a *app) account(w http.ResponseWriter, r *http.Request) {
	who := a.visitor(r)
	if who == nil {
		http.Redirect(w, r, loginPath("/account"), http.StatusSeeOther)
		return
	}
	a.render(w, r, http.StatusOK, "account.html", view{Title: "My account", Tab: "account", Data: who})
}
