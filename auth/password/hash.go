package password

import (
	"errors"
	"strings"
)

// maxPassword is the longest password that is hashed, in bytes: far beyond
// any passphrase, and a bound on what a stranger makes the gateway digest.
const maxPassword = 1024

// errFormat is what parseHash returns for a text in neither of its formats.
var errFormat = errors.New("is not a password hash that ferngate can check")

// hash is one stored password hash, parsed and within bounds.
type hash interface {
	// matches computes the hash of password and compares it in constant time.
	matches(password string) bool
	// cost is what computing it takes.
	cost() cost
}

// cost is what one computation of a hash takes: equal values take equal time.
// Both implementations are comparable.
type cost interface {
	// dummy returns a hash of this cost that belongs to nobody.
	dummy() hash
}

// parseHash reads a stored hash: argon2id in the PHC string format, or bcrypt
// as htpasswd -B writes it. Parameters that would let one sign-in take
// gigabytes or minutes are refused. Its errors never repeat any of the text.
func parseHash(text string) (hash, error) {
	switch {
	case strings.HasPrefix(text, argon2Prefix):
		return parseArgon2(text)
	case strings.HasPrefix(text, "$2"):
		return parseBcrypt(text)
	}
	return nil, errFormat
}

// Hash returns the text to store as password_hash: argon2id with a fresh salt
// and the parameters of RFC 9106, section 4, second recommended option (64 MiB
// of memory, three passes, four lanes, a 32-byte tag). It refuses an empty
// password and one over 1,024 bytes, which could never sign in.
func Hash(password string) (string, error) {
	if password == "" {
		return "", errors.New("the password is empty")
	}
	if len(password) > maxPassword {
		return "", errors.New("the password is longer than 1,024 bytes")
	}
	return newArgon2(recommended, password).String(), nil
}
