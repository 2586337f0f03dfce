package config

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// The longest id of a widget that is one, and the longest delay that is sensible.
const (
	maxWidgetID = 100
	maxDelay    = 10 * time.Minute
)

// checkInject checks how the widget is put into the app's pages, and that there is one to put.
func checkInject(s *Site, at string, r *Report) {
	key, widget := at+".inject", at+".ferndesk.widget_id"
	i := &s.Inject
	switch {
	case r.Has(widget):
		checkWidgetID(s.Ferndesk.WidgetID, widget, r)
		checkHelpCenterKnown(s, at, r)
	case i.Enabled && isSet(key, r) && r.sound(widget):
		r.Reject(key, "has no effect without ferndesk.widget_id", "add ferndesk.widget_id, write enabled: false, or leave inject out")
	}
	checkPages(i, key, r)
	checkInit(i.Init, key+".init", r)
	if i.Delay > maxDelay {
		r.Reject(key+".delay", "is longer than ten minutes, and hardly anybody would ever see the widget", "write 10m or less")
	}
	if i.Consent != nil {
		checkConsent(i.Consent, key+".consent", r)
	}
	if i.SDKURL != nil {
		checkSDKURL(s, key+".sdk_url", r)
	}
	checkCSPSources(i.CSPSources, key+".csp_sources", r)
}

// isSet tells whether the file says anything of how the widget is put into pages.
func isSet(key string, r *Report) bool {
	return slices.ContainsFunc(fieldsOf(reflect.TypeFor[Inject]()), func(f field) bool { return r.Has(memberKey(key, f.name)) })
}

// checkWidgetID checks that a text can be a widget's id.
func checkWidgetID(id, key string, r *Report) {
	const mend = "copy the id alone from the Ferndesk dashboard: it begins with widget_"
	alien := strings.IndexFunc(id, func(c rune) bool { return c <= ' ' || c > '~' || strings.ContainsRune("\"'`<>\\", c) })
	switch {
	case strings.TrimSpace(id) == "":
		r.Reject(key, "is empty", mend)
	case strings.HasPrefix(id, "env:"), strings.HasPrefix(id, "file:"):
		r.Reject(key, "is a reference, which only secrets are: every page shows this id", mend)
	case strings.Contains(id, "/"):
		r.Reject(key, quoted(id)+" is not a widget's id", mend)
	case alien >= 0:
		r.Reject(key, quoted(id)+" is not a widget's id: it holds "+quoted(string([]rune(id[alien:])[0])), mend)
	case len(id) > maxWidgetID:
		r.Reject(key, "is longer than any widget's id", mend)
	case !strings.HasPrefix(id, "widget_"):
		r.Warn(key, quoted(id)+" does not look like a widget's id", mend)
	}
}

// checkHelpCenterKnown asks for the help centre where the widget is put into
// pages: without it neither the domain rule can be checked nor can an app's
// Content-Security-Policy be extended by what the widget talks to.
func checkHelpCenterKnown(s *Site, at string, r *Report) {
	key := at + ".ferndesk.help_center"
	switch {
	case !s.Inject.Enabled:
	case r.Has(key) && !policiesCanName(s.Ferndesk.HelpCenter):
		r.Warn(key, "no Content-Security-Policy can name this host, so the widget would not be in pages that have a policy", "write a host name without _")
	case !r.Has(key):
		r.Reject(key, "is missing, and with widget_id it is needed: the widget identifies people on the help centre's domain only, and the app's Content-Security-Policy must allow the help centre",
			"add help_center: with the help centre's host, such as help.example.com, or inject: { enabled: false } to the site")
	}
}
