package password

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"golang.org/x/crypto/argon2"
)

const (
	argon2Prefix = "$argon2id$"

	minArgon2Salt = 8  // bytes; the least of RFC 9106, section 3.1
	maxArgon2Salt = 64 // bytes
	minArgon2Tag  = 16 // bytes; less is too easily met by chance
	maxArgon2Tag  = 64 // bytes

	maxArgon2Memory  = 1 << 20 // KiB: 1 GiB
	maxArgon2Passes  = 64
	maxArgon2Threads = 64
	// maxArgon2Work bounds memory times passes, in KiB, to a few seconds: a
	// hash that takes longer than people queue for is a lock, not a password.
	maxArgon2Work = 4 << 20
)

var (
	errArgon2Form   = errors.New("is not argon2id in the PHC string format, $argon2id$v=19$m=…,t=…,p=…$salt$hash")
	errArgon2Memory = errors.New("has an argon2id memory m that is not between 8 KiB a lane (p) and 1 GiB")
	errArgon2Passes = errors.New("has an argon2id time t that is not between 1 and 64")
	errArgon2Lanes  = errors.New("has an argon2id parallelism p that is not between 1 and 64")
	errArgon2Work   = errors.New("takes too long: argon2id memory times passes, m × t, is over 4 GiB")
	errArgon2Salt   = errors.New("has an argon2id salt that is not 8 to 64 bytes long")
	errArgon2Tag    = errors.New("has an argon2id hash that is not 16 to 64 bytes long")
)

// recommended is RFC 9106, section 4, second recommended option.
var recommended = argon2Cost{memory: 64 << 10, passes: 3, threads: 4}

// argon2Cost is what decides how long argon2id takes (RFC 9106, section 3.1).
type argon2Cost struct {
	memory  uint32 // KiB
	passes  uint32
	threads uint8
}

func (c argon2Cost) dummy() hash {
	return argon2Hash{argon2Cost: c, salt: make([]byte, 16), tag: make([]byte, 32)}
}

// check says which bound the parameters break, if any.
func (c argon2Cost) check() error {
	switch {
	case c.threads < 1 || c.threads > maxArgon2Threads:
		return errArgon2Lanes
	case c.memory < 8*uint32(c.threads) || c.memory > maxArgon2Memory:
		return errArgon2Memory
	case c.passes < 1 || c.passes > maxArgon2Passes:
		return errArgon2Passes
	case c.memory*c.passes > maxArgon2Work: // 2^20 × 2^6 fits
		return errArgon2Work
	}
	return nil
}

// argon2Hash is an argon2id hash, version 0x13.
type argon2Hash struct {
	argon2Cost
	salt, tag []byte
}

// newArgon2 hashes password with a fresh 16-byte salt into a 32-byte tag.
func newArgon2(c argon2Cost, password string) argon2Hash {
	salt := make([]byte, 16)
	_, _ = rand.Read(salt) // never fails: crypto/rand ends the process instead
	return argon2Hash{c, salt, argon2.IDKey([]byte(password), salt, c.passes, c.memory, c.threads, 32)}
}

func (h argon2Hash) cost() cost { return h.argon2Cost }

func (h argon2Hash) matches(password string) bool {
	tag := argon2.IDKey([]byte(password), h.salt, h.passes, h.memory, h.threads, uint32(len(h.tag)))
	return subtle.ConstantTimeCompare(tag, h.tag) == 1
}

// String returns the PHC string.
func (h argon2Hash) String() string {
	b64 := base64.RawStdEncoding
	return fmt.Sprintf("%sv=%d$m=%d,t=%d,p=%d$%s$%s", argon2Prefix, argon2.Version,
		h.memory, h.passes, h.threads, b64.EncodeToString(h.salt), b64.EncodeToString(h.tag))
}

func parseArgon2(text string) (hash, error) {
	parts := strings.Split(text, "$") // "", argon2id, version, parameters, salt, tag
	if len(parts) != 6 {
		return nil, errArgon2Form
	}
	c, err := parseArgon2Cost(parts[3])
	if err != nil {
		return nil, err
	}
	salt, errSalt := base64.RawStdEncoding.DecodeString(parts[4])
	tag, errTag := base64.RawStdEncoding.DecodeString(parts[5])
	if errSalt != nil || errTag != nil {
		return nil, errArgon2Form
	}
	if len(salt) < minArgon2Salt || len(salt) > maxArgon2Salt {
		return nil, errArgon2Salt
	}
	if len(tag) < minArgon2Tag || len(tag) > maxArgon2Tag {
		return nil, errArgon2Tag
	}
	h := argon2Hash{c, salt, tag}
	// Writing it back catches all that the readers above let pass: another
	// version, leading zeros, stray newlines and trailing bits in base64.
	if h.String() != text {
		return nil, errArgon2Form
	}
	return h, nil
}

// parseArgon2Cost reads m=…,t=…,p=… in that order, the only one the format has.
func parseArgon2Cost(text string) (argon2Cost, error) {
	var numbers [3]uint32
	fields := strings.Split(text, ",")
	if len(fields) != len(numbers) {
		return argon2Cost{}, errArgon2Form
	}
	for i, name := range []string{"m=", "t=", "p="} {
		digits, named := strings.CutPrefix(fields[i], name)
		n, err := strconv.ParseUint(digits, 10, 64)
		if !named || err != nil && !errors.Is(err, strconv.ErrRange) {
			return argon2Cost{}, errArgon2Form
		}
		numbers[i] = uint32(min(n, 1<<31)) // beyond every bound below
	}
	c := argon2Cost{memory: numbers[0], passes: numbers[1], threads: uint8(min(numbers[2], 255))}
	return c, c.check()
}
