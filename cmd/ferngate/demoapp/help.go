package demoapp

import "net/http"

// help is the page with the help widget's snippet in it, opened up: what the
// snippet fetches is shown instead of being handed to a widget.
func (a *app) help(w http.ResponseWriter, r *http.Request) {
	a.render(w, r, http.StatusOK, "help.html", view{Title: "Help", Tab: "help", Data: receivedHeaders(r)})
}
