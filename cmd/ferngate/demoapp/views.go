package demoapp

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
)

//go:embed pages
var pages embed.FS

// views are the parsed pages by file name, each within the shared layout.
type views map[string]*template.Template

// view is what the layout asks of every page.
type view struct {
	Title string
	Tab   string   // the menu entry that is lit
	Path  string   // where login and logout lead back to
	User  *account // nil: a guest
	Data  any
}

func parseViews() views {
	vs := views{}
	for _, name := range []string{
		"list.html", "ticket.html", "newticket.html", "login.html", "account.html", "upload.html", "help.html",
		"notfound.html",
	} {
		vs[name] = template.Must(template.ParseFS(pages, "pages/layout.html", "pages/"+name))
	}
	return vs
}

// render writes a page only once it is whole, so that a fault is a clean 500.
func (a *app) render(w http.ResponseWriter, r *http.Request, status int, name string, v view) {
	v.User = a.visitor(r)
	if v.Path == "" {
		v.Path = r.URL.Path
	}
	var page bytes.Buffer
	if err := a.views[name].ExecuteTemplate(&page, "layout.html", v); err != nil {
		http.Error(w, "Fernwood Tickets could not draw this page.", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // a reader who has gone needs no page
}

func (a *app) notFound(w http.ResponseWriter, r *http.Request) {
	a.render(w, r, http.StatusNotFound, "notfound.html", view{Title: "Not found", Path: "/"})
}
