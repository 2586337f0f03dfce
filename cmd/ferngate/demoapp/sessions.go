package demoapp

import (
	"crypto/rand"
	"net/http"
	"slices"
	"sync"
)

const (
	// sessionCookie is the name of the cookie that holds a session's id.
	sessionCookie = "FWSESSID"
	// maxSessions is how many people can be logged in before the first of them is forgotten.
	maxSessions = 200
)

// session is one login of one browser.
type session struct {
	id  string
	who account
}

// sessions keeps the newest maxSessions logins, oldest first.
type sessions struct {
	mu  sync.Mutex
	all []session
}

// begin opens a session under an id that nobody had before.
func (s *sessions) begin(who account) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id = rand.Text()
	s.all = newest(append(s.all, session{id, who}), maxSessions)
	return id
}

// find returns whose session it is.
func (s *sessions) find(id string) (account, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.all, func(k session) bool { return k.id == id })
	if i < 0 {
		return account{}, false
	}
	return s.all[i].who, true
}

// end forgets a session, if there is one with this id.
func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all = slices.DeleteFunc(s.all, func(k session) bool { return k.id == id })
}

// sessionID is the id that the browser sent, "" for none.
func sessionID(r *http.Request) string {
	c, err := r.Cookie(sessionCookie)
	if err != nil {
		return ""
	}
	return c.Value
}

// visitor returns who sent the request, nil for a guest.
func (a *app) visitor(r *http.Request) *account {
	if who, ok := a.sessions.find(sessionID(r)); ok {
		return &who
	}
	return nil
}

// author is what the visitor's tickets and replies are signed with: guests write too.
func (a *app) author(r *http.Request) string {
	if who := a.visitor(r); who != nil {
		return who.Name
	}
	return "Guest"
}
