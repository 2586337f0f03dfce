package inspect

import (
	"encoding/base64"
	"encoding/json"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/config"
)

// now is when every token here is judged.
var now = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

const secret = "canary: the help centre's JWT secret, for tests"

// terms are those of app.example.com, beside another site.
func terms() Terms {
	return Terms{
		Host: "app.example.com", HelpCenter: "help.example.com",
		Secret: config.NewSecret([]byte(secret)),
		Others: []Key{{"jwt_secret of the site for wiki.example.com", config.NewSecret([]byte("the other secret"))}, {"none", config.Secret{}}},
		Now:    now,
	}
}

// alice are the claims of a good token, with some of them changed; nil is none.
func alice(changed jwt.MapClaims) jwt.MapClaims {
	claims := jwt.MapClaims{
		"sub": "1001", "userId": "1001", "email": "alice@example.com", "name": "Alice Liddell",
		"customAttributes": map[string]string{"plan": "pro"},
		"iat":              now.Add(-time.Minute).Unix(), "exp": now.Add(time.Hour).Unix(),
	}
	maps.Copy(claims, changed)
	maps.DeleteFunc(claims, func(_ string, value any) bool { return value == nil })
	return claims
}

// token signs alice's claims, with some of them changed, with HS256.
func token(changed jwt.MapClaims, secret string) string {
	signed, err := jwt.NewWithClaims(jwt.SigningMethodHS256, alice(changed)).SignedString([]byte(secret))
	if err != nil {
		panic(err) // claims are JSON
	}
	return signed
}

// headed is a token with a header of its own, signed as if it were HS256.
func headed(header string) string {
	parts := strings.Split(token(nil, secret), ".")
	signing := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." + parts[1]
	signature, err := jwt.SigningMethodHS256.Sign(signing, []byte(secret))
	if err != nil {
		panic(err)
	}
	return signing + "." + base64.RawURLEncoding.EncodeToString(signature)
}

// told are a verdict's findings, a line each: Ferndesk's message or "note", and the problem.
func told(v *Verdict) string {
	names := map[Message]string{"": "note", NoToken: "no token", OtherDomain: "other domain", InvalidToken: "invalid token"}
	var lines []string
	for _, f := range v.Findings {
		lines = append(lines, names[f.Message]+": "+f.Problem)
	}
	return strings.Join(lines, "\n")
}

// check inspects what was pasted, wants findings that begin so, and no secret or token in any.
func check(t *testing.T, pasted string, terms Terms, want ...string) *Verdict {
	t.Helper()
	v := Inspect(pasted, terms)
	if len(v.Findings) != len(want) {
		t.Fatalf("found\n%s\nwant\n%s", told(v), strings.Join(want, "\n"))
	}
	for i, line := range strings.Split(told(v), "\n") {
		if len(want) > 0 && !strings.HasPrefix(line, want[i]) {
			t.Errorf("found %s\n want %s", line, want[i])
		}
	}
	shown, err := json.Marshal(v.Findings)
	if err != nil || strings.Contains(string(shown), "canary") || strings.Contains(string(shown), "eyJ") {
		t.Errorf("the findings show too much: %s, %v", shown, err)
	}
	for _, f := range v.Findings {
		if f.Mend == "" {
			t.Errorf("%s: there is nothing to do about it", f.Problem)
		}
	}
	return v
}

func TestInspect_Good(t *testing.T) {
	for what, changed := range map[string]jwt.MapClaims{
		"everything":  nil,
		"the least":   {"name": nil, "customAttributes": nil, "iat": nil},
		"last second": {"exp": now.Unix() + 1, "iat": now.Unix(), "nbf": now.Unix()},
		"a day":       {"exp": now.Add(24 * time.Hour).Unix()},
	} {
		t.Run(what, func(t *testing.T) {
			v := check(t, token(changed, secret), terms())
			if !v.Accepted() || v.Message() != "" || !json.Valid(v.Header) || !json.Valid(v.Claims) {
				t.Errorf("%+v", v)
			}
		})
	}
}

