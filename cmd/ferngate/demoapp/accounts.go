package demoapp

import (
	"crypto/sha256"
	"crypto/subtle"
	"slices"
)

// account is one of the people that the app knows.
type account struct {
	ID     int
	Login  string
	Email  string
	Name   string
	Plan   string
	Groups string // names with commas between
}

// accounts are all of them: nobody ever asked for a page to add one.
var accounts = [...]account{
	{ID: 1001, Login: "alice", Email: "alice@fernwood.example", Name: "Alice Liddell", Plan: "pro", Groups: "staff"},
	{ID: 1002, Login: "bob", Email: "bob@fernwood.example", Name: "Bob Sawyer", Plan: "free"},
}

// password is everybody's, as on a noticeboard.
const password = "fernwood"

// checkPassword returns the account that a login and a password open. How long
// it takes does not tell which of the two was wrong, or how wrong.
func checkPassword(login, typed string) (account, bool) {
	want, got := sha256.Sum256([]byte(password)), sha256.Sum256([]byte(typed))
	right := subtle.ConstantTimeCompare(want[:], got[:]) == 1
	i := slices.IndexFunc(accounts[:], func(a account) bool { return a.Login == login })
	if i < 0 || !right {
		return account{}, false
	}
	return accounts[i], true
}
