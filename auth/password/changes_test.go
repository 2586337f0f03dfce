package password

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

// signedIn returns alice's session, with the password a.
func signedIn(t *testing.T, m *Method) auth.Session {
	t.Helper()
	s, err := m.SignIn(t.Context(), office, "alice", "a")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSessionsFollowTheFile(t *testing.T) {
	stored := cheapHash("a")
	alice := entry("alice", stored)
	for name, c := range map[string]struct {
		text  string
		stays bool
		name  string
	}{
		"another person is added": {text: usersText(alice, entry("bob", cheapHash("b"))), stays: true},
		"her name changes":        {text: usersText(strings.Replace(alice, "{", "{name: Alice Liddell, ", 1)), stays: true, name: "Alice Liddell"},
		"she moves down":          {text: usersText(entry("bob", cheapHash("b")), alice), stays: true},
		"her password changes":    {text: usersText(entry("alice", cheapHash("b")))},
		"same password, new salt": {text: usersText(entry("alice", cheapHash("a")))},
		"she is deleted":          {text: usersText(entry("bob", cheapHash("b")))},
		"everybody is deleted":    {text: usersText()},
		"her login changes":       {text: usersText(entry("al", stored))},
	} {
		t.Run(name, func(t *testing.T) {
			before := methodOf(t, alice)
			s := signedIn(t, before)
			id, ok := methodAfter(t, before, c.text).Identity(s)
			if ok != c.stays || ok && id.Name != c.name {
				t.Errorf("got %+v, %v", id, ok)
			}
		})
	}
}

func TestFilesThatNoMethodIsMadeOf(t *testing.T) {
	good := usersText(entry("alice", cheapHash("a")))
	for name, c := range map[string]struct {
		spoil func(t *testing.T, file string)
		want  string
	}{
		"not YAML":     {func(t *testing.T, file string) { write(t, file, "users: [") }, "users.yaml:1:"},
		"empty":        {func(t *testing.T, file string) { write(t, file, "") }, "users.yaml: the file is empty"},
		"half written": {func(t *testing.T, file string) { write(t, file, good[:len(good)-20]) }, "users.yaml:2:"},
		"a bad user among good ones": {func(t *testing.T, file string) {
			write(t, file, good+entry("bob", "plain-text-password"))
		}, "users.yaml:3:"},
		"gone": {func(t *testing.T, file string) {
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
		}, "does not exist: create it"},
		"a folder": {func(t *testing.T, file string) {
			if err := errors.Join(os.Remove(file), os.Mkdir(file, 0o700)); err != nil {
				t.Fatal(err)
			}
		}, "is a folder or a device, not a file"},
		"too large": {func(t *testing.T, file string) { write(t, file, strings.Repeat("#", 4<<20+1)) }, "is larger than 4 MiB"},
	} {
		t.Run(name, func(t *testing.T) {
			file := usersFileOf(t, entry("alice", cheapHash("a")))
			c.spoil(t, file)
			m, err := New(config.Password{UsersFile: file}, NewGate(), nil)
			if m != nil || err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("got %v, %v, want …%s…", m, err, c.want)
			}
			if strings.Contains(err.Error(), "plain-text-password") || strings.Contains(err.Error(), "argon2id$") {
				t.Errorf("it shows a hash: %v", err)
			}
		})
	}
}

func TestMissingFileIsAnErrorOfPackageOS(t *testing.T) {
	_, err := New(config.Password{UsersFile: filepath.Join(t.TempDir(), "users.yaml")}, NewGate(), nil)
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// Who was refused for too many attempts is not let in by a changed file.
func TestAttemptsAreCountedOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		alice := entry("alice", cheapHash("a"))
		m := methodOf(t, alice)
		for {
			_, err := m.SignIn(t.Context(), office, "alice", "wrong")
			if _, limited := errors.AsType[*LimitedError](err); limited {
				break
			}
		}
		after := methodAfter(t, m, usersText(alice, entry("bob", cheapHash("b"))))
		if _, err := after.SignIn(t.Context(), office, "alice", "a"); err == nil || errors.Is(err, ErrWrong) {
			t.Errorf("got %v, want a *LimitedError", err)
		}
	})
}
