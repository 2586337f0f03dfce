package explain

import (
	"strings"

	"github.com/ferngate/ferngate/auth/visit"
)

// SignIn reports what was done to sign in to the app.
func (r *Report) SignIn(exchanges []visit.Exchange, asksAgain bool) {
	r.section("Sign-in")
	for _, x := range exchanges {
		with := ""
		if len(x.Fields) > 0 {
			with = " with " + strings.Join(x.Fields, ", ")
		}
		r.line("%s %s%s", x.Method, place(x.URL), with)
		if x.Status != 0 {
			r.answered(x.Status, x.Header, x.Duration)
		}
	}
	if asksAgain {
		r.note("the page after it asks for a password again: the app may have refused this one.")
	}
}
