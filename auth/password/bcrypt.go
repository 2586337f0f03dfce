package password

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

const (
	minBcryptCost = 4
	// maxBcryptCost is where one sign-in takes seconds; each step doubles it.
	maxBcryptCost = 16
	// bcryptDigits are the salt (22) and the hash (23 bytes as 31) after the third $.
	bcryptDigits = 53
	// bcryptAlphabet is bcrypt's own base64.
	bcryptAlphabet = "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
)

var (
	errBcryptForm = errors.New("is not bcrypt in the format $2a$, $2b$ or $2y$, two digits, $, 53 characters")
	errBcryptCost = errors.New("has a bcrypt cost that is not between 4 and 16")
)

// bcryptCost is the binary logarithm of the number of rounds.
type bcryptCost int

func (c bcryptCost) dummy() hash {
	return bcryptHash{c, fmt.Sprintf("$2b$%02d$%s", int(c), strings.Repeat(".", bcryptDigits))}
}

// bcryptHash is a bcrypt hash. As in every program that checks such hashes,
// only the first 72 bytes of the password count.
type bcryptHash struct {
	bcryptCost
	text string
}

func (h bcryptHash) cost() cost { return h.bcryptCost }

func (h bcryptHash) matches(password string) bool {
	return bcrypt.CompareHashAndPassword([]byte(h.text), []byte(password)) == nil
}

func parseBcrypt(text string) (hash, error) {
	parts := strings.Split(text, "$") // "", variant, cost, salt and hash
	if len(parts) != 4 || len(parts[2]) != 2 || len(parts[3]) != bcryptDigits ||
		strings.Trim(parts[3], bcryptAlphabet) != "" {
		return nil, errBcryptForm
	}
	switch parts[1] {
	case "2a", "2b", "2y": // 2x marks a faulty implementation of old
	default:
		return nil, errBcryptForm
	}
	c, err := strconv.ParseUint(parts[2], 10, 8)
	if err != nil {
		return nil, errBcryptForm
	}
	if c < minBcryptCost || c > maxBcryptCost {
		return nil, errBcryptCost
	}
	return bcryptHash{bcryptCost(c), text}, nil
}
