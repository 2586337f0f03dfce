// Package password is the method password: people in a users file, with
// hashed passwords, who sign in on ferngate's own page. A method is of the file as
// it was when it was built; sessions are always judged by the one in force.
package password

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/netip"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// Name is the method's name in the config, and in the sessions that it makes.
const Name = "password"

// ErrWrong is returned for a wrong password and for an unknown login alike:
// which of the two it was is nobody's business.
var ErrWrong = errors.New("wrong login or password")

var _ auth.Method = (*Method)(nil)

// Method is the method password of one site. All of it may be used by many
// goroutines at once.
type Method struct {
	people   *people
	gate     *Gate
	attempts *attempts
	matches  func(hash, string) bool // hash.matches; tests count with it
}

// New reads the users file of cfg and returns its method. It goes on counting the
// failed attempts of the method before it, nil for none. The error is
// config.Faults, with every fault in the file, or *watch.Unreadable.
func New(cfg config.Password, gate *Gate, before *Method) (*Method, error) {
	people, _, err := readUsers(cfg.UsersFile)
	if err != nil {
		return nil, err
	}
	m := &Method{people: people, gate: gate, matches: hash.matches}
	if before != nil {
		m.attempts = before.attempts
	} else {
		m.attempts = newAttempts()
	}
	return m, nil
}

// SignIn checks a login and a password that were sent from client. The
// session's Method, Login and Fingerprint are filled; its ID and its times are
// the caller's to set. It returns ErrWrong; *LimitedError after too many
// failed attempts; ErrBusy when too many others are signing in; the error of
// ctx if that ended while it waited for its turn.
func (m *Method) SignIn(ctx context.Context, client netip.Addr, login, password string) (auth.Session, error) {
	at, err := m.attempts.take(client, login)
	if err != nil {
		return auth.Session{}, err
	}
	if password == "" || len(password) > maxPassword {
		return auth.Session{}, ErrWrong // nobody's, whatever the login
	}
	var p *person
	err = m.gate.do(ctx, func() {
		p = m.people.check(login, password, m.matches)
	})
	if err != nil {
		m.attempts.giveBack(at)
		return auth.Session{}, err
	}
	if p == nil {
		return auth.Session{}, ErrWrong
	}
	m.attempts.giveBack(at)
	return auth.Session{Method: Name, Login: login, Fingerprint: p.fingerprint}, nil
}

// Identity returns whose session s is, as the users file had them when the config
// was read; false when the login is gone by then, or its password another. It is
// the same pointer every time.
func (m *Method) Identity(s auth.Session) (*auth.Identity, bool) {
	p, ok := m.people.byLogin[s.Login]
	if !ok || s.Method != Name {
		return nil, false
	}
	if subtle.ConstantTimeCompare([]byte(p.fingerprint), []byte(s.Fingerprint)) != 1 {
		return nil, false
	}
	return &p.identity, true
}
