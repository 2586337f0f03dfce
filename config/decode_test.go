package config

import (
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// people is a file like the one that auth/password reads.
type people struct {
	Users []person `yaml:"users" required:"true"`
}

type person struct {
	Login    string            `yaml:"login" required:"true"`
	Password string            `yaml:"password" required:"true" secret:"true"`
	Kind     string            `yaml:"kind" default:"staff" enum:"staff,guest" shorthand:"true"`
	Groups   []string          `yaml:"groups" shorthand:"true" secret:"true"`
	Photo    string            `yaml:"photo" path:"true"`
	Age      int               `yaml:"age"`
	Admin    bool              `yaml:"admin"`
	Facts    map[string]string `yaml:"facts"`
	Address  address2          `yaml:"address"`
	Work     *address2         `yaml:"work"`
}

type address2 struct {
	Street string        `yaml:"street" shorthand:"true"`
	Moved  time.Duration `yaml:"moved" default:"90s"`
}

func TestDecodeReadsEveryForm(t *testing.T) {
	var got people
	r := Decode("/etc/ferngate/users.yaml", []byte(`
users:
  - &ada
    login: 0123            # texts stay as they are written
    password: yes
    kind: guest
    groups: staff          # short for a list of one
    photo: ada.png
    age: 36
    admin: true
    facts: { a.b: 1.50, "on": off }
    address: Short Street  # short for the mapping
    work: { street: "Long\tStreet", moved: 1d }
  - <<: *ada
    login: grace
    groups: [a, b]
    work: Harbour
  - login: |
      multi
    password: ""
    groups: *groups
`), &got)
	if err := r.Err(); err == nil || !strings.Contains(err.Error(), "no anchor of this name") {
		t.Errorf("got %v, want the one fault of *groups", err)
	}
	ada := person{
		Login: "0123", Password: "yes", Kind: "guest", Groups: []string{"staff"}, Photo: "/etc/ferngate/ada.png", Age: 36, Admin: true,
		Facts:   map[string]string{"a.b": "1.50", "on": "off"},
		Address: address2{"Short Street", 90 * time.Second}, Work: &address2{"Long\tStreet", 24 * time.Hour},
	}
	grace := ada
	grace.Login, grace.Groups, grace.Work = "grace", []string{"a", "b"}, &address2{"Harbour", 90 * time.Second}
	multi := person{Login: "multi\n", Kind: "staff", Address: address2{Moved: 90 * time.Second}}
	if diff := cmp.Diff(people{[]person{ada, grace, multi}}, got); diff != "" {
		t.Error(diff)
	}
	for key, want := range map[string]bool{
		"users": true, "users[1].facts": true, `users[0].facts["a.b"]`: true, "users[0].address.street": true,
		"users[2].kind": false, "users[3]": false, "nothing": false,
	} {
		if r.Has(key) != want {
			t.Errorf("Has(%s) is %v", key, !want)
		}
	}
}

func TestRejectAndWarnStandAtTheNearestKey(t *testing.T) {
	var got people
	r := Decode("users.yaml", []byte("users:\n  - login: ada\n    password: hunter2\n    admin: maybe\n"), &got)
	r.Reject("users[0].password", "is too short", "write more")
	r.Reject("users[0].facts.colour", "is missing", "add it")
	r.Reject("users[0].admin", "is never said of a key that is faulted already", "")
	r.Warn("users[0].login", "is a nickname", "write the name")
	want := Faults{
		{"users.yaml", 2, 5, "- login: ada", "users[0].facts.colour: is missing", "add it", "users[0].facts.colour"},
		{"users.yaml", 3, 15, "password: …", "users[0].password: is too short", "write more", "users[0].password"},
		{"users.yaml", 4, 12, "admin: maybe", `users[0].admin: "maybe" is neither true nor false`, "write true or false", "users[0].admin"},
	}
	if diff := cmp.Diff(error(want), r.Err()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]Fault{{"users.yaml", 2, 12, "- login: ada", "users[0].login: is a nickname", "write the name", "users[0].login"}}, r.Warnings()); diff != "" {
		t.Error(diff)
	}
}

