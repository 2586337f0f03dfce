// Package demoapp is Fernwood Tickets: the small server-rendered legacy app
// that the demo puts ferngate in front of. It is written as such an app would
// have been, without a thought of a gateway: it has accounts, a login form and
// sessions of its own. It shares no code with ferngate.
package demoapp

import (
	"embed"
	"net/http"
	"time"
)

//go:embed static
var static embed.FS

// app is one running Fernwood Tickets; its tickets and sessions live as long as it does.
type app struct {
	views    views
	tickets  *tickets
	sessions sessions
}

// Handler returns a new Fernwood Tickets with a few old tickets in it. What
// people add is kept in memory, within bounds, until the program ends.
func Handler() http.Handler {
	a := &app{views: parseViews(), tickets: seededTickets(time.Now)}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", a.list)
	mux.HandleFunc("GET /tickets/{id}", a.ticket)
	mux.HandleFunc("POST /tickets/{id}/comments", a.addComment)
	mux.HandleFunc("GET /tickets/new", a.newTicketForm)
	mux.HandleFunc("POST /tickets/new", a.addTicket)
	mux.HandleFunc("GET /login", a.loginForm)
	mux.HandleFunc("POST /login", a.login)
	mux.HandleFunc("GET /logout", a.logout)
	mux.HandleFunc("GET /account", a.account)
	mux.HandleFunc("GET /upload", a.uploadForm)
	mux.HandleFunc("POST /upload", a.upload)
	mux.HandleFunc("GET /help", a.help)
	mux.Handle("GET /static/", http.FileServerFS(static))
	mux.HandleFunc("GET /", a.notFound)
	return mux
}
