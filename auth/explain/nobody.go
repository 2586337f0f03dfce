package explain

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/ferngate/ferngate/auth/app"
)

// Nobody is the error for an answer without an identity: why, and what to try.
// What the extractors found in place of the person, the report has.
func Nobody(a *app.Answer) error {
	var last app.StepAnswer
	if n := len(a.Steps); n > 0 {
		last = a.Steps[n-1]
	}
	var found, missing []string
	for _, f := range last.Findings {
		switch {
		case f.Found:
			found = append(found, f.Name)
		case !f.Optional:
			missing = append(missing, f.Name)
		}
	}
	switch {
	case last.Status == http.StatusNotFound:
		return nobody("step %d was answered 404: there is no such page; correct its path", len(a.Steps))
	case len(missing) > 0 && len(found) > 0:
		return nobody("step %d did not find %s; correct these extractors by what is there instead, or mark them optional",
			len(a.Steps), strings.Join(missing, ", "))
	case len(missing) > 0:
		return nobody("step %d did not find %s; if its answer is the app's to strangers, say so in anonymous_when and sign in anew, else correct the extractors by what is there instead",
			len(a.Steps), strings.Join(missing, ", "))
	case a.Refused:
		return nobody("%s; correct identity, or the extractors that it is composed of", a.Nobody)
	}
	return nobody("%s; the app does not know these cookies: sign in anew, and if they are a browser's give what it sends with --header (User-Agent, Accept-Language, Accept-Encoding)", a.Nobody)
}

// RefusedSignIn is the error for a sign-in after which the app asks for a
// password again, and says of nobody that they are signed in.
func RefusedSignIn() error {
	return nobody("after the sign-in the app asked for a password again: most likely it refused the login or the password; try them in a browser")
}

func nobody(format string, args ...any) error {
	return errors.New("nobody is signed in: " + Visible(fmt.Sprintf(format, args...)))
}

// Undecided is the error for an app that cannot tell, when asking may take as
// long as timeout.
func Undecided(err error, timeout time.Duration) error {
	if errors.Is(err, context.DeadlineExceeded) {
		return fmt.Errorf("the app cannot tell who is signed in: its answer took longer than the timeout of sign_in.app, %s; raise it, or ask a quicker page", timeout)
	}
	if status, ok := errors.AsType[*app.StatusError](err); ok {
		return fmt.Errorf("the app cannot tell who is signed in: %w; ferngate takes that for a fault of the app", status)
	}
	return errors.New("the app cannot tell who is signed in: " + plain(err))
}

// SignInFailed is the error for a sign-in that did not come to its end.
func SignInFailed(err error) error {
	if _, unreachable := errors.AsType[*net.OpError](err); unreachable {
		return errors.New("sign in at sign_in_url: " + plain(err) + "; is the app running, at the upstream's url?")
	}
	return errors.New("sign in at sign_in_url: " + plain(err) + "; sign in with a browser, and give its cookies with --cookie")
}

// plain is the text of an error as it may be shown. net/http's, where an answer
// is no HTTP, quote lines of it, and these can be cookies.
func plain(err error) string {
	if strings.Contains(err.Error(), "transport connection broken") {
		return "its answer is no HTTP that can be read"
	}
	return Visible(err.Error())
}