// TestDecodeBoundsItsWork has files that would take a naive reader very long.
func TestDecodeBoundsItsWork(t *testing.T) {
	var deep, wide, laughs strings.Builder
	for i := range maxDepth + 1 {
		deep.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	for i := range maxKeys + 1 {
		fmt.Fprintf(&wide, "k%d: v\n", i)
	}
	laughs.WriteString("users:\n  - &u { login: a, password: b, groups: &g [" + strings.Repeat("x, ", 1000) + "] }\n")
	laughs.WriteString(strings.Repeat("  - *u\n", 1000))
	for _, tt := range []struct{ name, src, want string }{
		{"long", strings.Repeat(" ", maxFileSize+1), "larger than 4 MiB"},
		{"deep in brackets", "users: " + strings.Repeat("[", 50_000), "nested too deeply"},
		{"deep in dashes", strings.Repeat("- ", 50_000), "nested too deeply"},
		{"deep in lines", deep.String(), "nested too deeply"},
		{"wide", wide.String(), "too many keys"},
		{"many tags", "users: " + strings.Repeat("!a ", 50_000), "too many anchors"},
		{"billion laughs", laughs.String(), "stand for too much"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			start := time.Now()
			err := Decode("users.yaml", []byte(tt.src), &people{}).Err()
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %.300v, want %q", err, tt.want)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}

func TestFaultsAreShownUpToAHundred(t *testing.T) {
	err := Decode("users.yaml", []byte("users:\n"+strings.Repeat("  - { login: a, password: b, age: x }\n", 150)), &people{}).Err()
	faults, ok := errors.AsType[Faults](err)
	if !ok || len(faults) != maxFaults+1 || faults[maxFaults].String() != "users.yaml: 50 more are not shown\n    mend the ones above first" {
		t.Errorf("got %d faults, the last is %v", len(faults), faults[len(faults)-1])
	}
}

// TestColonsInLists has the lists that the library reads wrongly when they stand inside { }.
func TestColonsInLists(t *testing.T) {
	for src, want := range map[string][]string{
		"[env:A, file:b c]":     {"env:A", "file:b c"},
		"[http://a:80/x, a:b:]": {"http://a:80/x", "a:b:"},
		"[12:30:00, ::1]":       {"12:30:00", "::1"},
		"[2001:db8::/32]":       {"2001:db8::/32"},
		"['a:b', \"c:d\"]":      {"a:b", "c:d"},
		"[\n env:A,\n env:B ]":  {"env:A", "env:B"},
	} {
		var got people
		r := Decode("users.yaml", []byte("users: [ { login: a, password: b, groups: "+src+" } ]"), &got)
		if err := r.Err(); err != nil {
			t.Errorf("%s: %v", src, err)
			continue
		}
		if diff := cmp.Diff(want, got.Users[0].Groups); diff != "" {
			t.Errorf("%s: %s", src, diff)
		}
	}
	if r := Decode("users.yaml", []byte("users: [ { login: a, password: b, groups: [a: b] } ]"), &people{}); r.Err() == nil {
		t.Error("a: b with a space is a mapping, and no text")
	}
}

func TestPrefixes(t *testing.T) {
	for text, want := range map[string]string{
		"10.0.0.0/8": "10.0.0.0/8", "10.0.0.1": "10.0.0.1/32", "::1": "::1/128", "0.0.0.0/0": "0.0.0.0/0",
		"10.0.0.1/8": "", "10.0.0.0/33": "", "fe80::1%eth0": "", "": "",
	} {
		got, problem, _ := parsePrefix(text)
		if want == "" && problem == "" || want != "" && got != netip.MustParsePrefix(want) {
			t.Errorf("%q is read as %v, %s", text, got, problem)
		}
	}
}

func TestNearest(t *testing.T) {
	keys := []string{"listen", "admin", "tls", "sites", "session", "upstream"}
	for misspelt, want := range map[string]string{
		"listne": "listen", "Listen": "listen", "site": "sites", "upstrem": "upstream", "sesion": "session", "proxies": "", "x": "", "": "",
	} {
		if got, _ := Nearest(misspelt, keys); got != want {
			t.Errorf("nearest to %q is %q, want %q", misspelt, got, want)
		}
	}
}

func TestRelativePathsStartAtTheFilesFolder(t *testing.T) {
	var got people
	r := Decode("sub/users.yaml", []byte("users: [{ login: a, password: b, photo: ../a.png }, { login: a, password: b, photo: /b.png }]"), &got)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	here, err := filepath.Abs(".")
	if err != nil {
		t.Fatal(err)
	}
	if got.Users[0].Photo != filepath.Join(here, "a.png") || got.Users[1].Photo != "/b.png" {
		t.Errorf("got %s and %s", got.Users[0].Photo, got.Users[1].Photo)
	}
}
