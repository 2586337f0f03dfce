package config

import (
	"maps"
	"regexp"
	"slices"
	"strings"
)

// identifier is the name of an option as JavaScript writes it without quotes.
var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// knownOptions are the options of Ferndesk('init', …) that are documented; each is true or false.
var knownOptions = []string{"open", "hideLauncher"}

// checkInit checks the further options of Ferndesk('init', …).
func checkInit(options map[string]Option, key string, r *Report) {
	if len(options) == 0 && r.Has(key) {
		r.Reject(key, "names no option", "write option: value, such as open: true, or leave init out")
	}
	for _, name := range slices.Sorted(maps.Keys(options)) {
		at := memberKey(key, name)
		meant, near := nearestOption(name)
		switch {
		case foldOption(name) == "widgetid":
			r.Reject(at, "the widget's id is not written here", "write ferndesk.widget_id in place of it")
		case tellsWho(name):
			r.Reject(at, "what is written here is in every page, and the same for everybody: init tells the widget nothing of who somebody is",
				"leave it out: ferngate calls identify with the token of whoever is signed in")
		case !identifier.MatchString(name) && near:
			r.Reject(at, quoted(name)+" is not the name of an option", "write "+meant)
		case !identifier.MatchString(name), name == "__proto__":
			r.Reject(at, quoted(name)+" is not the name of an option", "write a name of letters and digits, such as hideLauncher")
		case slices.Contains(knownOptions, name) && !options[name].isBool():
			r.Reject(at, "is neither true nor false", "write true or false, without quotes")
		case near:
			r.Warn(at, "is no option of the widget that is known", "did you mean "+meant+"?")
		}
	}
}

// tellsWho tells whether an option would name one person, or give away what
// names people, on the pages of all.
func tellsWho(name string) bool {
	return slices.Contains([]string{"token", "jwt", "jwttoken", "jwtsecret", "secret", "identify", "identity", "user", "userid", "email", "useremail", "username"}, foldOption(name))
}

// nearestOption returns the known option that a name most likely means, if it is none itself.
func nearestOption(name string) (meant string, ok bool) {
	for _, known := range knownOptions {
		if name != known && distance(foldOption(name), foldOption(known)) <= len(known)/4 {
			return known, true
		}
	}
	return "", false
}

// foldOption is an option's name without case, _ and -.
func foldOption(name string) string {
	return strings.NewReplacer("_", "", "-", "").Replace(strings.ToLower(name))
}