func TestInspect_Claims(t *testing.T) {
	for _, c := range []struct {
		what    string
		changed jwt.MapClaims
		want    []string
	}{
		{"expired", jwt.MapClaims{"exp": now.Add(-3 * time.Minute).Unix()}, []string{"invalid token: the token ended 3 minutes ago (exp: 2026-05-04 11:57:00 UTC)"}},
		{"just expired", jwt.MapClaims{"exp": now.Unix()}, []string{"invalid token: the token ended 0 seconds ago"}},
		{"no exp", jwt.MapClaims{"exp": nil}, []string{"invalid token: exp is missing"}},
		{"exp 0", jwt.MapClaims{"exp": 0}, []string{"invalid token: exp is missing"}},
		{"exp a text", jwt.MapClaims{"exp": "2099-01-01"}, []string{`invalid token: exp is "2099-01-01", and not a number`}},
		{"exp in milliseconds", jwt.MapClaims{"exp": now.Add(time.Hour).UnixMilli()}, []string{"note: the token never ends: exp was counted in milliseconds"}},
		{"exp beyond all", jwt.MapClaims{"exp": 1e300}, []string{"invalid token: exp is beyond every calendar"}},
		{"exp in nanoseconds", jwt.MapClaims{"exp": now.UnixNano()}, []string{"note: the token never ends"}},
		{"exp before all", jwt.MapClaims{"exp": -1e18}, []string{"invalid token: the token ended 106751 days ago"}},
		{"a week", jwt.MapClaims{"exp": now.Add(7 * 24 * time.Hour).Unix()}, []string{"note: the token is good for 7 days"}},
		{"made in the future", jwt.MapClaims{"iat": now.Add(90 * time.Second).Unix()}, []string{"invalid token: iat lies 90 seconds ahead (2026-05-04 12:01:30 UTC): the clocks differ"}},
		{"made a second ahead", jwt.MapClaims{"iat": now.Add(time.Second).Unix()}, []string{"invalid token: iat lies 1 second ahead"}},
		{"made in milliseconds", jwt.MapClaims{"iat": now.UnixMilli()}, []string{"invalid token: iat lies far ahead: it was counted in milliseconds"}},
		{"not before", jwt.MapClaims{"nbf": now.Add(2 * time.Hour).Unix()}, []string{"invalid token: nbf lies 2 hours ahead"}},
		{"nbf a text", jwt.MapClaims{"nbf": "now"}, []string{`invalid token: nbf is "now", and not a number`}},

		{"no sub", jwt.MapClaims{"sub": nil}, []string{"invalid token: sub is missing"}},
		{"no userId", jwt.MapClaims{"userId": nil}, []string{"invalid token: userId is missing"}},
		{"a number as both", jwt.MapClaims{"sub": 1001, "userId": 1001}, []string{"invalid token: sub is a number", "invalid token: userId is a number"}},
		{"a list as sub", jwt.MapClaims{"sub": []string{"1001"}}, []string{"invalid token: sub is a list"}},
		{"null as sub", jwt.MapClaims{"sub": json.RawMessage("null")}, []string{"invalid token: sub is null"}},
		{"an empty userId", jwt.MapClaims{"userId": ""}, []string{"invalid token: userId is empty"}},
		{"two people", jwt.MapClaims{"userId": "1002"}, []string{`invalid token: sub and userId name two people: "1001" and "1002"`}},
		{"nobody's id", jwt.MapClaims{"sub": "undefined", "userId": "undefined"}, []string{`note: the id is "undefined"`}},
		{"no email", jwt.MapClaims{"email": nil}, []string{"invalid token: email is missing"}},
		{"an object as email", jwt.MapClaims{"email": map[string]any{"a": 1}}, []string{"invalid token: email is an object"}},
		{"no address", jwt.MapClaims{"email": "alice"}, []string{`note: email does not look like an address: "alice"`}},
		{"two addresses", jwt.MapClaims{"email": "a@example.com, b@example.com"}, []string{"note: email does not look like an address"}},
		{"an empty name", jwt.MapClaims{"name": ""}, []string{"invalid token: name is empty"}},
		{"true as name", jwt.MapClaims{"name": true}, []string{"invalid token: name is true"}},
		{"a text of attributes", jwt.MapClaims{"customAttributes": "plan"}, []string{`invalid token: customAttributes is "plan"`}},
		{"empty attributes", jwt.MapClaims{"customAttributes": map[string]string{}}, []string{"invalid token: customAttributes is empty"}},
		{"what a terminal obeys", jwt.MapClaims{"customAttributes": "\x1b[31m\u202ered"}, []string{`invalid token: customAttributes is "[31mred"`}},
		{"long", jwt.MapClaims{"customAttributes": map[string]string{"a": strings.Repeat("b", longToken)}}, []string{"note: the token is longer than 4 KiB"}},
		{"too long", jwt.MapClaims{"customAttributes": map[string]string{"a": strings.Repeat("b", maxToken)}}, []string{"invalid token: the token is longer than 64 KiB"}},
	} {
		t.Run(c.what, func(t *testing.T) { check(t, token(c.changed, secret), terms(), c.want...) })
	}
}

// A claim under a name of the app's own is recognised.
func TestInspect_ClaimMisspelt(t *testing.T) {
	for claim, changed := range map[string]jwt.MapClaims{
		"user_id": {"sub": nil, "user_id": "1001"},
		"Mail":    {"email": nil, "Mail": "alice@example.com"},
		"sub":     {"userId": nil},
	} {
		v := Inspect(token(changed, secret), terms())
		if len(v.Findings) != 1 || !strings.Contains(v.Findings[0].Mend, "the token has "+map[bool]string{true: "userId", false: claim}[claim == "user_id"]) {
			t.Errorf("%s: %+v", claim, v.Findings)
		}
	}
}

