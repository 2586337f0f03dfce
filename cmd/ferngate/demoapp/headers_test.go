package demoapp

import "testing"

func TestHelpShowsTheIdentityHeadersOfItsOwnRequest(t *testing.T) {
	w := get(t, Handler(), "/help",
		"X-Forwarded-User", "u-17", "X-Forwarded-Email", "ada@example.com",
		"X-Forwarded-Name", "Ada <Fern>", "X-Forwarded-Groups", "staff,desk")
	wantBody(t, w, `<table id="received-headers"`,
		"<code>u-17</code>", "<code>ada@example.com</code>", "<code>Ada &lt;Fern&gt;</code>", "<code>staff,desk</code>")
}

func TestHelpSaysWhatWasNotSent(t *testing.T) {
	w := get(t, Handler(), "/help", "X-Forwarded-User", "u-17")
	wantBody(t, w, `<th scope="row">X-Forwarded-Email</th><td><i>not sent</i></td>`)
}

// A gateway that strips one spelling only is found out by this app.
func TestSpellingsThatCGICannotTellApartAllCount(t *testing.T) {
	for _, name := range []string{"X_Forwarded_User", "x-forwarded_user", "X.Forwarded.User"} {
		r := request(t, "GET", "/help", "")
		r.Header[name] = []string{"mallory"}
		wantBody(t, do(Handler(), r), "<code>mallory</code>")
	}
}

func TestDoubledHeadersAreBothShown(t *testing.T) {
	w := get(t, Handler(), "/help", "X-Forwarded-User", "ada", "X-Forwarded-User", "mallory")
	wantBody(t, w, "<code>ada</code> <code>mallory</code>")
}
