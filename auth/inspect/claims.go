package inspect

import (
	"maps"
	"slices"
	"strings"
)

// checkClaims looks at what the token says: until when it counts, and who somebody is.
func (v *Verdict) checkClaims(part string) {
	raw, claims := v.decode(part, "claims")
	if claims == nil {
		return
	}
	v.Claims = raw
	v.checkTimes(claims)
	sub, isSub := v.required(claims, "sub", "the newer editions of Ferndesk's contract ask for it")
	userID, isUserID := v.required(claims, "userId", "the older editions of Ferndesk's contract ask for it")
	if isSub && isUserID && sub != userID {
		v.refuse("sub and userId name two people: "+shown(sub)+" and "+shown(userID), "write the same stable id to both")
	}
	if email, ok := v.required(claims, "email", "nobody can be identified without one"); ok && !isPlausible(email) {
		v.remark("email does not look like an address: "+shown(email), "send the person's email address")
	}
	if isSub && slices.Contains([]string{"undefined", "null", "NaN", "None", "nil", "[object Object]", "0"}, sub) {
		v.remark("the id is "+shown(sub)+", which is what programs write for none: everybody would be the same person", "look at where the id comes from")
	}
	if name, present := claims["name"]; present && !isText(name) {
		v.refuse("name is "+emptyOr(name)+", and not a text", "leave name out where it is not known")
	}
	if attributes, present := claims["customAttributes"]; present {
		switch object, ok := attributes.(map[string]any); {
		case !ok:
			v.refuse("customAttributes is "+shown(attributes)+", and not an object", `write an object such as { "plan": "pro" }, or leave it out`)
		case len(object) == 0:
			v.refuse("customAttributes is empty", "leave it out where there are none")
		}
	}
}

// required returns a claim that must be a text.
func (v *Verdict) required(claims map[string]any, name, why string) (text string, ok bool) {
	value, present := claims[name]
	switch value := value.(type) {
	case string:
		if value == "" {
			v.refuse(name+" is empty", "send a value: "+why)
		}
		return value, value != ""
	case float64:
		v.refuse(name+" is a number, and must be a text", "write it in quotes: \""+shown(value)+"\"")
		return "", false
	}
	if present {
		v.refuse(name+" is "+shown(value)+", and must be a text", "send a text: "+why)
		return "", false
	}
	mend := "add it: " + why
	if other, found := misspelt(claims, name); found {
		mend = "the token has " + printable(other) + ": is it what " + name + " should be? " + why
	}
	v.refuse(name+" is missing", mend)
	return "", false
}

// misspelt finds a claim that may be meant for one that is missing.
func misspelt(claims map[string]any, name string) (other string, found bool) {
	fold := func(s string) string { return strings.ToLower(strings.NewReplacer("_", "", "-", "").Replace(s)) }
	likes := map[string][]string{
		"sub":    {"userid", "id", "uid", "user", "subject"},
		"userId": {"userid", "id", "uid", "user", "sub"},
		"email":  {"email", "mail", "emailaddress", "useremail"},
	}
	for _, like := range likes[name] {
		for _, claim := range slices.Sorted(maps.Keys(claims)) {
			if claim != name && fold(claim) == like {
				return claim, true
			}
		}
	}
	return "", false
}

// isPlausible tells whether a text could be an email address.
func isPlausible(email string) bool {
	local, domain, found := strings.Cut(email, "@")
	return found && local != "" && domain != "" && !strings.ContainsAny(email, " \t\r\n,;") && !strings.Contains(domain, "@")
}

// isText tells whether a value is a text with something in it.
func isText(value any) bool {
	text, ok := value.(string)
	return ok && text != ""
}

// emptyOr is a value as messages show it, or that it is empty.
func emptyOr(value any) string {
	if value == "" {
		return "empty"
	}
	return shown(value)
}