func TestInspect_Signature(t *testing.T) {
	encoded := base64.StdEncoding.EncodeToString([]byte(secret))
	for _, c := range []struct{ what, signed, known, want string }{
		{"another secret", "one that nobody knows", secret, "invalid token: the signature does not fit the secret"},
		{"another site's", "the other secret", secret, "invalid token: the token is signed with another secret: jwt_secret of the site for wiki.example.com"},
		{"a line end too many", secret + "\n", secret, "invalid token: the token is signed with the secret and a line end after it"},
		{"a Windows line end", secret + "\r\n", secret, "invalid token: the token is signed with the secret and a line end (CR LF)"},
		{"a line end in the config", secret, secret + "\n", "invalid token: the token is signed with the secret of the config without the white space"},
		{"quotes", `"` + secret + `"`, secret, "invalid token: the token is signed with the secret and quotes around it"},
		{"quotes in the config", secret, "'" + secret + "'", "invalid token: the token is signed with the secret of the config without the quotes"},
		{"decoded", secret, encoded, "invalid token: the token is signed with what the secret decodes to as base64"},
		{"encoded", encoded, secret, "invalid token: the token is signed with the secret in base64"},
		{"decoded hexadecimal", "\xca\xfe\xba\xbe", "cafebabe", "invalid token: the token is signed with what the secret decodes to as hexadecimal"},
		{"encoded in hexadecimal", "cafebabe", "\xca\xfe\xba\xbe", "invalid token: the token is signed with the secret in hexadecimal"},
		{"nothing", "", secret, "invalid token: the token is signed with an empty secret"},
		{"a missing variable", "undefined", secret, "invalid token: the token is signed with the word undefined"},
		{"an example", "your-256-bit-secret", secret, "invalid token: the token is signed with the example secret"},
	} {
		t.Run(c.what, func(t *testing.T) {
			terms := terms()
			terms.Secret = config.NewSecret([]byte(c.known))
			check(t, token(nil, c.signed), terms, c.want)
		})
	}
}

func TestInspect_Header(t *testing.T) {
	for _, c := range []struct {
		header string
		want   []string
	}{
		{`{"alg":"HS512","typ":"JWT"}`, []string{"invalid token: the token is signed with HS512, and Ferndesk takes HS256 alone"}},
		{`{"alg":"RS256","typ":"JWT"}`, []string{"invalid token: the token is signed with RS256, and Ferndesk takes HS256 alone: is it a token of your identity provider's?"}},
		{`{"alg":"none","typ":"JWT"}`, []string{"invalid token: the token is not signed (alg: none)"}},
		{`{"typ":"JWT"}`, []string{"invalid token: the header does not say how the token is signed"}},
		{`{"alg":"HS256"}`, []string{"invalid token: the header has no typ"}},
		{`{"alg":"HS256","typ":"at+jwt"}`, []string{`invalid token: the header's typ is "at+jwt", and not JWT`}},
		{`{"alg":["HS256"],"typ":null}`, []string{"invalid token: the header's typ is null", "invalid token: the header does not say"}},
		{`{ "alg": "HS256", "typ": "JWT" }`, nil},
		{"{\n\"alg\": \"HS256\", \"typ\": \"JWT\" }", nil},
		{`["HS256"]`, []string{"invalid token: the token's header cannot be read: not a JSON object"}},
	} {
		t.Run(c.header, func(t *testing.T) { check(t, headed(c.header), terms(), c.want...) })
	}
}

func TestInspect_Domain(t *testing.T) {
	for _, c := range []struct{ host, help, want string }{
		{"app.example.com", "help.example.com", ""},
		{"example.com", "help.example.com", ""},
		{"help.example.com", "help.example.com", ""},
		{"app.example.co.uk", "help.example.co.uk", ""},
		{"a.b.example.com", "help.example.com", `other domain: "a.b.example.com" is more than one level below example.com`},
		{"otherdomain.com", "help.example.com", `other domain: "help.example.com" and the site's host "otherdomain.com" share no domain`},
		{"one.github.io", "two.github.io", "other domain: "},
		{"localhost", "help.example.com", "other domain: "},
		{"", "help.example.com", "note: whether the page may identify was not looked at: the site has no host"},
		{"app.example.com", "", "note: whether the page may identify was not looked at: the config does not say where the help centre is"},
	} {
		t.Run(c.host+" "+c.help, func(t *testing.T) {
			terms := terms()
			terms.Host, terms.HelpCenter = c.host, c.help
			want := []string{c.want}
			if c.want == "" {
				want = nil
			}
			check(t, token(nil, secret), terms, want...)
		})
	}
}

// What the SDK would say first counts: that there is no token, then the domain.
func TestInspect_Message(t *testing.T) {
	elsewhere := terms()
	elsewhere.Host = "otherdomain.com"
	for _, c := range []struct {
		what, pasted string
		terms        Terms
		want         Message
	}{
		{"good", token(nil, secret), terms(), ""},
		{"expired", token(jwt.MapClaims{"exp": 1}, secret), terms(), InvalidToken},
		{"expired, elsewhere", token(jwt.MapClaims{"exp": 1}, secret), elsewhere, OtherDomain},
		{"nothing, elsewhere", "", elsewhere, NoToken},
	} {
		if got := Inspect(c.pasted, c.terms).Message(); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}
