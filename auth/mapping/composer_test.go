package mapping

import (
	"encoding/json"
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

// usual is the mapping of most apps.
var usual = config.IdentityMapping{
	UserID: template("{login}"), Email: template("{email}"), Name: template("{first} {last}"), Groups: template("{roles}"),
	Attributes: map[string]config.Template{"plan": template("{plan}"), "seat": template("{plan}/{seat}")},
}

// compose makes an identity without a table.
func composeOf(t *testing.T, cfg config.IdentityMapping, values Values) (*auth.Identity, error) {
	t.Helper()
	id, err := NewComposer(cfg, nil).Compose(values)
	if refused, ok := errors.AsType[*RefusedError](err); err != nil && (!ok || refused.Field == "" || id != nil) {
		t.Fatalf("got %v and %v", id, err)
	}
	return id, err
}

func TestCompose(t *testing.T) {
	got, err := composeOf(t, usual, Values{
		"login": {Text: "alice"}, "email": {Text: "alice@example.com"}, "first": {Text: "Alice"}, "last": {Text: "Liddell"},
		"roles": {List: []string{"staff", "team a"}, IsList: true}, "plan": {Text: "pro"}, "unused": {Text: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := &auth.Identity{
		UserID: "alice", Email: "alice@example.com", Name: "Alice Liddell", Groups: []string{"staff", "team a"},
		Attributes: map[string]string{"plan": "pro"}, // seat misses a value
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUserID(t *testing.T) {
	list := Value{List: []string{"alice"}, IsList: true}
	for name, c := range map[string]struct {
		template string
		values   Values
		want     string // or the error, after a -
	}{
		"a text":                {"{id}", texts("id", "alice"), "alice"},
		"any letters":           {"{id}", texts("id", `CORP\Zoë O'Hara <1>, "日本"`), `CORP\Zoë O'Hara <1>, "日本"`},
		"with a text around it": {"app:{id}", texts("id", "7"), "app:7"},
		"missing":               {"{id}", nil, "- user_id: there is no value id"},
		"one of two missing":    {"{a}/{b}", texts("a", "x"), "- user_id: there is no value b"},
		"a list":                {"{id}", Values{"id": list}, "- user_id: the value id is a list, not a text"},
		"empty":                 {"{id}", Values{"id": {}}, "- user_id: it is empty"},
		"as long as may be":     {"{id}", texts("id", strings.Repeat("x", 256)), strings.Repeat("x", 256)},
		"too long":              {"{id}", texts("id", strings.Repeat("é", 129)), "- user_id: it is 258 bytes long, more than 256"},
		"a line break":          {"{id}", texts("id", "alice\r\nX-Admin: 1"), "- user_id: it has a control character, or one that cannot be read"},
		"a NUL":                 {"{id}", texts("id", "alice\x00"), "- user_id: it has a control character, or one that cannot be read"},
		"a C1 character":        {"{id}", texts("id", "alice\u0085x"), "- user_id: it has a control character, or one that cannot be read"},
		"a turned direction":    {"{id}", texts("id", "alice\u202e"), "- user_id: it has a control character, or one that cannot be read"},
		"half a character":      {"{id}", texts("id", "alice\ufffd"), "- user_id: it has a control character, or one that cannot be read"},
		"no UTF-8":              {"{id}", texts("id", "alice\xff"), "- user_id: it has a control character, or one that cannot be read"},
	} {
		id, err := composeOf(t, config.IdentityMapping{UserID: template(c.template)}, c.values)
		if got := outcome(err, func() string { return id.UserID }); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestEmail(t *testing.T) {
	const malformed, spoiled = "- email: it is not one name, one @ and one domain", "- email: it has a space, a control character, a comma, < or >"
	for name, c := range map[string]struct {
		template string
		values   Values
		want     string
	}{
		"an address":          {"{email}", texts("email", "Zoë+x@exämple.test"), "Zoë+x@exämple.test"},
		"made of the login":   {"{login}@corp.example", texts("login", "al"), "al@corp.example"},
		"missing":             {"{email}", nil, ""},
		"one of two missing":  {"{a}@{b}", texts("a", "x"), ""},
		"none at all":         {"{email}", texts("email", "alice"), malformed},
		"two @":               {"{email}", texts("email", "x@evil.test@corp.test"), malformed},
		"two @, composed":     {"{email}@corp.test", texts("email", "x@evil.test"), malformed},
		"no name":             {"{email}", texts("email", "@corp.test"), malformed},
		"no domain":           {"{email}", texts("email", "x@"), malformed},
		"a space":             {"{email}", texts("email", "x y@corp.test"), spoiled},
		"a line break":        {"{email}", texts("email", "x@corp.test\r\nX-Admin: 1"), spoiled},
		"two":                 {"{email}", texts("email", "x@corp.test,y"), spoiled},
		"with a name":         {"{email}", texts("email", "Al<x@corp.test>"), spoiled},
		"a turned direction":  {"{email}", texts("email", "x\u2066@corp.test"), spoiled},
		"a space of any kind": {"{email}", texts("email", "x\u00a0@corp.test"), spoiled},
		"a list":              {"{email}", Values{"email": {List: []string{"x@y"}, IsList: true}}, "- email: the value email is a list, not a text"},
		"as long as may be":   {"{email}", texts("email", "x@"+strings.Repeat("y", 252)), "x@" + strings.Repeat("y", 252)},
		"too long":            {"{email}", texts("email", "x@"+strings.Repeat("y", 253)), "- email: it is 255 bytes long, more than 254"},
	} {
		if c.values == nil {
			c.values = Values{}
		}
		c.values["id"] = Value{Text: "alice"}
		id, err := composeOf(t, config.IdentityMapping{UserID: template("{id}"), Email: template(c.template)}, c.values)
		if got := outcome(err, func() string { return id.Email }); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// H15: whatever stands in a name, no header and no page is changed by it.
func TestH15_NamesAreOneLineOfText(t *testing.T) {
	for name, c := range map[string]struct {
		template string
		values   Values
		want     string
	}{
		"accents":               {"{name}", texts("name", "Zoë 日本 👩‍🚀"), "Zoë 日本 👩‍🚀"},
		"a header of its own":   {"{name}", texts("name", "Alice\r\nX-Admin: 1"), "Alice X-Admin: 1"},
		"control characters":    {"{name}", texts("name", "A\x00l\x1b[2Ji\x7fc\u0080e\t!"), "Al[2Jice !"},
		"turned directions":     {"{name}", texts("name", "\u202eecilA\u202c \u2066x\u2069"), "ecilA x"},
		"markup stays a text":   {"{name}", texts("name", `</script><b>A</b> "&amp;'`), `</script><b>A</b> "&amp;'`},
		"no UTF-8":              {"{name}", texts("name", "Al\xffice"), "Alice"},
		"nothing but controls":  {"{name}", texts("name", "\x00\u202e"), ""},
		"a missing first name":  {"{first} {last}", texts("last", "Liddell"), "Liddell"},
		"a missing middle name": {"{first} {middle} {last}", texts("first", "A", "last", "L"), "A L"},
		"nothing but brackets":  {"{first} ({last})", nil, ""},
		"a list":                {"{first}", Values{"first": {List: []string{"A"}, IsList: true}}, ""},
		"no template":           {"", nil, ""},
		"cut between letters":   {"{name}", texts("name", strings.Repeat("é", 300)), strings.Repeat("é", 256)},
		"cut before a space":    {"{name}", texts("name", strings.Repeat("é", 255)+" x"), strings.Repeat("é", 255)},
	} {
		if c.values == nil {
			c.values = Values{}
		}
		c.values["id"] = Value{Text: "alice"}
		id, err := composeOf(t, config.IdentityMapping{UserID: template("{id}"), Name: template(c.template)}, c.values)
		if err != nil || id.Name != c.want {
			t.Errorf("%s: %v, got %q, want %q", name, err, id.Name, c.want)
		}
	}
}

func TestGroups(t *testing.T) {
	list := func(members ...string) Values { return Values{"g": {List: members, IsList: true}} }
	many := strings.Repeat("x,", 100)
	for name, c := range map[string]struct {
		template string
		values   Values
		want     string // joined by |
	}{
		"a list":               {"{g}", list("staff", "team a"), "staff|team a"},
		"a text":               {"{g}", texts("g", " staff , ,team a,"), "staff|team a"},
		"two texts":            {"{g},{h}", texts("g", "a", "h", "b"), "a|b"},
		"one of two texts":     {"{g},{h}", texts("h", "b"), "b"},
		"none":                 {"{g}", nil, ""},
		"none, and a comma":    {"{g},{h}", nil, ""},
		"only what is fixed":   {"everybody", nil, "everybody"},
		"nobody's, and fixed":  {"{g},everybody", nil, ""},
		"a comma in a list":    {"{g}", list("a", "b,admin"), "- groups: one has a comma, which separates groups in a header"},
		"a list among texts":   {"x,{g}", list("a"), "- groups: the value g is a list, not a text, which must stand alone"},
		"a line break":         {"{g}", list("a\nb"), "- groups: one has a control character, or one that cannot be read"},
		"as many as may be":    {"{g}", texts("g", many), strings.TrimSuffix(strings.ReplaceAll(many, ",", "|"), "|")},
		"too many":             {"{g}", texts("g", many+"y"), "- groups: there are 101, more than 100"},
		"a group that is long": {"{g}", list(strings.Repeat("x", 257)), "- groups: one is 257 bytes long, more than 256"},
	} {
		if c.values == nil {
			c.values = Values{}
		}
		c.values["id"] = Value{Text: "alice"}
		id, err := composeOf(t, config.IdentityMapping{UserID: template("{id}"), Groups: template(c.template)}, c.values)
		if got := outcome(err, func() string { return strings.Join(id.Groups, "|") }); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAttributes(t *testing.T) {
	cfg := config.IdentityMapping{UserID: template("{id}"), Attributes: map[string]config.Template{
		"plain": template("{a}"), "both": template("{a}-{b}"), "half": template("{a}-{missing}"), "list": template("{l}"), "dirty": template("{d}"), "gone": template("{c}"), "fixed": template("x"),
	}}
	id, err := composeOf(t, cfg, Values{
		"id": {Text: "alice"}, "a": {Text: "A"}, "b": {Text: "B"}, "l": {List: []string{"x"}, IsList: true}, "d": {Text: "d\r\nX: \x00y"}, "c": {Text: "\x00"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]string{"plain": "A", "both": "A-B", "dirty": "d X: y", "fixed": "x"}, id.Attributes); diff != "" {
		t.Error(diff)
	}
}

func TestAnIdentityFitsIntoACookie(t *testing.T) {
	values := texts("login", "alice", "email", "a@b.test")
	var groups []string
	for i := range 20 {
		groups = append(groups, fmt.Sprintf("%s%02d", strings.Repeat("g", 60), i))
	}
	values["roles"] = Value{List: groups, IsList: true}
	id, err := composeOf(t, usual, values)
	if err != nil {
		t.Fatal(err)
	}
	values["roles"] = Value{List: append(groups, groups...), IsList: true}
	_, err = composeOf(t, usual, values)
	size := len(must(json.Marshal(id)))
	if size > 1400 || err == nil || !strings.HasPrefix(err.Error(), "identity: it takes 26") || !strings.Contains(err.Error(), "the 1400 that fit into a cookie") {
		t.Errorf("%d bytes are taken, and with twice the groups: %v", size, err)
	}
}

func TestComposeLeavesTheValuesAlone(t *testing.T) {
	values := Values{"login": {Text: "alice"}, "roles": {List: []string{" a ", "b"}, IsList: true}}
	id, err := composeOf(t, usual, values)
	if err != nil {
		t.Fatal(err)
	}
	id.Groups[0] = "changed"
	if values["roles"].List[0] != " a " {
		t.Error("the identity shares the values' list")
	}
}

// outcome is what a composer gives: a field, or the error after a -.
func outcome(err error, field func() string) string {
	if err != nil {
		return "- " + err.Error()
	}
	return field()
}

// wantSound checks what every identity keeps to.
func wantSound(t *testing.T, id *auth.Identity) {
	t.Helper()
	for _, text := range append([]string{id.UserID, id.Email, id.Name}, id.Groups...) {
		if !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) || strings.ContainsAny(text, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") {
			t.Errorf("%q is in an identity", text)
		}
	}
	if id.UserID == "" || len(id.UserID) > 256 || strings.Count(id.Email, "@") > 1 || strings.Contains(strings.Join(id.Groups, ""), ",") {
		t.Errorf("%+v is an identity", id)
	}
}
