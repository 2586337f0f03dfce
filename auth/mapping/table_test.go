package mapping

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/ferngate/ferngate/config"
)

func TestCSVTable(t *testing.T) {
	want := rows{
		"alice": {"email": "alice@example.com", "plan": `pro, "gold"`},
		"Alice": {"plan": "free"},
		"bob":   {},
	}
	for name, text := range map[string]string{
		"plain":                    "login,email,plan\nalice,alice@example.com,\"pro, \"\"gold\"\"\"\nAlice,,free\nbob,,\n",
		"with a mark and CR LF":    "\ufefflogin,email,plan\r\nalice,alice@example.com,\"pro, \"\"gold\"\"\"\r\n\r\nAlice,,free\r\nbob,,",
		"with spaces":              "login , email,plan\n alice ,alice@example.com ,\"pro, \"\"gold\"\"\"\nAlice,, free\nbob, ,",
		"in another order, quoted": "\"Any name, really\",plan,email\nbob,,\n\"Alice\",\"free\",\nalice,\"pro, \"\"gold\"\"\",alice@example.com\n",
	} {
		got, err := parseTable("people.csv", []byte(text), []string{"login"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

func TestYAMLTable(t *testing.T) {
	const text = "alice: { email: alice@example.com, plan: 'pro, \"gold\"' }\nAlice:\n  plan: free\nal@x.y: {plan: 7}\n12: {plan: \"\"}\n"
	want := rows{"alice": {"email": "alice@example.com", "plan": `pro, "gold"`}, "Alice": {"plan": "free"}, "al@x.y": {"plan": "7"}, "12": {}}
	for _, name := range []string{"people.yaml", "PEOPLE.YML"} {
		got, err := parseTable(name, []byte(text), []string{"login"})
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
}

// Every fault has its place; none repeats what is in a cell.
func TestFaultsOfATable(t *testing.T) {
	long := strings.Repeat("x", 1025)
	for name, c := range map[string]struct {
		file, text string
		want       []string
	}{
		"another form": {"people.xlsx", "x", []string{"0:0 the file's name does not say what it is"}},
		"empty CSV":    {"p.csv", "\ufeff\n", []string{"0:0 the file is empty"}},
		"one column":   {"p.csv", "login;email\nalice;x", []string{"1:1 there is no column but the key's"}},
		"columns": {"p.csv", "login,e mail,login,plan,plan,,é{x}\n", []string{
			"1:7 column e mail: is no name of a value", "1:14 column login: is the name of a value that is extracted",
			"1:25 column plan: is there already", "1:30 the column has no name", "1:31 column é{x}: is no name of a value",
		}},
		"rows": {"p.csv", "key,plan\nalice,pro\nbob\nécarol,a,b\nalice,free\n,free\ndave,\"a\nb\"\nZoë,\x00\nerin,\xff\nfrank," + long + "\nx\u202e,y\n", []string{
			"3:1 the row has 1 cells where there are 2 columns", "4:1 the row has 3 cells where there are 2 columns", "5:1 the key is that of line 2 already",
			"6:1 the key is empty", "7:6 column plan: has a control character, such as a line break, or one that is not UTF-8",
			"9:5 column plan: has a control character, such as a line break, or one that is not UTF-8",
			"10:6 column plan: has a control character, such as a line break, or one that is not UTF-8", "11:7 column plan: is 1025 bytes long",
			"12:1 the key has a control character, such as a line break, or one that is not UTF-8",
		}},
		"a stray quote":       {"p.csv", "key,plan\nalice,s3cr3t \"x\"\nbob\n", []string{`2:14 a quote stands in a cell without quotes around it`}},
		"an open quote":       {"p.csv", "key,plan\nalice,\"s3cr3t\n", []string{`2:14 a quoted cell does not end, or goes on after its quote`}},
		"an empty YAML file":  {"p.yaml", "", []string{"0:0 the file is empty"}},
		"malformed YAML":      {"p.yaml", "alice: [", []string{"1:8 a list in [ ] is not closed"}},
		"YAML without a row":  {"p.yaml", "alice: pro", []string{"1:8 alice: must be a mapping, not a single value"}},
		"YAML that is a list": {"p.yaml", "- alice", []string{"1:1 must be a mapping, not a list"}},
		"a key twice in YAML": {"p.yaml", "alice: {plan: a}\nalice: {plan: b}", []string{"2:1 alice: is given twice"}},
		"rows in YAML": {"p.yaml", "a.b@c: {plan: pro, login: x}\nbob: {plan: \"a\\nb\", \"e mail\": x, login: y}\n\"\": {plan: \" x\"}\ncarol: {plan: [a]}\n", []string{
			`1:27 ["a.b@c"].login: is the name of a value that is extracted`,
			"2:13 bob.plan: has a control character, such as a line break, or one that is not UTF-8", `2:31 bob["e mail"]: is no name of a value`,
			`3:5 [""]: is empty`, `3:12 [""].plan: has a space at its beginning or end`, "4:15 carol.plan: must be a text, not a list",
		}},
	} {
		_, err := parseTable(c.file, []byte(c.text), []string{"login"})
		faults, _ := errors.AsType[config.Faults](err)
		var got []string
		for _, f := range faults {
			got = append(got, fmt.Sprintf("%d:%d %s", f.Line, f.Column, f.Problem))
			if f.File != c.file || f.Mend == "" || strings.Contains(f.String(), "s3cr3t") {
				t.Errorf("%s: %s", name, f)
			}
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if _, err := parseTable("p.csv", []byte("key,plan\n"+strings.Repeat("x\n", 1000)), nil); len(err.(config.Faults)) != maxFaults {
		t.Errorf("%d faults", len(err.(config.Faults)))
	}
}

// tableOf opens a table of a text, keyed by the value login.
func tableOf(t *testing.T, name, text string) *Table {
	t.Helper()
	file := filepath.Join(t.TempDir(), name)
	write(t, file, text)
	table, err := NewTable(config.Enrich{File: file, Key: template("{login}")}, []string{"login"})
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func write(t *testing.T, file, text string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestComposeWithATable(t *testing.T) {
	table := tableOf(t, "people.csv", "login,email,plan\nalice,alice@example.com,pro\nbob,,free\n")
	cfg := config.IdentityMapping{UserID: template("{login}"), Email: template("{email}"), Attributes: map[string]config.Template{"plan": template("{plan}")}}
	for name, c := range map[string]struct {
		values Values
		want   string
	}{
		"a row":                   {texts("login", "alice"), "alice alice@example.com map[plan:pro]"},
		"a row with an empty one": {texts("login", "bob"), "bob  map[plan:free]"},
		"no row":                  {texts("login", "carol"), "carol  map[]"},
		"no row in another case":  {texts("login", "Alice"), "Alice  map[]"},
		"no key":                  {nil, "- user_id: there is no value login"},
		"a key that is a list":    {Values{"login": {List: []string{"alice"}, IsList: true}}, "- user_id: the value login is a list, not a text"},
		"a value like a column":   {texts("login", "alice", "plan", "admin"), "- identity: the table has a column plan, and what was read has a value of that name: rename the column"},
	} {
		id, err := NewComposer(cfg, table).Compose(c.values)
		if got := outcome(err, func() string { return fmt.Sprint(id.UserID, " ", id.Email, " ", id.Attributes) }); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestTablesThatSayTheSame(t *testing.T) {
	const first = "login,plan\nalice,pro\n"
	table := tableOf(t, "people.csv", first)
	for text, want := range map[string]bool{
		first:                               true,
		"login,plan\n\"alice\",\"pro\"\n":   true,
		"login,plan\nalice,free\n":          false,
		"login,plan\nalice,pro\nbob,free\n": false,
	} {
		other := tableOf(t, "other.csv", text)
		if table.Equal(other) != want || table.Equal(nil) || !(*Table)(nil).Equal(nil) {
			t.Errorf("%q is taken wrongly", text)
		}
	}
}

func TestATableThatCannotBeRead(t *testing.T) {
	cfg := config.Enrich{File: filepath.Join(t.TempDir(), "people.csv"), Key: template("{login}")}
	_, err := NewTable(cfg, nil)
	if !errors.Is(err, fs.ErrNotExist) || !strings.HasSuffix(err.Error(), ": create it, or correct enrich.file") {
		t.Error(err)
	}
	write(t, cfg.File, strings.Repeat("x", 4<<20+1))
	if _, err := NewTable(cfg, nil); err == nil || !strings.Contains(err.Error(), "larger than 4 MiB") {
		t.Error(err)
	}
}
