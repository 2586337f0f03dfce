package demoapp

import "testing"

func TestAccountShowsTheIdentityHeaders(t *testing.T) {
	w := get(t, Handler(), "/account",
		"X-Forwarded-User", "u-17", "X-Forwarded-Email", "ada@example.com",
		"X-Forwarded-Name", "Ada <Fern>", "X-Forwarded-Groups", "staff,desk")
	wantBody(t, w,
		"You are <b>Ada &lt;Fern&gt;</b>",
		"<code>u-17</code>", "<code>ada@example.com</code>", "<code>Ada &lt;Fern&gt;</code>", "<code>staff,desk</code>")
}

func TestAccountSaysWhatWasNotSent(t *testing.T) {
	w := get(t, Handler(), "/account")
	wantBody(t, w, "Nobody told this app who you are.", "<td><i>not sent</i></td>")
	wantNotInBody(t, w, "<code>")
}

func TestHelpShowsTheIdentityHeadersOfItsOwnRequest(t *testing.T) {
	w := get(t, Handler(), "/help", "X-Forwarded-User", "u-17")
	wantBody(t, w, `<table id="received-headers"`, "<code>u-17</code>")
}

// A gateway that strips one spelling only is found out by this app.
func TestSpellingsThatCGICannotTellApartAllCount(t *testing.T) {
	for _, name := range []string{"X_Forwarded_User", "x-forwarded_user", "X.Forwarded.User"} {
		r := request(t, "GET", "/account", "")
		r.Header[name] = []string{"mallory"}
		w := do(Handler(), r)
		wantBody(t, w, "<code>mallory</code>", "You are <b>mallory</b>")
	}
}

func TestDoubledHeadersAreBothShown(t *testing.T) {
	w := get(t, Handler(), "/account", "X-Forwarded-User", "ada", "X-Forwarded-User", "mallory")
	wantBody(t, w, "<code>ada</code> <code>mallory</code>")
}

func TestGreetingFallsBackFromNameToEmailToUser(t *testing.T) {
	for _, c := range []struct {
		headers []string
		want    string
	}{
		{[]string{"X-Forwarded-Name", "Ada", "X-Forwarded-Email", "ada@example.com", "X-Forwarded-User", "17"}, "Hello, <b>Ada</b>"},
		{[]string{"X-Forwarded-Email", "ada@example.com", "X-Forwarded-User", "17"}, "Hello, <b>ada@example.com</b>"},
		{[]string{"X-Forwarded-User", "17"}, "Hello, <b>17</b>"},
		{nil, "Hello, guest"},
	} {
		wantBody(t, get(t, Handler(), "/", c.headers...), c.want)
	}
}
