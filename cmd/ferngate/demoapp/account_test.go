package demoapp

import (
	"net/http"
	"testing"
)

func TestAccountShowsTheProfileOfWhoIsLoggedIn(t *testing.T) {
	h := Handler()
	alice, bob := loggedIn(t, h, "alice"), loggedIn(t, h, "bob")

	w := get(t, h, "/account", "Cookie", alice)
	wantStatus(t, w, http.StatusOK)
	wantBody(t, w, `<dl class="profile">`, `<dd class="id">1001</dd>`, `<dd class="login">alice</dd>`,
		`<dd class="name">Alice Liddell</dd>`, `<dd class="email">alice@fernwood.example</dd>`,
		`<dd class="plan">pro</dd>`, `<dd class="groups">staff</dd>`)

	w = get(t, h, "/account", "Cookie", bob)
	wantBody(t, w, `<dd class="id">1002</dd>`, `<dd class="login">bob</dd>`, `<dd class="name">Bob Sawyer</dd>`,
		`<dd class="email">bob@fernwood.example</dd>`, `<dd class="plan">free</dd>`)
	wantNotInBody(t, w, "groups", "Alice")
}

func TestAccountSendsStrangersToTheLogin(t *testing.T) {
	for _, cookie := range []string{"", "FWSESSID=", "FWSESSID=deleted", "FWSESSID=0123456789", "fwsessid=x", "; ;"} {
		wantLocation(t, get(t, Handler(), "/account", "Cookie", cookie), "/login?back=%2Faccount")
	}
}

// The app goes by its own sessions, whatever a proxy or a client claims.
func TestHeadersLogNobodyIn(t *testing.T) {
	claims := []string{"X-Forwarded-User", "1001", "X-Forwarded-Name", "Alice Liddell", "X-Forwarded-Email", "alice@fernwood.example"}
	h := Handler()
	wantLocation(t, get(t, h, "/account", claims...), "/login?back=%2Faccount")
	wantBody(t, get(t, h, "/", claims...), "Not logged in")
	bob := loggedIn(t, h, "bob")
	wantBody(t, get(t, h, "/account", append(claims, "Cookie", bob)...), `<dd class="id">1002</dd>`)
}
