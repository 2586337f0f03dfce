package visit

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// errNoForm is wrapped by the errors that say why a page is no sign-in page.
var errNoForm = errors.New("no sign-in form that can be filled in")

// signInForm finds the form that asks for a password: the one with a single
// such field, or else the first; with several it is for signing up, mostly.
func signInForm(forms []form) (form, error) {
	at := slices.IndexFunc(forms, func(f form) bool { return f.passwords() == 1 })
	if at < 0 {
		at = slices.IndexFunc(forms, func(f form) bool { return f.passwords() > 0 })
	}
	if at < 0 {
		return form{}, fmt.Errorf("%w: no field is for a password; %s", errNoForm, describe(forms))
	}
	f := forms[at]
	switch {
	case f.loginField() < 0:
		return form{}, fmt.Errorf("%w: no text field stands before the password; %s", errNoForm, describe(forms[at:at+1]))
	case f.method != "post":
		return form{}, fmt.Errorf("%w: it would send the password in an address (method=get)", errNoForm)
	case f.enctype != "" && f.enctype != formType:
		return form{}, fmt.Errorf("%w: it sends %s", errNoForm, f.enctype)
	}
	return f, nil
}

// formType is how a form is sent unless it says otherwise.
const formType = "application/x-www-form-urlencoded"

// loginField is the index of the text field that is nearest before the
// password, -1 for none.
func (f form) loginField() int {
	login := -1
	for i, field := range f.fields {
		switch {
		case field.name == "":
		case field.kind == "password":
			return login
		case slices.Contains([]string{"", "text", "email", "tel", "number"}, field.kind):
			login = i
		}
	}
	return -1
}

// fill returns the names of the fields that a browser would send, in their
// order, and the body that it would send them in.
func (f form) fill(login, password string) (names []string, body string) {
	var pairs []string
	at, typed, pressed := f.loginField(), false, false
	for i, field := range f.fields {
		value := field.value
		switch {
		case field.name == "":
			continue
		case i == at:
			value = login
		case field.kind == "password" && !typed:
			value, typed = password, true
		case field.kind == "submit":
			if pressed {
				continue // Enter presses the first button alone
			}
			pressed = true
		}
		names = append(names, field.name)
		pairs = append(pairs, url.QueryEscape(field.name)+"="+url.QueryEscape(value))
	}
	return names, strings.Join(pairs, "&")
}

// target is where a form on a page is sent to. An empty action is the page itself.
func (f form) target(page *url.URL, base string) (*url.URL, error) {
	from := page
	if base != "" {
		u, err := page.Parse(base)
		if err != nil {
			return nil, fmt.Errorf("%w: the page's <base> is malformed", errNoForm)
		}
		from = u
	}
	if f.action == "" {
		return page, nil
	}
	to, err := from.Parse(strings.TrimSpace(f.action))
	if err != nil {
		return nil, fmt.Errorf("%w: its action is malformed", errNoForm)
	}
	return to, nil
}

// isRedirect reports whether a browser follows an answer of this status.
func isRedirect(status int) bool {
	switch status {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}
