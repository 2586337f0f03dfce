package password

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.uber.org/zap"

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
			m, logs := open(t, usersFileOf(t, alice))
			s := signedIn(t, m)
			write(t, m.file, c.text)
			if err := m.Reload(); err != nil {
				t.Fatal(err)
			}
			id, ok := m.Identity(s)
			if ok != c.stays || ok && id.Name != c.name {
				t.Errorf("got %+v, %v", id, ok)
			}
			wantOneLog(t, logs.All(), zap.InfoLevel, "users file reloaded")
		})
	}
}

func TestUnchangedFileChangesNothing(t *testing.T) {
	m, logs := open(t, usersFileOf(t, entry("alice", cheapHash("a"))))
	s := signedIn(t, m)
	before, _ := m.Identity(s)
	text, err := os.ReadFile(m.file)
	if err != nil {
		t.Fatal(err)
	}
	write(t, m.file, string(text))
	if err := m.Reload(); err != nil {
		t.Fatal(err)
	}
	if after, _ := m.Identity(s); after != before {
		t.Error("the identity is another pointer")
	}
	if logs.Len() != 0 {
		t.Errorf("it logged %v", logs.All())
	}
}

func TestBadFileKeepsTheUsers(t *testing.T) {
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
			m, logs := open(t, usersFileOf(t, entry("alice", cheapHash("a"))))
			s := signedIn(t, m)
			c.spoil(t, m.file)
			err := m.Reload()
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want …%s…", err, c.want)
			}
			if again := m.Reload(); again == nil || again.Error() != err.Error() {
				t.Errorf("the second time: %v", again)
			}
			if strings.Contains(err.Error(), "plain-text-password") || strings.Contains(err.Error(), "argon2id$") {
				t.Errorf("it shows a hash: %v", err)
			}
			if _, ok := m.Identity(s); !ok {
				t.Error("alice's session ended")
			}
			signedIn(t, m)
			if _, err := New(config.Password{UsersFile: m.file}, NewGate(), zap.NewNop()); err == nil || err.Error() != m.Reload().Error() {
				t.Errorf("New: %v", err)
			}

			if err := os.RemoveAll(m.file); err != nil {
				t.Fatal(err)
			}
			write(t, m.file, good)
			if err := m.Reload(); err != nil {
				t.Errorf("after mending: %v", err)
			}
			wantOneLog(t, logs.All(), zap.InfoLevel, "users file reloaded")
		})
	}
}

func TestMissingFileIsAnErrorOfPackageOS(t *testing.T) {
	_, err := New(config.Password{UsersFile: filepath.Join(t.TempDir(), "users.yaml")}, NewGate(), zap.NewNop())
	if !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

func TestReloadWhilePeopleSignIn(t *testing.T) {
	alice := entry("alice", cheapHash("a"))
	texts := []string{usersText(alice), usersText(alice, entry("bob", cheapHash("b")))}
	m, _ := open(t, usersFileOf(t, alice))
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for range 100 {
				s, err := m.SignIn(t.Context(), office, "alice", "a")
				if err != nil {
					t.Error(err)
				}
				if id, ok := m.Identity(s); !ok || id.UserID != "id-alice" {
					t.Errorf("got %+v, %v", id, ok)
				}
			}
		})
	}
	for i := range 100 {
		write(t, m.file, texts[i%2])
		if err := m.Reload(); err != nil {
			t.Error(err)
		}
	}
	wg.Wait()
}
