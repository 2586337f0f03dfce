package config

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
)

// exampleLine is a line of config.example.yaml that has a key, live or turned off.
type exampleLine struct {
	key, value string
	indent     int
	off        bool
}

// exampleKey matches a line with a key: its indent, the # that turns it off, the dash of a list, the key and the value.
var exampleKey = regexp.MustCompile(`^( *)(#?)(- )?([a-z_]+):(?: (.*))?$`)

// readExample returns the example's lines and, for those that have one, what key they are.
func readExample(t *testing.T) (text []string, keys map[int]exampleLine) {
	t.Helper()
	src, err := os.ReadFile("../config.example.yaml")
	if err != nil {
		t.Fatal(err)
	}
	text, keys = strings.Split(string(src), "\n"), map[int]exampleLine{}
	var above []exampleLine
	items := map[string]int{}
	for i, line := range text {
		m := exampleKey.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		l := exampleLine{indent: len(m[1]) + len(m[3]), off: m[2] == "#", value: strings.Trim(m[5], `"`)}
		for len(above) > 0 && above[len(above)-1].indent >= len(m[1])+len(m[3])/2 {
			above = above[:len(above)-1]
		}
		parent := ""
		if len(above) > 0 {
			parent = above[len(above)-1].key
		}
		if m[3] != "" {
			parent = itemKey(parent, items[parent])
			items[above[len(above)-1].key]++
			above = append(above, exampleLine{key: parent, indent: len(m[1]) + 1})
		}
		l.key = memberKey(parent, m[4])
		above = append(above, l)
		keys[i] = l
	}
	return text, keys
}

// uncomment returns the example with some of its keys turned on: those that on says yes to.
func uncomment(text []string, keys map[int]exampleLine, on func(key string) bool) string {
	text = slices.Clone(text)
	for i, l := range keys {
		if l.off && on(l.key) {
			text[i] = strings.Replace(text[i], "#", "", 1)
		}
	}
	return strings.Join(text, "\n")
}

// parseExample parses a text as the example in a folder that has every file it names.
func parseExample(t *testing.T, text string) (*Config, []Fault, error) {
	t.Helper()
	dir := t.TempDir()
	cert, key := testCertificate(t)
	for name, content := range map[string][]byte{
		"app.example.com.crt": cert, "app.example.com.key": key, "upstream-ca.pem": cert, "users.yaml": []byte("users: []\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FERNGATE_SESSION_KEY", testKey(1))
	t.Setenv("FERNDESK_JWT_SECRET", strings.Repeat("s", 40))
	return Parse(filepath.Join(dir, "config.example.yaml"), []byte(text))
}

func TestExampleLoadsAsItStands(t *testing.T) {
	text, _ := readExample(t)
	_, warnings, err := parseExample(t, strings.Join(text, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, w := range warnings {
		key, _, _ := strings.Cut(w.Problem, ":")
		got = append(got, key)
	}
	if diff := cmp.Diff([]string{"listen", "sites[0].ferndesk"}, got); diff != "" {
		t.Errorf("warnings, want those that the example's head states (-want +got):\n%s", diff)
	}
}

func TestEachKeyOfTheExampleCanBeTurnedOn(t *testing.T) {
	text, keys := readExample(t)
	for _, l := range keys {
		if !l.off {
			continue
		}
		t.Run(l.key, func(t *testing.T) {
			need := map[string]bool{}
			if strings.HasPrefix(l.key, "sites[0].access") {
				need["sites[0].sign_in.password.users_file"] = true // required asks for a way in
			}
			example := slices.Clone(text)
			if strings.HasPrefix(l.key, "sites[0].upstream.tls") {
				for i := range example {
					example[i] = strings.Replace(example[i], "url: http:", "url: https:", 1)
				}
			}
			wants := func(key string) bool {
				if key == l.key || isBelow(key, l.key) || isBelow(l.key, key) || need[key] || isBelow(l.key, parentKey(key)) && isRequired(key) {
					return true
				}
				for n := range need {
					if isBelow(n, key) {
						return true
					}
				}
				return false
			}
			if _, _, err := parseExample(t, uncomment(example, keys, wants)); err != nil {
				t.Error(err)
			}
		})
	}
	if _, _, err := parseExample(t, strings.Replace(uncomment(text, keys, func(string) bool { return true }), "url: http:", "url: https:", 1)); err != nil {
		t.Errorf("all keys at once: %v", err)
	}
}

// isBelow tells whether a key is somewhere in another key's value.
func isBelow(key, above string) bool {
	return strings.HasPrefix(key, above+".") || strings.HasPrefix(key, above+"[")
}

// isRequired tells whether a key must be there once the key above it is.
func isRequired(key string) bool {
	return declared(reflect.TypeFor[Config](), "")[indices.ReplaceAllString(key, "[]")].required
}

// indices finds the list indices of a key.
var indices = regexp.MustCompile(`\[\d+\]`)

// declared returns every key of a type, with its field.
func declared(t reflect.Type, at string) map[string]field {
	all := map[string]field{}
	for _, f := range fieldsOf(t) {
		key := memberKey(at, f.name)
		all[key] = f
		ft := t.Field(f.index).Type
		if elem := structOf(ft); elem != nil {
			if ft.Kind() == reflect.Slice {
				key += "[]"
			}
			for k, inner := range declared(elem, key) {
				all[k] = inner
			}
		}
	}
	return all
}

func TestExampleHasEveryKeyAndItsDefault(t *testing.T) {
	_, keys := readExample(t)
	shown := map[string]exampleLine{}
	for _, l := range keys {
		shown[indices.ReplaceAllString(l.key, "[]")] = l
	}
	for key, f := range declared(reflect.TypeFor[Config](), "") {
		l, ok := shown[key]
		switch {
		case !ok:
			t.Errorf("%s is not in config.example.yaml", key)
		case f.hasDefault && (!l.off || l.value != f.defaultText):
			t.Errorf("%s is shown as %q (off: %v), its default is %q", key, l.value, l.off, f.defaultText)
		}
	}
}

// TestExampleFitsTheSchema looks every live key of the example up in schema.json.
func TestExampleFitsTheSchema(t *testing.T) {
	text, _ := readExample(t)
	var example, s map[string]any
	if err := yaml.Unmarshal([]byte(strings.Join(text, "\n")), &example); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	checkAgainst(t, example, s, "")
}

// checkAgainst looks a value's keys up in a schema.
func checkAgainst(t *testing.T, value any, s map[string]any, at string) {
	if forms, ok := s["oneOf"].([]any); ok {
		s = forms[1].(map[string]any) // the long form, which the example uses
	}
	switch value := value.(type) {
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for key, v := range value {
			property, ok := properties[key].(map[string]any)
			if !ok {
				t.Errorf("%s is not in schema.json", memberKey(at, key))
				continue
			}
			checkAgainst(t, v, property, memberKey(at, key))
		}
	case []any:
		for i, v := range value {
			checkAgainst(t, v, s["items"].(map[string]any), itemKey(at, i))
		}
	}
}
