package inspect

import (
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/ferngate/ferngate/config"
)

// What people paste: a token with something around it, or what came in its place.
func TestInspect_Pasted(t *testing.T) {
	good := token(nil, secret)
	half := len(good) / 2
	for _, c := range []struct {
		what, pasted string
		want         []string
	}{
		{"line ends around it", "\r\n " + good + "\n\n", nil},
		{"a byte order mark", "\ufeff" + good, nil},
		{"Bearer", "Bearer " + good, nil},
		{"a header", "authorization: bearer " + good + "\r\n", nil},
		{"an answer with its head", "HTTP/2 200 \r\ncontent-type: text/plain\r\n\r\n" + good, nil},
		{"quotes", `"` + good + `"` + "\n", []string{"note: there are quotes around the token"}},
		{"broken into lines", good[:half] + "\n" + good[half:], []string{"note: there are blanks or line breaks within the token"}},
		{"blanks", good[:half] + "  " + good[half:], []string{"note: there are blanks or line breaks within the token"}},

		{"nothing", "", []string{"no token: there is nothing to inspect"}},
		{"blanks alone", " \n", []string{"no token: there is nothing to inspect"}},
		{"empty quotes", `""`, []string{"no token: there is nothing to inspect"}},
		{"Bearer alone", "Bearer ", []string{"invalid token: this is no token"}},
		{"nobody", `{"error":"Not authenticated"}`, []string{"no token: the endpoint says that nobody is signed in (status 401)"}},
		{"nobody, with the head", "HTTP/1.1 401 Unauthorized\nContent-Type: application/json\n\n" + `{"error":"Not authenticated"}`,
			[]string{"no token: the endpoint answered with status 401", "no token: the endpoint says that nobody is signed in"}},
		{"a redirect", "HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", []string{"no token: the endpoint answered with status 302", "no token: there is nothing to inspect"}},
		{"an error", `{"error":"email is missing\u001b[31m","request_id":"r1"}`, []string{"no token: the endpoint answered with an error: email is missing[31m"}},
		{"an error with a token in it", `{"error":"bad token ` + good + `"}`, []string{"no token: this is a JSON object without a token"}},
		{"a long error", `{"error":"` + strings.Repeat("x", 500) + `"}`, []string{"no token: the endpoint answered with an error: " + strings.Repeat("x", 120) + "…"}},
		{"a token in JSON", `{"ok":true,"jwt":"` + good + `"}`, []string{`no token: the token is in a JSON object, as "jwt"`}},
		{"an expired token in JSON", `{"token":"` + token(jwt.MapClaims{"exp": 1}, secret) + `"}`, []string{"no token: the token is in a JSON object", "invalid token: the token ended"}},
		{"other JSON", `{"ok":true}`, []string{"no token: this is a JSON object without a token"}},
		{"broken JSON", `{"error":`, []string{"no token: this begins as JSON does"}},
		{"a page", "<!DOCTYPE html><title>Sign in</title>", []string{"no token: this is a page (HTML)"}},
		{"a sentence", "Not found. Sorry!", []string{"no token: this is a text"}},

		{"cut off", good[:half], []string{"invalid token: a token has three parts with dots between, and this has 2"}},
		{"cut within the header", good[:20], []string{"invalid token: a token has three parts with dots between, and this has 1"}},
		{"cut within the signature", good[:len(good)-4], []string{"invalid token: the signature is not one of HS256"}},
		{"without its signature", good[:strings.LastIndex(good, ".")+1], []string{"invalid token: the signature is not one of HS256"}},
		{"twice", good + "." + good, []string{"invalid token: a token has three parts with dots between, and this has 6"}},
		{"encrypted", "eyJhbGciOiJkaXIiLCJlbmMiOiJBMTI4R0NNIn0..aXY.Y2lwaGVy.dGFn", []string{"invalid token: this is an encrypted token (JWE)"}},
		{"opaque", "ya29.a0AfH6SMBx", []string{"invalid token: this is no token (JWT)"}},
		{"a host", "www.example.com", []string{"invalid token: the token's header cannot be read", "invalid token: the token's claims cannot be read"}},
		{"base64", strings.Replace(good, ".", "=.", 1), []string{"invalid token: the token's header cannot be read: base64"}},
		{"changed", good[:half] + "!" + good[half+1:], []string{"invalid token: the signature does not fit", "invalid token: the token's claims cannot be read: not base64url"}},
		{"claims that are no JSON", strings.Replace(good, good[strings.Index(good, "."):strings.LastIndex(good, ".")], ".bm90IEpTT04", 1),
			[]string{"invalid token: the signature does not fit", "invalid token: the token's claims cannot be read: not a JSON object"}},
	} {
		t.Run(c.what, func(t *testing.T) { check(t, c.pasted, terms(), c.want...) })
	}
}

// FuzzInspect: whatever is pasted, nothing of the secret is told, something is
// told of what is refused, and what is taken is a token by the library's reading.
func FuzzInspect(f *testing.F) {
	good := token(nil, secret)
	for _, seed := range []string{good, "Bearer " + good, `{"token":"` + good + `"}`, "HTTP/1.1 200 OK\n\n" + good, headed(`{"alg":"none"}`), token(jwt.MapClaims{"exp": 1e300}, secret), "<html>", `{"error":"no"}`, ""} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, pasted string) {
		v := Inspect(pasted, terms())
		for _, finding := range v.Findings {
			if finding.Problem == "" || finding.Mend == "" {
				t.Errorf("nothing is told: %+v", finding)
			}
		}
		if v.Accepted() != (v.Message() == "") {
			t.Errorf("accepted: %v, and the message %q", v.Accepted(), v.Message())
		}
		bare := strings.TrimSpace(pasted)
		parser := jwt.NewParser(jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithTimeFunc(func() time.Time { return now }))
		_, err := parser.Parse(bare, func(*jwt.Token) (any, error) { return config.NewSecret([]byte(secret)).Reveal(), nil })
		if strings.Count(bare, ".") == 2 && bare[0] == 'e' && v.Accepted() && err != nil && !strings.ContainsAny(bare, " \t\r\n") {
			t.Errorf("%q is taken, but %v", pasted, err)
		}
	})
}
