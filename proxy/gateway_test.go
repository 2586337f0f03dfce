package proxy

import (
	"net/http"
	"strings"
	"testing"

	"github.com/golang-jwt/jwt/v5"
)

// The way of a request, as a person and a page see it.
func TestSignInTokenForwardSignOut(t *testing.T) {
	app := startRecorder(t, "")
	g := startGateway(t, testConfig, app.url)

	// Nobody is signed in: the token endpoint says so, a page leads to sign-in.
	a := g.get("/api/ferndesk-token")
	if a.status != http.StatusUnauthorized || a.body != `{"error":"Not authenticated"}` {
		t.Fatalf("token of nobody: %d %s", a.status, a.body)
	}
	a = g.get("/tickets?id=7", "Accept", "text/html")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/.ferngate/sign-in?return_to=%2Ftickets%3Fid%3D7" {
		t.Fatalf("page of nobody: %d %s", a.status, a.header.Get("Location"))
	}
	if a := g.get("/tickets"); a.status != http.StatusUnauthorized || !strings.Contains(a.body, `"request_id"`) {
		t.Fatalf("script of nobody: %d %s", a.status, a.body)
	}
	app.none(t)

	// Alice signs in; the app is told who she is, and nothing of our cookie.
	cookie := g.signIn("alice")
	a = g.get("/tickets?id=7;x=%zz&&b", "Cookie", "app=1; "+cookie+"; theme=dark", "Accept", "text/html")
	if a.status != http.StatusOK || a.body != "ok" {
		t.Fatalf("page of alice: %d %s", a.status, a.body)
	}
	got := app.next(t)
	if got.line != "GET /tickets?id=7;x=%zz&&b HTTP/1.1" {
		t.Errorf("request line: %s", got.line)
	}
	for name, want := range map[string]string{
		"Host": "app.test", "Cookie": "app=1; theme=dark",
		"X-Ferngate-User": "1001", "X-Forwarded-Email": "alice@corp.test", "X-Ferngate-Name": "Alice",
		"Remote-Groups": "staff,printers", "X-Plan": "pro",
		"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "app.test",
		"Forwarded": `for=127.0.0.1;proto=http;host="app.test"`,
	} {
		if v := got.values(name); len(v) != 1 || v[0] != want {
			t.Errorf("%s: got %q, want %q", name, v, want)
		}
	}

	// Her token is Ferndesk's: both editions' claims, signed with the help centre's secret.
	a = g.get("/api/ferndesk-token", "Cookie", cookie)
	claims := jwt.MapClaims{}
	token, err := jwt.ParseWithClaims(a.body, claims, func(*jwt.Token) (any, error) { return []byte(testJWTSecret), nil },
		jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired())
	if a.status != http.StatusOK || err != nil || token.Header["typ"] != "JWT" {
		t.Fatalf("token of alice: %d %s %v", a.status, a.body, err)
	}
	if claims["sub"] != "1001" || claims["userId"] != "1001" || claims["email"] != "alice@corp.test" || claims["name"] != "Alice" ||
		claims["customAttributes"].(map[string]any)["plan"] != "pro" || claims["exp"].(float64)-claims["iat"].(float64) != 3600 {
		t.Errorf("claims: %v", claims)
	}

	// She signs out; a copy of her cookie is worth nothing.
	a = g.send(http.MethodPost, "/.ferngate/sign-out", "return_to=/bye", "Cookie", cookie, "Content-Type", "application/x-www-form-urlencoded")
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/bye" || !strings.Contains(a.header.Get("Set-Cookie"), "Max-Age=0") {
		t.Fatalf("sign-out: %d %v", a.status, a.header)
	}
	if a := g.get("/api/ferndesk-token", "Cookie", cookie); a.status != http.StatusUnauthorized {
		t.Errorf("token after sign-out: %d %s", a.status, a.body)
	}
}
