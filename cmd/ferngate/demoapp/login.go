package demoapp

import (
	"net/http"
	"net/url"
	"strings"
)

// loginView is the form, with what was wrong with the last try.
type loginView struct {
	Login, Back, Problem string
}

func (a *app) loginForm(w http.ResponseWriter, r *http.Request) {
	a.showLogin(w, r, loginView{Back: backPath(r.URL.Query().Get("back"))})
}

func (a *app) login(w http.ResponseWriter, r *http.Request) {
	if !parseForm(w, r) {
		return
	}
	v := loginView{Login: clip(r.PostFormValue("login"), maxLine), Back: backPath(r.FormValue("back"))}
	who, ok := checkPassword(v.Login, r.PostFormValue("password"))
	if !ok {
		v.Problem = "Wrong login or password."
		a.showLogin(w, r, v)
		return
	}
	a.sessions.end(sessionID(r))
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: a.sessions.begin(who), Path: "/", HttpOnly: true})
	http.Redirect(w, r, v.Back, http.StatusSeeOther)
}

// logout is a link, as it was everywhere in those days.
func (a *app) logout(w http.ResponseWriter, r *http.Request) {
	a.sessions.end(sessionID(r))
	http.SetCookie(w, &http.Cookie{Name: sessionCookie, Value: "deleted", Path: "/", HttpOnly: true, MaxAge: -1})
	http.Redirect(w, r, backPath(r.URL.Query().Get("back")), http.StatusSeeOther)
}

// showLogin answers a wrong password with 200, too: status codes are for pages
// that are missing.
func (a *app) showLogin(w http.ResponseWriter, r *http.Request, v loginView) {
	a.render(w, r, http.StatusOK, "login.html", view{Title: "Log in", Path: v.Back, Data: v})
}

// loginPath is where a guest logs in, to come back to the page that path is.
func loginPath(path string) string {
	return "/login?" + url.Values{"back": {path}}.Encode()
}

// backPath is the page to go on to after login and logout: one of this app's,
// else the front page.
func backPath(back string) string {
	outside := func(c rune) bool {
		return c <= ' ' || c == '\\' || c == 0x7f // a browser takes \ for /, and leaves tabs and newlines out
	}
	u, err := url.Parse(back)
	if err != nil || !strings.HasPrefix(back, "/") || strings.HasPrefix(back, "//") || strings.ContainsFunc(back, outside) ||
		u.Path == "/login" || u.Path == "/logout" {
		return "/"
	}
	return back
}
