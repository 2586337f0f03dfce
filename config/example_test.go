package config

import (
	"crypto/x509"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

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
	wildcard := testCertificateOf(t, key, x509.Certificate{NotAfter: time.Now().Add(time.Hour), DNSNames: []string{"*.example.com"}})
	for name, content := range map[string][]byte{
		"app.example.com.crt": cert, "app.example.com.key": key, "wildcard.example.com.crt": wildcard, "wildcard.example.com.key": key, "clients-ca.pem": cert, "acme-ca.pem": cert,
		"upstream-ca.pem": cert, "ferngate.crt": cert, "ferngate.key": key, "users.yaml": []byte("users: []\n"),
		"app-jwt.pem": cert, "logo.svg": testSVG(), "assertion.pem": cert, "people.csv": []byte("login,plan\n"),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FERNGATE_SESSION_KEY", testKey(1))
	t.Setenv("FERNDESK_JWT_SECRET", strings.Repeat("s", 40))
	t.Setenv("ACME_HMAC_KEY", strings.Repeat("h", 40))
	t.Setenv("APP_JWT_SECRET", strings.Repeat("a", 40))
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

// The sections of the example that have alternatives.
const (
	appKey       = "sites[0].sign_in.app"
	jwtKey       = appKey + ".cookie_jwt"
	assertionKey = "sites[0].sign_in.assertion"
)

// choices are keys of the example that exclude each other: of each choice one
// set is turned on, the first unless the key that is tried is in another.
var choices = [][][]string{
	{
		{appKey + ".whoami", appKey + ".session_cookies", appKey + ".recheck", appKey + ".timeout", appKey + ".stale_for", appKey + ".relay_cookies"},
		{jwtKey},
	},
	{{jwtKey + ".keys.public_key_file"}, {jwtKey + ".keys.jwks_url"}, {jwtKey + ".keys.secret"}},
	{
		{assertionKey + ".preset", assertionKey + ".issuer", assertionKey + ".audience", assertionKey + ".extract"},
		{assertionKey + ".header", assertionKey + ".keys", assertionKey + ".issuer", assertionKey + ".audience", assertionKey + ".extract"},
		{assertionKey + ".trusted_header"},
	},
	{{assertionKey + ".keys.public_key_file"}, {assertionKey + ".keys.jwks_url"}},
	{{"tls.cert_file", "tls.key_file"}, {"tls.certificates"}},
}

// needs are what keys need besides those that the types require.
var needs = []struct {
	below string
	keys  []string
}{
	{"proxy_protocol", []string{"trusted_proxies"}},
	{"tls", []string{"tls.cert_file", "tls.key_file", "tls.certificates"}},
	{"sites[0].hsts", []string{"tls.cert_file", "tls.key_file"}},
	{"sites[0].hsts.preload", []string{"sites[0].hsts.include_subdomains"}},
	{"sites[0].ferndesk.widget_id", []string{"sites[0].ferndesk.help_center"}},
	{"sites[0].upstream.tls.client_cert_file", []string{"sites[0].upstream.tls.client_key_file"}},
	{"sites[0].upstream.tls.client_key_file", []string{"sites[0].upstream.tls.client_cert_file"}},
	{"sites[0].upstream.host_header", []string{"sites[0].host"}},
	{"sites[0].inject", []string{"sites[0].ferndesk.widget_id", "sites[0].ferndesk.help_center"}},
	{"sites[0].branding.logo_alone", []string{"sites[0].branding.logo_file"}},
	{"sites[0].access", []string{"sites[0].sign_in.password.users_file"}}, // required asks for a way in
	{appKey, []string{
		appKey + ".session_cookies", appKey + ".whoami[0].extract.login", appKey + ".whoami[0].extract.email", appKey + ".whoami[0].path",
		jwtKey + ".cookie", jwtKey + ".keys", appKey + ".identity.user_id", appKey + ".identity.email",
	}},
	{jwtKey + ".extract", []string{jwtKey + ".extract"}}, // what identity is made of
	{assertionKey + ".extract", []string{assertionKey + ".extract"}},
	{appKey + ".whoami[1]", []string{appKey + ".whoami[1].extract.roles"}},
	{appKey + ".identity", []string{appKey + ".whoami[0].extract", appKey + ".whoami[1]"}},
	{assertionKey, []string{assertionKey + ".preset", assertionKey + ".header", assertionKey + ".keys", assertionKey + ".issuer", assertionKey + ".audience"}},
	{"sites[0].forward_auth", []string{"trusted_proxies"}},
	{assertionKey + ".trusted_header", []string{"trusted_proxies", assertionKey + ".trusted_header", assertionKey + ".identity.user_id", assertionKey + ".identity.email"}},
}

// excluded tells whether a key cannot be on together with the one that is tried.
func excluded(key, tried string) bool {
	is := func(k string) func(string) bool { return func(of string) bool { return k == of || isBelow(k, of) } }
	for _, sets := range choices {
		chosen := max(slices.IndexFunc(sets, func(set []string) bool { return slices.ContainsFunc(set, is(tried)) }), 0)
		if slices.ContainsFunc(slices.Concat(sets...), is(key)) && !slices.ContainsFunc(sets[chosen], is(key)) {
			return true
		}
	}
	return false
}

// needed returns what the key that is tried needs.
func needed(tried string) []string {
	var keys []string
	for _, n := range needs {
		if tried == n.below || isBelow(tried, n.below) {
			keys = append(keys, n.keys...)
		}
	}
	return keys
}

// fitting is the example with the values changed that do not fit the key that is tried.
func fitting(text []string, tried string) []string {
	text = slices.Clone(text)
	for i := range text {
		if tried == "" || strings.HasPrefix(tried, "sites[0].upstream.tls") {
			text[i] = strings.Replace(text[i], "url: http:", "url: https:", 1)
		}
		if tried == jwtKey+".keys.secret" {
			text[i] = strings.Replace(text[i], "#algorithm: ES256", "#algorithm: HS256", 1)
		}
	}
	return text
}

func TestEachKeyOfTheExampleCanBeTurnedOn(t *testing.T) {
	text, keys := readExample(t)
	for _, l := range keys {
		if !l.off {
			continue
		}
		t.Run(l.key, func(t *testing.T) {
			need := needed(l.key)
			wants := func(key string) bool {
				if excluded(key, l.key) {
					return false
				}
				return key == l.key || isBelow(key, l.key) || isBelow(l.key, key) || isBelow(l.key, parentKey(key)) && isRequired(key) ||
					slices.ContainsFunc(need, func(n string) bool { return n == key || isBelow(n, key) || isBelow(key, n) && !excluded(n, l.key) })
			}
			if _, _, err := parseExample(t, uncomment(fitting(text, l.key), keys, wants)); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestAllKeysOfTheExampleCanBeTurnedOn turns on all that do not exclude each other, in each way.
func TestAllKeysOfTheExampleCanBeTurnedOn(t *testing.T) {
	text, keys := readExample(t)
	for _, tried := range []string{
		"", jwtKey + ".keys.public_key_file", jwtKey + ".keys.jwks_url", jwtKey + ".keys.secret",
		assertionKey + ".keys.public_key_file", assertionKey + ".keys.jwks_url", assertionKey + ".trusted_header",
	} {
		all := uncomment(fitting(fitting(text, ""), tried), keys, func(key string) bool { return !excluded(key, tried) })
		if _, _, err := parseExample(t, all); err != nil {
			t.Errorf("with %s: %v", tried, err)
		}
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

// declared returns every key of a type, with its field; [] stands for a list's index and .* for a mapping's name.
func declared(t reflect.Type, at string) map[string]field {
	all := map[string]field{}
	for _, f := range fieldsOf(t) {
		key := memberKey(at, f.name)
		all[key] = f
		ft := t.Field(f.index).Type
		for !isScalar(ft) && ft.Kind() != reflect.Struct {
			key += map[reflect.Kind]string{reflect.Slice: "[]", reflect.Map: ".*"}[ft.Kind()]
			ft = ft.Elem()
		}
		if !isScalar(ft) {
			maps.Copy(all, declared(ft, key))
		}
	}
	return all
}

// unshown are the keys that are there only because others share their struct: refused where they stand, or shown in the list beside.
var unshown = regexp.MustCompile(`^sites\[\]\.sign_in\.(assertion\.keys\.secret|` +
	`(app\.cookie_jwt|assertion)\.extract\.\*\[\]\.(css|attr|header|cookie|regex)|app\.sign_in_requests\[\]\.query)$`)

func TestExampleHasEveryKeyAndItsDefault(t *testing.T) {
	text, keys := readExample(t)
	lines := map[string]exampleLine{}
	for _, l := range keys {
		lines[indices.ReplaceAllString(l.key, "[]")] = l
	}
	r := Decode("config.example.yaml", []byte(uncomment(text, keys, func(string) bool { return true })), &Config{})
	shown := slices.Collect(maps.Keys(r.places))
	for key, f := range declared(reflect.TypeFor[Config](), "") {
		form := strings.NewReplacer(`\[\]`, `\[\d+\]`, `\.\*`, `\.\w+`).Replace(regexp.QuoteMeta(key))
		if !unshown.MatchString(key) && !slices.ContainsFunc(shown, regexp.MustCompile("^"+form+"$").MatchString) {
			t.Errorf("%s is not in config.example.yaml", key)
		}
		if l, ok := lines[key]; ok && f.hasDefault && (!l.off || l.value != f.defaultText) {
			t.Errorf("%s is shown as %q (off: %v), its default is %q", key, l.value, l.off, f.defaultText)
		}
	}
}

// TestExampleFitsTheSchema looks every key of the example up in schema.json.
func TestExampleFitsTheSchema(t *testing.T) {
	text, keys := readExample(t)
	var example, s map[string]any
	if err := yaml.Unmarshal([]byte(uncomment(text, keys, func(string) bool { return true })), &example); err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(Schema(), &s); err != nil {
		t.Fatal(err)
	}
	checkAgainst(t, example, s, "")
}

// checkAgainst looks a value's keys up in a schema.
func checkAgainst(t *testing.T, value any, s map[string]any, at string) {
	for forms, ok := s["oneOf"].([]any); ok; forms, ok = s["oneOf"].([]any) {
		i := slices.IndexFunc(forms, func(form any) bool { return takes(form.(map[string]any), value) })
		if i < 0 {
			t.Errorf("%s has none of the forms in schema.json", at)
			return
		}
		s = forms[i].(map[string]any)
	}
	if !takes(s, value) {
		t.Errorf("%s is a %T, and none in schema.json", at, value)
	}
	switch value := value.(type) {
	case map[string]any:
		properties, _ := s["properties"].(map[string]any)
		for key, v := range value {
			property, ok := properties[key].(map[string]any)
			if !ok {
				property, ok = s["additionalProperties"].(map[string]any)
			}
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

// takes tells whether a schema is for values of this kind.
func takes(s map[string]any, value any) bool {
	if forms, ok := s["oneOf"].([]any); ok {
		return slices.ContainsFunc(forms, func(form any) bool { return takes(form.(map[string]any), value) })
	}
	switch value.(type) {
	case map[string]any:
		return s["type"] == "object"
	case []any:
		return s["type"] == "array"
	case string:
		return s["type"] == "string"
	case bool:
		return s["type"] == "boolean"
	}
	return s["type"] == "integer"
}
