package password

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/ferngate/ferngate/auth"
	"github.com/ferngate/ferngate/config"
)

func TestUsersFile(t *testing.T) {
	ps, _, err := parseUsers("users.yaml", []byte(`
users:
  - login: alice
    user_id: 1017          # a number, as apps have them
    email: alice@example.com
    name: Zoë "Alice" O'Hara
    groups: [staff, "team a"]
    attributes: { plan: pro, seats: 12 }
    password_hash: '`+cheapHash("a")+`'
  - login: bob smith
    password_hash: "$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW"
  - login: "0123"
    user_id: 007
    password_hash: $2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW
`))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]auth.Identity{}
	for login, p := range ps.byLogin {
		got[login] = p.identity
	}
	want := map[string]auth.Identity{
		"alice": {
			UserID: "1017", Email: "alice@example.com", Name: `Zoë "Alice" O'Hara`,
			Groups: []string{"staff", "team a"}, Attributes: map[string]string{"plan": "pro", "seats": "12"},
		},
		"bob smith": {}, // signs in, but gets no token
		"0123":      {UserID: "007"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFaultsOfAUsersFileAreReportedTogether(t *testing.T) {
	good := cheapHash("a")
	text := `users:
  - {login: alice, user_id: 1, password_hash: '` + good + `'}
  - {login: alice, user_id: "1", password_hash: '` + good + `'}
  - {login: " bob", user_id: "x ", password_hash: '` + good + `'}
  - {login: "", email: carol.example.com, password_hash: '` + good + `'}
  - {email: "a@b@c.test", password_hash: '` + good + `'}
  - {login: dave, email: "@c.test", name: "D\r\nX-Admin: 1", password_hash: '` + good + `'}
  - {login: erin, email: "e@", groups: [ok, "a,b", ""], password_hash: hunter2}
  - login: frank
    email: "f f@example.com"
    attributes: {"": x, plan: "a\x00b", "bad\u0085name": x}
    password_hash: '$argon2id$v=19$m=9999999,t=1,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4'
  - {login: gina, name: ` + strings.Repeat("x", maxText+1) + `}
  - {login: henry, password: hunter2, password_hash: '` + good + `'}
`
	ps, _, err := parseUsers("users.yaml", []byte(text))
	faults, ok := errors.AsType[config.Faults](err)
	if !ok || ps != nil {
		t.Fatalf("got %v, %v, want config.Faults", ps, err)
	}
	var got []string
	for _, f := range faults {
		got = append(got, fmt.Sprintf("%d: %s", f.Line, f.Problem))
	}
	want := []string{
		"3: users[1].login: is that of users[0] already",
		"3: users[1].user_id: is that of users[0] already",
		"4: users[2].login: has a space at its beginning or end",
		"4: users[2].user_id: has a space at its beginning or end",
		"5: users[3].login: is empty",
		"5: users[3].email: is not one name, one @ and one domain",
		"6: users[4].login: is missing",
		"6: users[4].email: is not one name, one @ and one domain",
		"7: users[5].email: is not one name, one @ and one domain",
		"7: users[5].name: has a control character, such as a line break or a tab",
		"8: users[6].email: is not one name, one @ and one domain",
		"8: users[6].groups[1]: has a comma, which separates groups in a header",
		"8: users[6].groups[2]: is empty",
		"8: users[6].password_hash: is not a password hash that ferngate can check",
		"10: users[7].email: is not one name, one @ and one domain",
		`11: users[7].attributes."": is empty`,
		`11: users[7].attributes."bad\u0085name": has a control character, such as a line break or a tab`,
		"11: users[7].attributes.plan: has a control character, such as a line break or a tab",
		"12: users[7].password_hash: has an argon2id memory m that is not between 8 KiB a lane (p) and 1 GiB",
		"13: users[8].password_hash: is missing",
		"13: users[8].name: is 1025 bytes long",
		"14: users[9].password: is not a known key",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, secret := range []string{"hunter2", "$argon2id$v=19$m=", good} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("it shows %s:\n%v", secret, err)
		}
	}
}

// FuzzUsersFile: whatever the file, its people are such that nothing of them can
// end a header or be taken for two things, each with a hash and no two of one
// user id; or it is faulted whole, each fault with a place in the file and a
// mend, and what stands for a hash is never said.
func FuzzUsersFile(f *testing.F) {
	const bcrypted = "$2y$04$VbqJ/iVOPtNvGTnJlqmNOOCwXGI0qLV6IZwK3lTRm5B70frkuMOcW"
	for _, text := range []string{
		usersText(entry("alice", bcrypted), entry("bob", cheapHash("b"))), "users: [{login: a, groups: [b], attributes: {c: d}, password_hash: x}]", "users: []", "", "users:", "[]",
		"users:\n  - &a {login: a, user_id: 1, password_hash: " + bcrypted + "}\n  - {<<: *a, login: b}\n", "users: [{login: a, password_hash: |\n  x\n}]",
		"users: [{login: \"a\\u0000\", name: \"b\\r\\nc\", email: a@b@c, groups: [\"a,b\"], password_hash: \"" + bcrypted + "\"}]", "users: [{login: a, password_hash: $argon2id$v=19$m=8,t=1,p=255$c29tZXNhbHQ$AA}]",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		ps, _, err := parseUsers("users.yaml", text)
		if err != nil {
			if ps != nil {
				t.Errorf("got %v, %v", ps, err)
			}
			checkFaults(t, err, text)
		} else {
			checkPeople(t, ps)
		}
		text = append([]byte("users:\n  - {login: first, password_hash: hunter2}\n"), text...)
		_, _, err = parseUsers("users.yaml", text)
		checkFaults(t, err, text)
		if strings.Contains(err.Error(), "hunter2") && strings.Count(string(text), "hunter") == 1 {
			t.Errorf("a password is said: %v", err)
		}
	})
}

// checkFaults checks that an error is faults with places in the text.
func checkFaults(t *testing.T, err error, text []byte) {
	t.Helper()
	faults, ok := errors.AsType[config.Faults](err)
	if !ok {
		t.Fatalf("%q: got %v, want config.Faults", text, err)
	}
	for _, f := range faults {
		if f.File != "users.yaml" || f.Problem == "" || f.Mend == "" || f.Line > bytes.Count(text, []byte("\n"))+bytes.Count(text, []byte("\r"))+1 {
			t.Errorf("%q: %+v", text, f)
		}
	}
}

// checkPeople checks that people are such as requests and tokens can take.
func checkPeople(t *testing.T, ps *people) {
	t.Helper()
	if len(ps.dummies) == 0 {
		t.Error("an unknown login costs nothing")
	}
	ids := map[string]string{}
	for login, p := range ps.byLogin {
		id := p.identity
		texts := append([]string{login, id.UserID, id.Email, id.Name}, id.Groups...)
		for name, value := range id.Attributes {
			texts = append(texts, name, value)
		}
		for _, s := range texts {
			if len(s) > maxText || strings.ContainsFunc(s, unicode.IsControl) || !utf8.ValidString(s) {
				t.Errorf("%q got through", s)
			}
		}
		if login == "" || p.hash == nil || strings.Contains(strings.Join(id.Groups, ""), ",") || strings.Count(id.Email, "@") > 1 {
			t.Errorf("%q: %+v", login, p)
		}
		if other, taken := ids[id.UserID]; taken && id.UserID != "" {
			t.Errorf("%q and %q are one person", login, other)
		}
		ids[id.UserID] = login
	}
}
