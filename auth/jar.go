package auth

import (
	"crypto/sha256"

	"github.com/ferngate/ferngate/auth/recent"
)

// jar is the cookie under one scheme. It remembers which session a cookie's
// exact bytes hold, by their hash: opening costs some ten times as much. That
// is no decision; whether the session still counts is asked at every use.
type jar struct {
	sealer
	opened recent.Cache[[sha256.Size]byte, opening]
}

// opening is what a cookie holds.
type opening struct {
	session Session
	by      keyName
}

func (j *jar) open(value string) (opening, error) {
	if len(value) > maxSealed {
		return opening{}, errSeal
	}
	var exact [maxSealed]byte // on the stack, where a conversion would not be
	return j.opened.Get(sha256.Sum256(exact[:copy(exact[:], value)]), func() (opening, error) {
		session, by, err := j.sealer.open(value)
		return opening{session, by}, err
	})
}
