package password

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ferngate/ferngate/config"
)

// cheap keeps the tests quick; parseHash takes no less.
var cheap = argon2Cost{memory: 8, passes: 1, threads: 1}

var (
	office  = netip.MustParseAddr("192.0.2.1")
	café    = netip.MustParseAddr("198.51.100.7")
	someone = netip.MustParseAddr("2001:db8::1")
)

// cheapHash is a hash of password as a users file has it.
func cheapHash(password string) string { return newArgon2(cheap, password).String() }

// entry is one person of a users file, whose user id and email follow from the login.
func entry(login, passwordHash string) string {
	return fmt.Sprintf("  - {login: %[1]s, user_id: id-%[1]s, email: %[1]s@example.com, password_hash: '%[2]s'}\n", login, passwordHash)
}

// usersText is a users file of some entries.
func usersText(entries ...string) string {
	if len(entries) == 0 {
		return "users: []\n"
	}
	return "users:\n" + strings.Join(entries, "")
}

// write writes a file as an editor that is careful does: whole, by a rename.
func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file+".new", []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(file+".new", file); err != nil {
		t.Fatal(err)
	}
}

// usersFileOf writes a users file of some entries and returns its name.
func usersFileOf(t *testing.T, entries ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "users.yaml")
	write(t, file, usersText(entries...))
	return file
}

// methodOf returns a method whose users file has some entries.
func methodOf(t *testing.T, entries ...string) *Method {
	t.Helper()
	return methodAfter(t, nil, usersText(entries...))
}

// methodAfter returns the method of a users file with this text, and of the method
// before it.
func methodAfter(t *testing.T, before *Method, text string) *Method {
	t.Helper()
	file := usersFileOf(t)
	write(t, file, text)
	m, err := New(config.Password{UsersFile: file}, newGate(2), before)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
