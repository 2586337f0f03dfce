package password

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/ferngate/ferngate/config"
)

// maxText is the longest text of a user, in bytes: several of them have to
// fit into the headers of one request.
const maxText = 1024

// checkUser rejects what a user may not hold; key is users[0] or so. Values
// go into headers and claims, where a control character could end one header
// and begin another, and where a header's edges lose their spaces.
func checkUser(r *config.Report, key string, u user) {
	checkName(r, key+".login", u.Login)
	if u.UserID != "" {
		checkName(r, key+".user_id", u.UserID)
	}
	if u.Email != "" {
		checkEmail(r, key+".email", u.Email)
	}
	checkText(r, key+".name", u.Name)
	for i, group := range u.Groups {
		at := fmt.Sprintf("%s.groups[%d]", key, i)
		if checkName(r, at, group) && strings.Contains(group, ",") {
			r.Reject(at, "has a comma, which separates groups in a header", "name the group without one")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(u.Attributes)) {
		// Quoted: until it is checked it may hold anything.
		if checkName(r, fmt.Sprintf("%s.attributes.%.40q", key, name), name) {
			checkText(r, key+".attributes."+name, u.Attributes[name])
		}
	}
}

// checkText rejects what no text may hold, and reports whether it was fine. That
// it is UTF-8 is sure: the whole file is.
func checkText(r *config.Report, key, text string) bool {
	switch {
	case len(text) > maxText:
		r.Reject(key, fmt.Sprintf("is %d bytes long", len(text)), "write at most 1,024 bytes")
	case strings.ContainsFunc(text, unicode.IsControl):
		r.Reject(key, "has a control character, such as a line break or a tab", "write it on one line, without tabs")
	default:
		return true
	}
	return false
}

// checkName rejects what no name that is compared may be, beyond checkText.
func checkName(r *config.Report, key, name string) bool {
	if !checkText(r, key, name) {
		return false
	}
	switch {
	case name == "":
		r.Reject(key, "is empty", "write its text, or leave it out")
	case strings.TrimSpace(name) != name:
		r.Reject(key, "has a space at its beginning or end", "write it without")
	default:
		return true
	}
	return false
}

// checkEmail rejects what rules about domains could read in two ways.
func checkEmail(r *config.Report, key, email string) {
	if !checkName(r, key, email) {
		return
	}
	local, domain, found := strings.Cut(email, "@")
	if !found || local == "" || domain == "" || strings.Contains(domain, "@") || strings.ContainsFunc(email, unicode.IsSpace) {
		r.Reject(key, "is not one name, one @ and one domain", "write it like ada@example.com")
	}
}

// checkUnique rejects the later ones of users that share a value; name is the value's key.
func checkUnique(r *config.Report, name string, users []user, value func(user) string) {
	first := make(map[string]int, len(users))
	for i, u := range users {
		v := value(u)
		if v == "" {
			continue
		}
		if j, taken := first[v]; taken {
			r.Reject(fmt.Sprintf("users[%d].%s", i, name), fmt.Sprintf("is that of users[%d] already", j),
				"give every person their own")
			continue
		}
		first[v] = i
	}
}

// warnTokenless warns of people who get no token, at the first of them: a file of
// many may be of an app whose people have no addresses.
func warnTokenless(r *config.Report, users []user) {
	first, count := "", 0
	for i, u := range users {
		if u.UserID != "" && u.Email != "" {
			continue
		}
		if count++; count > 1 {
			continue
		}
		first = fmt.Sprintf("users[%d].email", i)
		if u.UserID == "" {
			first = fmt.Sprintf("users[%d].user_id", i)
		}
	}
	const mend = "write the user_id and the email of everybody whom the widget is to know"
	switch count {
	case 0:
	case 1:
		r.Warn(first, "without it this person gets no token", mend)
	default:
		r.Warn(first, fmt.Sprintf("without it this person gets no token; %d of the %d people lack user_id or email", count, len(users)), mend)
	}
}
