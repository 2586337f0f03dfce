package main

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// appPassword is everybody's at every app, which knows nothing of ferngate's.
const appPassword = "Looking-Glass-1871"

// person has an account at an app.
type person struct {
	ID       int    `json:"id"`
	Login    string `json:"login"`
	Email    string `json:"email"`
	First    string `json:"first"`
	Last     string `json:"last"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

func threePeople() []person {
	people := []person{
		{ID: 1001, Login: "alice", Email: "alice@example.test", First: "Alice", Last: "Liddell"},
		{ID: 1002, Login: "bob", Email: "bob.sawyer@example.test", First: "Bob", Last: "Sawyer"},
		{ID: 1003, Login: "carol", Email: "carol@example.test", First: "Carol", Last: "O'Néill & Søn"},
	}
	for i := range people {
		people[i].Name, people[i].Password = people[i].First+" "+people[i].Last, appPassword
	}
	return people
}

// legacyApp is an app that ferngate follows, and how a person uses it.
type legacyApp struct {
	*appServer
	mapping  string   // deploy/apps/mapping.yaml is its sign_in.app
	numbered bool     // the mapping's user id is the account's number, else its login
	whoami   string   // path and query that the mapping asks
	tokens   []string // the token paths, the first of which gets the app's session cookie
	page     string   // for everybody, and greets a person
	private  string   // what the story asks a person for; no page of the sign-in
	asset    string

	websocket string // a path where every message is sent back; "" if there is none

	greets func(person) string // what page says then
	login  func(*visitor, person) answer
	logout func(*visitor) answer
	expire func() // ends every session; nil where the browser's cookie is all there is

	keepsSessions bool // while it is restarted
	switches      bool // takes another person's login while somebody is signed in

	pages   []string // to compare
	varying []varying
}

// varying is what differs between two answers of the app itself: all but the
// first group of what it matches.
type varying struct {
	why  string
	what *regexp.Regexp
}

// userID is the person's at this app.
func (a *legacyApp) userID(p person) string {
	if a.numbered {
		return fmt.Sprint(p.ID)
	}
	return p.Login
}

const followedConfig = `listen: 127.0.0.1:{port}
admin: { listen: "" }
session: { keys: [file:session.key] }
sites:
  - upstream: {upstream}
    ferndesk: { jwt_secret: file:jwt.secret, token_path: [{tokens}] }
    access: [{ path: {private}, require: required }]
    sign_in:
      app:
        recheck: {recheck}
        timeout: 10s
`

// gate runs ferngate in front of the app.
func (a *legacyApp) gate(t *testing.T, recheck string) string {
	t.Helper()
	mapping, err := os.ReadFile(filepath.Join("../../deploy/apps", a.mapping+".yaml"))
	if err != nil {
		t.Fatal(err)
	}
	config := strings.NewReplacer("{upstream}", a.url, "{tokens}", strings.Join(a.tokens, ", "), "{private}", a.private, "{recheck}", recheck).Replace(followedConfig)
	for line := range strings.Lines(string(mapping)) {
		config += "        " + line
	}
	return serveGate(t, config, map[string]string{"people.csv": peopleTable(t)})
}

// peopleTable is what apps that know no email address are enriched with.
func peopleTable(t *testing.T) string {
	t.Helper()
	var table bytes.Buffer
	w := csv.NewWriter(&table)
	rows := [][]string{{"login", "email", "name"}}
	for _, p := range threePeople() {
		rows = append(rows, []string{p.Login, p.Email, p.Name})
	}
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	return table.String()
}

// escaped is text as these apps write it into a page.
func escaped(text string) string {
	return strings.ReplaceAll(html.EscapeString(text), "&#39;", "&#039;")
}
