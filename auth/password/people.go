package password

import (
	"crypto/sha256"
	"encoding/base64"

	"github.com/ferngate/ferngate/auth"
)

// people is a users file, read and checked. It is immutable.
type people struct {
	byLogin map[string]*person
	// dummies hold one hash of each cost that the file has, or of the cost
	// that Hash would give the first person of an empty one.
	dummies []hash
}

// person is one who may sign in.
type person struct {
	identity    auth.Identity
	hash        hash
	fingerprint string
}

func newPeople(users []user, hashes []hash) *people {
	ps := &people{byLogin: make(map[string]*person, len(users))}
	seen := map[cost]bool{}
	for i, u := range users {
		ps.byLogin[u.Login] = &person{
			identity: auth.Identity{
				UserID:     u.UserID,
				Email:      u.Email,
				Name:       u.Name,
				Groups:     u.Groups,
				Attributes: u.Attributes,
			},
			hash:        hashes[i],
			fingerprint: fingerprint(u.Login, u.PasswordHash),
		}
		if c := hashes[i].cost(); !seen[c] {
			seen[c] = true
			ps.dummies = append(ps.dummies, c.dummy())
		}
	}
	if len(users) == 0 {
		ps.dummies = []hash{recommended.dummy()}
	}
	return ps
}

// check returns the person whose login and password these are, or nil. What a
// wrong answer takes does not depend on whether there is such a login, nor on
// which hash it has: one computation of each cost in the file, with dummies in
// place of the hashes that are not the person's (TestUnknownLoginCostsTheSame).
func (ps *people) check(login, password string, matches func(hash, string) bool) *person {
	p := ps.byLogin[login]
	if p != nil && matches(p.hash, password) {
		return p
	}
	for _, d := range ps.dummies {
		if p == nil || p.hash.cost() != d.cost() {
			matches(d, password)
		}
	}
	return nil
}

// fingerprint names a login with its stored hash, so that a session ends when
// either changes. It tells nothing about the hash: 16 bytes of SHA-256 over
// the two, base64url (RFC 4648, section 5), 22 characters.
func fingerprint(login, hash string) string {
	// No login holds the separator: control characters are refused.
	sum := sha256.Sum256([]byte("ferngate password session\x00" + login + "\x00" + hash))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}
