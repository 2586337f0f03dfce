package main

import (
	"fmt"
	"net/http"
	"os"
)

// What oldApp keeps to itself: none of it may be in what whoami prints.
const (
	oldAppSession  = "canary-session"
	oldAppCSRF     = "canary-csrf"
	oldAppPassword = "canary-password"
)

// oldApp is a program: an app with a sign-in form of its own, at the address
// that is its argument. Alice's name has a terminal escape in it, and the
// person's answers depend on the browser, as DokuWiki's do.
func oldApp() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /login", oldAppForm)
	mux.HandleFunc("POST /login", oldAppSignIn)
	mux.HandleFunc("GET /home", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "welcome") })
	mux.HandleFunc("GET /sso", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://sso.example.net/authorize?state=canary-state", http.StatusFound)
	})
	mux.HandleFunc("GET /script", func(w http.ResponseWriter, _ *http.Request) {
		oldAppPage(w, `<form action="/search"><input name="q"></form><div id="app"></div>`)
	})
	mux.HandleFunc("GET /me", oldAppMe)
	mux.HandleFunc("GET /profile", func(w http.ResponseWriter, r *http.Request) {
		if !oldAppKnows(r) {
			http.Redirect(w, r, "/login;jsessionid=canary-path?code=canary-code", http.StatusFound)
			return
		}
		oldAppPage(w, `<title>Your profile</title><input name="mail" value="canary-value"><input name="phone">`)
	})
	mux.HandleFunc("GET /down", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	mux.HandleFunc("GET /slow", func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	mux.HandleFunc("GET /broken", func(w http.ResponseWriter, _ *http.Request) {
		if conn, _, err := http.NewResponseController(w).Hijack(); err == nil {
			fmt.Fprint(conn, "HTTP/1.1 200 OK\r\nSet-Cookie canary-broken\r\n\r\n")
			conn.Close()
		}
	})
	if err := http.ListenAndServe(os.Args[1], mux); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func oldAppPage(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	fmt.Fprint(w, "<!DOCTYPE html>", body)
}

// oldAppForm asks for a login, after a search form and with what else forms have.
func oldAppForm(w http.ResponseWriter, _ *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "csrf", Value: oldAppCSRF})
	oldAppPage(w, `<form action="/search"><input name="q"></form>
		<form action="login" method="post">
			<input type="hidden" name="csrf" value="`+oldAppCSRF+`">
			<select name="lang"><option value="de"><option value="en" selected></select>
			<input name="user"><input type="password" name="pass">
			<input type="checkbox" name="keep" value="yes">
			<button name="do" value="login">Sign in</button><button name="do" value="reset">Forgotten</button>
		</form>`)
}

func oldAppSignIn(w http.ResponseWriter, r *http.Request) {
	csrf, err := r.Cookie("csrf")
	origin := "http://" + r.Host
	switch {
	case err != nil || csrf.Value != oldAppCSRF || r.PostFormValue("csrf") != oldAppCSRF,
		r.Header.Get("Origin") != origin, r.Header.Get("Referer") != origin+"/login?next=%2F":
		http.Error(w, "forged", http.StatusForbidden)
	case r.PostForm.Encode() != "csrf="+oldAppCSRF+"&do=login&lang=en&pass="+oldAppPassword+"&user=alice":
		oldAppForm(w, r)
	default:
		http.SetCookie(w, &http.Cookie{Name: "OLDSID4f2a", Value: oldAppSession, Path: "/", HttpOnly: true})
		http.SetCookie(w, &http.Cookie{Name: "csrf", MaxAge: -1})
		http.Redirect(w, r, "/home?code=canary-code", http.StatusFound)
	}
}

func oldAppKnows(r *http.Request) bool {
	c, err := r.Cookie("OLDSID4f2a")
	return err == nil && c.Value == oldAppSession
}

func oldAppMe(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "OLDSID4f2a", Value: "canary-renewed", Path: "/"})
	w.Header().Set("Content-Type", "application/json")
	if !oldAppKnows(r) {
		w.WriteHeader(http.StatusUnauthorized)
		fmt.Fprint(w, `{"error":"sign in first"}`)
		return
	}
	fmt.Fprintf(w, `{"user":{"login":"alice","email":"alice@example.test","name":"Alice \u001b[31mLiddell\u202e","roles":["staff","editors"]},"agent":%q,"host":%q,"from":%q,"key":%q}`,
		r.UserAgent(), r.Host, r.Header.Get("X-Forwarded-For")+" "+r.Header.Get("X-Forwarded-Proto")+" "+r.Header.Get("Forwarded"), r.Header.Get("X-Api-Key"))
}
